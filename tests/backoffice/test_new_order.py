"""An order taken by staff: the product chosen, one form, one order."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from app.accounts.matrix import ROLES, may
from app.catalog import verbs as catalog
from app.catalog.models import Product, ProductFamily
from app.core import settings
from app.core.actor import system
from app.core.clock import today
from app.core.db import db
from app.core.events import Event
from app.customers.models import Contact, Customer
from app.notify.models import Message
from app.orders.models import Order
from tests.backoffice.conftest import Page, Person, refusals
from tests.backoffice.new_order_form import (
    ADDRESS,
    CARD_PAGE,
    ORDER,
    PAGE,
    ask,
    count,
    faults,
    only_order,
    seller,
    take,
    typed,
)
from tests.conftest import Committed
from tests.due_reactions import run_due_reactions
from tests.notify.conftest import mail
from tests.orders.conftest import CARD
from tests.waiting import eventually

__all__ = ["mail", "seller"]


# -- the way there ---------------------------------------------------------------------------------
def test_the_button_of_the_top_bar_is_there_for_those_who_may_and_for_nobody_else(
    somebody: Callable[..., Person], catalogue: None
) -> None:
    for role in ROLES:
        page = somebody(role).get("/admin/account")
        buttons = page.all(".topbar a[data-key=n]")
        wanted = [PAGE] if may(role, "order.create") else []
        assert [one.get("href") for one in buttons] == wanted, role
        assert ("New order" in page.all("#keys-help")[0].text_content()) is bool(wanted)


def test_others_are_refused_and_it_is_written_down(
    somebody: Callable[..., Person], catalogue: None
) -> None:
    person = somebody("operator")
    token = person.token("/admin/account")
    for path in (PAGE, CARD_PAGE):
        assert person.get(path).status == 403
    sent = ORDER | {"csrf_token": token, "idempotency_key": str(uuid.uuid4())}
    for path in ("invitation-card-a6", "invitation-card-a6/price", "people/offered"):
        assert person.send(PAGE + path, sent).status == 403
    assert (count(Order), count(Contact)) == (0, 0)
    written = [(event.data or {})["permission"] for event in refusals(person)]
    assert written == ["order.create"] * 5


# -- choosing the product --------------------------------------------------------------------------
def test_what_is_on_offer_stands_there_by_family_with_sku_and_price(seller: Person) -> None:
    retired = select(Product).where(Product.slug == "poster-a2")
    db.session.scalars(retired).one().state = "archived"
    page = seller.get(PAGE)
    families = [" ".join(one.text_content().split()) for one in page.all(".shelves h2")]
    assert families == ["Bespoke pieces 2", "Cards 3"]
    (row,) = [one for one in page.all(".shelf-list li") if "INV-A6" in one.text_content()]
    assert " ".join(row.text_content().split()) == (
        "Personalised invitation card A6INV-A6from £0.96"
    )
    assert row.cssselect("a")[0].get("href") == CARD_PAGE


def test_a_hundred_products_are_read_with_as_many_queries_as_ten(
    seller: Person, queries: Callable[[Callable[[], Any]], int]
) -> None:
    family = db.session.scalars(select(ProductFamily)).first()
    assert family is not None

    def stock_up(first: int, last: int) -> None:
        for number in range(first, last):
            made = catalog.create_product(
                None,
                slug=f"p-{number}", sku=f"P-{number}", name=f"Thing {number}",
                family=family, properties={}, actor=system("cli"),
            )  # fmt: skip
            made.state = "active"
        db.session.commit()

    stock_up(count(Product), 10)
    ten = queries(lambda: seller.get(PAGE))
    stock_up(10, 100)
    pages: list[Page] = []
    assert queries(lambda: pages.append(seller.get(PAGE))) == ten
    assert len(pages[0].all(".shelf-list li")) == 100


def narrowed(person: Person, words: str) -> list[str]:
    answer = person.client.get(
        PAGE, query_string={"q": words}, headers={"HX-Request": "true"}, environ_base=person.environ
    )
    assert "<html" not in answer.text
    return [one.text_content() for one in Page(answer).all(".shelf-list a")]


def test_typing_narrows_it_down_by_name_family_and_sku(seller: Person) -> None:
    assert narrowed(seller, "menu") == ["Menu card DL"]
    assert narrowed(seller, "CARDS place") == ["Place card"]
    assert narrowed(seller, "poster-a") == ["Poster A2"]
    assert narrowed(seller, "%") == []
    assert "No products found" in seller.get(f"{PAGE}?q=zeppelin").words


def test_enter_opens_the_one_that_is_meant(seller: Person) -> None:
    assert seller.get(f"{PAGE}?q=invitation").answer.location == CARD_PAGE
    # every card has this in its name, one is called so
    db.session.scalars(select(Product).where(Product.slug == "place-card")).one().sku = "card"
    assert seller.get(f"{PAGE}?q=CARD").answer.location == f"{PAGE}place-card"
    assert seller.get(f"{PAGE}?q=cards").status == 200


def test_a_shop_without_products_says_what_is_missing(somebody: Callable[..., Person]) -> None:
    page = somebody("sales").get(PAGE)
    assert "No active products" in page.words
    assert not page.all("main input[name=q]")
    assert page.all("main .state-empty a")[0].get("href") == "/admin/products/"


def test_a_product_that_is_not_offered_has_no_form(seller: Person) -> None:
    assert seller.get(f"{PAGE}zeppelin").status == 404
    db.session.scalars(
        select(Product).where(Product.slug == CARD.product_slug)
    ).one().state = "archived"
    assert seller.get(CARD_PAGE).status == 404


# -- the form --------------------------------------------------------------------------------------
def test_the_price_stands_beside_the_form_and_follows_it(seller: Person) -> None:
    page = seller.get(CARD_PAGE)
    assert "£460.80" in page.all("#price")[0].text_content()
    path = "invitation-card-a6/price"
    foiled = ask(seller, path, options__paper="cotton", options__foil="copper", quantity="250")
    assert "£673.80" in foiled.words and "Copper foil" in foiled.words
    assert foiled.all("#paybar-price")[0].text_content() == "£673.80"
    odd = ask(seller, path, **ORDER | {"quantity": "other", "quantity_other": "26"})
    assert (odd.status, "25 to 5,000 in steps of 5" in odd.words) == (200, True)


def test_a_product_priced_by_its_file_says_that_a_person_prices_it(seller: Person) -> None:
    catalog.load_preset(None, "threed", actor=system("cli"))
    page = seller.get(f"{PAGE}printed-part")
    assert "Priced by hand" in page.all("#price")[0].text_content()
    assert "volume, which is not known yet" in page.words
    assert "the customer uploads it through that link" in page.words


def test_the_form_becomes_an_order_and_leads_to_its_page(seller: Person) -> None:
    wanted_on = (today() + timedelta(days=30)).isoformat()
    more = {"company": "Example Weddings", "phone": "+44 20 7946 0000", "note": "Rang twice."}
    answer = take(seller, wanted_on=wanted_on, **more, **ADDRESS)
    order = only_order()
    assert (answer.status, answer.answer.location) == (303, f"/admin/order/{order.ref}")
    assert f"{order.ref} is created. Ada Example gets an e-mail" in seller.get(
        answer.answer.location
    ).said(".notice-good")
    assert (order.state, order.note, str(order.wanted_on)) == (
        "requested",
        "Rang twice.",
        wanted_on,
    )
    assert order.ship_to.city == "Sampleton"
    assert (order.contact.email, order.customer.name) == ("ada@example.com", "Example Weddings")
    (line,) = order.lines
    assert (line.quantity, line.configuration.options["paper"]) == (250, "cotton")
    assert line.configuration.personalisation["names"] == "Robin & Sasha"


def test_its_events_name_who_took_it_and_the_back_office(seller: Person) -> None:
    take(seller)
    for name in ("order.requested", "customer.created", "contact.created"):
        event = db.session.scalars(select(Event).where(Event.name == name)).one()
        assert (event.actor_kind, event.actor_id) == ("staff", seller.staff.id)
        assert event.door == "backoffice"


def letters(app: Flask, box: Any) -> tuple[dict[str, tuple[str, str]], str]:
    """What was sent about orders, by who got it, and the path of the link in the newest mail."""
    run_due_reactions(app)
    rows = db.session.scalars(select(Message).where(Message.stream_id.is_not(None)))
    found = re.search(rb"/t/[\w=\r\n-]+", box.arrived[-1].content)
    assert found is not None
    path = found[0].replace(b"=\r\n", b"").split()[0].decode()
    return {row.recipient: (row.template, row.state) for row in rows}, path


def test_the_customer_gets_the_letter_and_link_that_the_portal_sends(
    app: Flask,
    seller: Person,
    mail: Any,
) -> None:
    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    settings.use(settings.current().model_copy(update=changed))
    portal = app.test_client()
    token = re.search(r'csrf_token" value="([^"]+)', portal.get("/p/invitation-card-a6").text)
    assert token is not None
    form = {"csrf_token": token[1], "idempotency_key": str(uuid.uuid4()), "email": "bo@example.com",
            "delivery": "pickup"}  # fmt: skip
    portal.post("/p/invitation-card-a6/request", data={**ORDER, **form})
    letters(app, mail)
    take(seller)
    sent, path = letters(app, mail)
    assert sent == dict.fromkeys(
        ("bo@example.com", "ada@example.com"), ("request_received", "sent")
    )
    customer = app.test_client()
    order = db.session.scalars(select(Order).order_by(Order.number.desc())).first()
    assert order is not None
    assert customer.get(path).headers["Location"].endswith(f"/orders/{order.ref}")
    assert customer.get(f"/orders/{order.ref}").status_code == 200


def test_a_second_click_opens_the_same_order(seller: Person) -> None:
    page = seller.get(CARD_PAGE)
    first, second = take(seller, page), take(seller, page)
    assert (second.status, second.answer.location) == (303, first.answer.location)
    assert (count(Order), count(Contact)) == (1, 1)


def test_the_same_form_after_back_says_that_its_order_is_there(seller: Person) -> None:
    page = seller.get(CARD_PAGE)
    take(seller, page)
    answer = take(seller, page)
    notices = seller.get(answer.answer.location).said(".notice")
    assert f"{only_order().ref} was already created from this form." in notices


def test_a_form_that_was_changed_after_back_creates_an_order_of_its_own(seller: Person) -> None:
    page = seller.get(CARD_PAGE)
    first, second = take(seller, page), take(seller, page, quantity="500")
    assert (first.answer.location != second.answer.location, count(Order)) == (True, 2)


def test_two_clicks_at_the_same_moment_make_one_order(committed: Committed) -> None:
    """Both wait for the contact's address, which somebody else is about to give up."""
    with committed.app.app_context():
        catalog.load_preset(None, "print", actor=system("cli"))
        person = Person(committed.app.test_client(), "sales")
        db.session.commit()
        form = {**typed(person.get(CARD_PAGE)), **ORDER}
        db.session.remove()
    cookies = person.client.get("/admin/account", environ_base=person.environ).request.headers
    answers: list[Any] = []

    def click() -> None:
        client = committed.app.test_client(use_cookies=False)
        headers = {"Cookie": cookies["Cookie"]}
        answers.append(client.post(CARD_PAGE, data=form, headers=headers))

    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with committed.engine.connect() as other, committed.engine.connect() as watch:
        customer = other.scalar(
            sa.insert(Customer).values(id=uuid.uuid4(), name="X", version_id=1)
            .returning(Customer.id)
        )  # fmt: skip
        values = {"id": uuid.uuid4(), "customer_id": customer, "name": "X", "version_id": 1}
        other.execute(sa.insert(Contact).values(**values, email=ORDER["email"]))

        def both_wait() -> bool:
            watch.rollback()
            return watch.scalar(waiting) == 2

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for one in clicks:
            one.start()
        eventually(both_wait, timeout_s=20)
        other.rollback()
        for one in clicks:
            one.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == 1
    with committed.app.app_context():
        assert (count(Order), count(Contact)) == (1, 1)
        db.session.remove()


