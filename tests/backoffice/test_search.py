"""Search: by every number and name, straight to the page where one thing is meant, and no further."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from app import declarations
from app.backoffice import search_terms
from app.catalog.models import Product
from app.core.actor import system
from app.core.db import db
from app.core.search import SEARCHABLES, SearchEntry
from app.fulfilment import services as fulfilment
from app.stock.services import items as stock
from app.stock.verbs import create_item
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Page, Person
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for

declarations.load(declarations.SEARCH)
Enter = Callable[..., Person]


def find(person: Person, words: str) -> Page:
    return person.get(f"/admin/search/?q={quote(words)}")


def groups(page: Page) -> dict[str, list[str]]:
    """Kind → the titles found."""
    assert page.status == 200, page.words
    return {
        card.cssselect("h2")[0].text.strip(): [
            one.text_content() for one in card.cssselect("li .grow > a")
        ]
        for card in page.all(".found .card")
    }


@pytest.fixture
def shop(preset_products: None, session: Any) -> SimpleNamespace:
    """One order with a job, a shipment, a file, and the print shop's catalogue."""
    order = placed_order([10], customer_name="Quillfeather & Sons")
    job = jobs_for(order)[0]
    goods = {line.id: line.quantity for line in order.lines}
    shipment = fulfilment.create_shipment(order.id, good_by_line=goods, actor=system())
    shipment.tracking_number = "TRK-7700-XYZ"
    home = stock.create_location("store", "Store", "internal", actor=system("cli"))
    create_item(None, "COTTON-350", "Cotton 350 g", "sheets", home=home, actor=system("cli"))
    slot = busy_shop.slot(order, "approved", label="Front")
    busy_shop.version(slot, "wedding_final(2).pdf")
    for other in range(3):
        placed_order([5], customer_name=f"Somebody Else {other}")
    db.session.commit()
    return SimpleNamespace(order=order, job=job, shipment=shipment, slot=slot)


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        (lambda shop: shop.order.ref, lambda shop: f"/admin/order/{shop.order.ref}"),
        (lambda shop: f" mr{shop.order.number} ", lambda shop: f"/admin/order/{shop.order.ref}"),
        (lambda shop: str(shop.order.number), lambda shop: f"/admin/order/{shop.order.ref}"),
        (lambda shop: f"#{shop.order.number}", lambda shop: f"/admin/order/{shop.order.ref}"),
        (lambda shop: shop.job.number, lambda shop: f"/admin/job/{shop.job.number}"),
        (lambda shop: shop.job.number.lower(), lambda shop: f"/admin/job/{shop.job.number}"),
        (lambda shop: shop.shipment.ref, lambda shop: f"/admin/shipment/{shop.shipment.ref}"),
        (lambda shop: "trk-7700-xyz", lambda shop: f"/admin/shipment/{shop.shipment.ref}"),
        (
            lambda shop: shop.order.customer.reference,
            lambda shop: f"/admin/customers/details/?id={shop.order.customer_id}",
        ),
    ],
)
def test_an_exact_number_leads_straight_to_its_page(
    somebody: Enter, shop: SimpleNamespace, typed: Callable[..., str], leads_to: Callable[..., str]
) -> None:
    owner = somebody("owner")
    answer = find(owner, typed(shop)).answer
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(leads_to(shop))
    assert owner.get(answer.headers["Location"]).status == 200


def test_an_exact_sku_leads_to_the_product(somebody: Enter, shop: SimpleNamespace) -> None:

    product = db.session.query(Product).filter_by(slug="invitation-card-a6").one()
    answer = find(somebody("sales"), product.sku.lower()).answer
    assert answer.status_code == 302
    assert str(product.id) in answer.headers["Location"]


@pytest.mark.parametrize(
    ("typed", "kind", "title"),
    [
        ("quillfeather", "Orders", "MR-"),
        ("quillfeather", "Customers", "Quillfeather & Sons"),
        ("& s", "Customers", "Quillfeather & Sons"),
        ("TRK-77", "Shipments", "S-"),
        ("final(2)", "Files", "wedding_final(2).pdf"),
        ("Invitation A6, design", "Jobs", "J-"),
        ("Invitation card A6", "Products", "Personalised invitation card A6"),
        ("cotton", "Stock", "Cotton"),
    ],
)
def test_part_of_a_name_finds_it_in_its_group(
    somebody: Enter, shop: SimpleNamespace, typed: str, kind: str, title: str
) -> None:
    found = groups(find(somebody("owner"), typed))
    assert any(one.startswith(title) for one in found[kind]), found


def test_an_address_finds_the_order_and_the_customer(
    somebody: Enter, shop: SimpleNamespace
) -> None:
    found = groups(find(somebody("sales"), shop.order.contact.email))
    assert found == {"Orders": [shop.order.ref], "Customers": ["Quillfeather & Sons"]}


