"""A product with variants in the portal: a field for each, one item of the order, its breakdown at every place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.db import db
from app.notify.models import Message
from app.orders.models import Order
from tests.portal.conftest import REQUEST, Page, Portal
from tests.variant_orders import MATRIX, WORDS, put_on_offer, quoted

PRODUCT = "/p/t-shirt"
FORM = "/p/t-shirt/request"
WANTED = {f"quantities.{key}": str(number) for key, number in MATRIX.items()}


@pytest.fixture(autouse=True)
def offered(shop: None) -> None:
    put_on_offer({"m-navy": {"price_difference_minor": 250}, "xl-white": {"offered": False}})


def values(**quantities: str) -> dict[str, str]:
    kept = {name: text for name, text in REQUEST.items() if "." not in name and name != "quantity"}
    typed = {f"quantities.{key.replace('_', '-')}": text for key, text in quantities.items()}
    return kept | {"options.print": "front", "quantities.s-white": ""} | typed


def ask(portal: Portal, **quantities: str) -> Page:
    return portal.send(portal.get(PRODUCT), FORM, values(**quantities))


def test_each_variant_on_offer_has_a_field_and_its_option_is_not_asked_for_again(
    portal: Portal,
) -> None:
    form = portal.get(PRODUCT).form(FORM) or {}
    names = [name for name in form if name.startswith("quantities.")]
    assert len(names) == 7
    assert "quantities.xl-white" not in names
    assert "options.size" not in form and "quantity" not in form
    assert form["quantities.s-white"] == "10"


def test_the_grid_says_what_a_variant_adds_to_the_price_of_a_piece(portal: Portal) -> None:
    said = portal.get(PRODUCT).said(".variant")
    assert said[-4:] == ["S", "M + £3.00", "L", "XL + £1.80"], (
        "price difference, surcharge; with tax"
    )


def test_the_price_follows_the_quantities(portal: Portal) -> None:
    typed = {"csrf_token": portal.get(PRODUCT).form(FORM)["csrf_token"], "options.print": "front"}  # type: ignore[index]
    page = portal.post(f"{PRODUCT}/price", typed | WANTED)
    assert "for each of 20" in page.words
    assert "M / NAVY £2.50 × 10 £25.00" in page.words
    nothing = portal.post(f"{PRODUCT}/price", typed)
    assert "Enter how many pieces of each variant you need." in nothing.words


def test_a_matrix_becomes_one_item_whose_quantities_are_kept(portal: Portal) -> None:
    page = ask(portal, s_navy="4", m_navy="10", l_navy="6")
    (line,) = db.session.scalars(select(Order)).one().lines
    assert page.status == 200
    assert line.quantity == 20
    assert dict(line.configuration.quantities) == MATRIX
    assert line.breakdown == WORDS
    letter = db.session.scalars(select(Message)).first()
    assert letter is None or WORDS in str(letter.context)


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"m_navy": "-2"}, "quantities.m-navy", "is not a number of pieces"),
        ({"m_navy": "many"}, "quantities.m-navy", "is not a number of pieces"),
    ],
)
def test_a_quantity_that_is_none_is_told_at_its_field_and_what_was_typed_stays(
    portal: Portal, typed: dict[str, str], field: str, says: str
) -> None:
    page = ask(portal, s_navy="12", **typed)
    assert page.status == 422
    assert says in page.fault(field)
    form = page.form(FORM) or {}
    assert (form["quantities.s-navy"], form["quantities.s-white"]) == ("12", "")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Enter how many pieces of each variant you need."),
        ({"s_navy": "2"}, "2 can't be ordered. Order 5 to 500."),
        ({"xl_white": "12"}, "“XL / WHITE” is not offered."),
        ({"xs_pink": "12"}, "There is no variant “xs-pink”."),
    ],
)
def test_quantities_that_cannot_be_ordered_are_refused_with_a_sentence(
    portal: Portal, typed: dict[str, str], says: str
) -> None:
    page = ask(portal, **typed)
    assert page.status == 422
    assert says in page.words
    assert db.session.scalar(select(Order)) is None


def test_a_quantity_that_is_sent_twice_is_refused(portal: Portal) -> None:
    filled = portal.get(PRODUCT).form(FORM) or {}
    sent = filled | values() | {"quantities.m-navy": ["4", "5"]}  # type: ignore[operator]
    page = portal.post(FORM, sent)
    assert page.status == 422
    assert "“4 / 5” is not a number of pieces" in page.fault("quantities.m-navy")


def test_the_quote_and_the_order_page_show_the_breakdown(portal: Portal) -> None:
    page = portal.open(quoted())
    assert WORDS in page.words
    assert "Colour NAVY" in page.words
    (line,) = db.session.scalars(select(Order)).one().quotes[0].lines
    assert line.breakdown == WORDS
    assert line.inputs is not None and line.inputs.breakdown == MATRIX