def test_everything_that_is_wrong_is_said_at_once_and_everything_typed_is_kept(
    seller: Person,
) -> None:
    page = take(
        seller, quantity="other", quantity_other="26", options__paper="gold leaf", name="",
        email="ada at example", phone="abc", wanted_on="2001-01-01", note="n" * 4001,
        delivery="carrier", ship__city="Sampleton", personalisation__names="",
    )  # fmt: skip
    assert (page.status, count(Order), count(Contact)) == (422, 0, 0)
    found = faults(page)
    assert set(found) == {
        "quantity_other", "options.paper", "name", "email", "phone", "wanted_on", "note",
        "ship.line_1", "personalisation.names",
    }  # fmt: skip
    assert "26 can't be ordered" in found["quantity_other"]
    assert "has passed" in found["wanted_on"]
    assert "9 fields need your attention. Nothing was saved" in page.said(".notice-bad")
    kept = typed(page)
    assert (kept["email"], kept["phone"], kept["ship.city"]) == (
        "ada at example",
        "abc",
        "Sampleton",
    )
    assert (kept["quantity"], kept["quantity_other"], kept["note"]) == ("other", "26", "n" * 4001)
    assert kept["personalisation.date"] == "2027-06-19"


def test_a_form_without_its_key_or_its_token_makes_nothing(seller: Person) -> None:
    page = take(seller, idempotency_key="")
    assert (page.status, "Reload the page" in page.said(".notice-bad")) == (422, True)
    assert take(seller, idempotency_key="nonsense").status == 422
    assert seller.send(CARD_PAGE, ORDER).status == 400
    assert count(Order) == 0


def test_a_file_that_is_slipped_into_the_form_is_left_out(seller: Person) -> None:
    assert take(seller, upload_id=str(uuid.uuid4())).status == 303
    assert only_order().lines[0].artwork_slot_id is not None