def test_a_number_that_two_things_have_shows_both(somebody: Enter, shop: SimpleNamespace) -> None:
    from sqlalchemy import text

    number = shop.job.serial
    db.session.execute(
        text("UPDATE orders SET number = :number WHERE id = :id"),
        {"number": number, "id": shop.order.id},
    )
    db.session.commit()
    found = groups(find(somebody("owner"), str(number)))
    assert found["Orders"] == [f"MR-{number}"]
    assert found["Jobs"] == [f"J-{number}"]


def test_only_kinds_that_the_person_may_see_are_searched(
    somebody: Enter, shop: SimpleNamespace
) -> None:
    operator, finance = somebody("operator"), somebody("finance")
    assert "Customers" not in groups(find(operator, "quillfeather"))
    assert "Jobs" not in groups(find(finance, "Invitation A6, design"))
    assert find(finance, shop.job.number).status == 200, "the page of a job stays shut"
    assert find(operator, shop.shipment.ref).status == 200
    assert "No results" in find(operator, "TRK-7700-XYZ").words


@pytest.mark.parametrize(
    "hostile",
    [
        "%",
        "%%",
        "__",
        "\\\\",
        "\x00\x00",
        "a\x00b",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "x" * 10_000,
        "9" * 10_000,
        "MR-" + "9" * 40,
        "J-999999999",
        "J-2001-999999R-1",
        "१२३४",
        "²²²",
        "\u202e\ufeff",
        "🖨" * 300,
        " ",
        "-",
        "",
    ],
)
def test_hostile_words_find_nothing_and_break_nothing(
    somebody: Enter, shop: SimpleNamespace, hostile: str
) -> None:
    page = find(somebody("owner"), hostile)
    assert groups(page) == {}
    assert "<script>alert" not in page.answer.text


def test_bytes_that_are_no_text_are_no_fault(somebody: Enter, shop: SimpleNamespace) -> None:
    assert somebody("owner").get("/admin/search/?q=%ff%fe%00").status == 200


def test_more_than_ten_are_said_to_be_more(somebody: Enter, session: Any) -> None:
    for _ in range(12):
        placed_order(customer_name="Manyfold Press")
    page = find(somebody("owner"), "manyfold")
    assert {kind: len(found) for kind, found in groups(page).items()} == {
        "Orders": 10,
        "Customers": 10,
    }
    assert page.words.count("More than 10.") == 2


def test_what_was_typed_is_marked_in_the_results(somebody: Enter, shop: SimpleNamespace) -> None:
    page = find(somebody("owner"), "feather & so")
    assert {one.text_content() for one in page.all("mark")} == {"feather & So"}


def test_it_takes_one_query_for_each_kind_however_much_there_is(
    somebody: Enter, queries: Callable[..., int], session: Any
) -> None:
    owner = somebody("owner")
    for _ in range(2):
        jobs_for(placed_order(customer_name="Manyfold Press"))
    find(owner, "manyfold")  # the sidebar's counts are kept until something happens
    few = queries(lambda: find(owner, "manyfold"))
    for _ in range(20):
        jobs_for(placed_order(customer_name="Manyfold Press"))
    find(owner, "manyfold")
    assert queries(lambda: find(owner, "manyfold")) == few
    assert few - queries(lambda: find(owner, "")) == 7


def test_terms_are_read_as_the_numbers_they_may_be() -> None:
    read = search_terms.read
    assert read("J-2291-2R") == search_terms.Terms("J-2291-2R", "J", 2291, "-2R")
    assert read("mr 10428").number_for(SEARCHABLES["order"]) == 10428
    assert read("mr 10428").number_for(SEARCHABLES["job"]) is None
    assert read("10428").number_for(SEARCHABLES["job"]) == 10428
    assert read("10428").number_for(SEARCHABLES["customer"]) is None
    assert read("S-card") == search_terms.Terms("S-card")
    assert not read("a").is_long_enough
    assert read("7").is_long_enough


def test_strangers_are_sent_to_sign_in(client: Any) -> None:
    answer = client.get("/admin/search/?q=MR-10001")
    assert answer.status_code == 303
    assert "/admin/sign-in" in answer.headers["Location"]


def test_words_are_found_by_an_index_of_their_own(session: Any) -> None:
    for way in ("seqscan", "indexscan", "indexonlyscan"):  # a bitmap of this index is left
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    wanted = select(SearchEntry.record_id).where(SearchEntry.words.icontains("paper"))
    sql = wanted.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(text(f"EXPLAIN {sql}".replace("%%", "%"))))
    assert "ix_search_entries_words_words" in plan


def test_a_page_starts_no_parallel_workers(session: Any) -> None:
    assert session.scalar(text("SHOW max_parallel_workers_per_gather")) == "0"
