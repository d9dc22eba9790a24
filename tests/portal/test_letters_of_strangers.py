"""What strangers make our mail say, and how often: nothing that they typed, and a few letters a day."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import SignInAttempt
from app.accounts.services.letters import TooManyLetters, count_letter
from app.accounts.services.links import ensure_link
from app.core import settings
from app.core.actor import Actor, system
from app.core.db import db
from app.core.events import Event, record
from app.core.shop.details import shop_details
from app.notify import services
from app.notify.models import Message
from app.notify.rendering import LINK_MARK
from app.orders import verbs
from app.orders.models import Order
from tests.conftest import Committed
from tests.core.thing import at_once
from tests.notify.conftest import staff
from tests.portal.conftest import REQUEST, Page, Portal, events, requested

PAGE = "/p/invitation-card-a6"
STAFF = staff("order.create", "order.estimate", "order.quote", "order.ask")
TYPED = {
    "name": "Win gold at casino.example",
    "company": "Cheap watches dot com",
    "note": "Visit https://spam.example now",
    "personalisation.names": "Robin wins & Sasha",
    "ship.line_1": "1 Lottery Street",
    "ship.city": "Jackpot",
}
WORDS = ("gold", "casino", "watches", "spam", "visit", "robin", "lottery", "jackpot", "wins")
SENTENCE = "Too many requests came for this e-mail address today."


@pytest.fixture
def given() -> Iterator[Callable[..., None]]:
    """Sets limits for one test."""
    before = settings.current()
    yield lambda **changed: settings.use(before.model_copy(update=changed))
    settings.use(before)


def ask(portal: Portal, **changes: str) -> Page:
    """Send a new form that differs from every other one."""
    changes.setdefault("note", str(uuid.uuid4()))
    return portal.send(portal.get(PAGE), "/request", REQUEST | changes)


def lose(portal: Portal, order: Order, email: str) -> Page:
    """Ask for a new link to the order."""
    values = {"csrf_token": portal.token(), "email": email, "order_ref": order.ref}
    return portal.post("/link", values)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0


def letter(event: Event) -> str:
    """What the one message about the event says, in lower case."""
    (message,) = services.queue_messages(event)
    assert message.state == "queued"
    return f"{message.subject}\n{message.body_text}\n{message.body_html}".lower()


def strange(portal: Portal) -> Order:
    """An order that a stranger filled with words of their own."""
    assert portal.send(portal.get(PAGE), "/request", REQUEST | TYPED).status == 200
    return db.session.scalars(sa.select(Order)).one()


def test_the_first_letter_says_nothing_that_was_typed(portal: Portal) -> None:
    order = strange(portal)
    said = letter(events("order.requested")[-1])
    assert [word for word in WORDS if word in said] == []
    assert "hello," in said and order.ref.lower() in said and LINK_MARK in said
    assert shop_details().name.lower() in said
    assert order.lines[0].product_name.lower() not in said


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("artwork.file_refused", {"problem": "wins casino.pdf can't be read."}),
        ("artwork.on_hold", {"reason": "“Visit casino” is not in the file."}),
        ("order.cancelled", {"reason": "wins gold"}),
    ],
)
def test_nor_does_any_other_that_comes_before_somebody_looked_at_the_order(
    portal: Portal, name: str, data: dict[str, Any]
) -> None:
    from app.artwork.models import ArtworkSlot
    from tests.notify.occasions import payload

    order = strange(portal)
    slot = db.session.get_one(ArtworkSlot, order.lines[0].artwork_slot_id)
    subject = order if name.startswith("order.") else slot
    happened = record(name, subject, system(), stream_id=order.id, data=payload(name) | data)
    said = letter(happened)
    assert [word for word in WORDS if word in said] == []
    assert "hello," in said and "\n- \n" not in said


def test_a_new_link_for_it_says_nothing_that_was_typed_either(portal: Portal) -> None:
    order = strange(portal)
    lose(portal, order, REQUEST["email"])
    said = letter(events("link.requested")[-1])
    assert [word for word in WORDS if word in said] == []


def test_once_the_shop_has_answered_its_letters_name_the_customer(portal: Portal) -> None:
    order = strange(portal)
    verbs.ask_customer(order.id, "Which paper?", actor=STAFF)
    said = letter(events("order.asked")[-1])
    assert "hello win gold" in said and "which paper?" in said


def test_once_the_link_holder_has_done_something_letters_name_them(portal: Portal) -> None:
    order = strange(portal)
    link = ensure_link(order.id, "Ada", actor=system())
    holder = Actor("customer", link.id, "Ada", "link")
    said = letter(record("order.cancelled", order, holder, data={"reason": "Ordered twice."}))
    assert "hello win gold" in said and "ordered twice." in said


def test_a_link_to_another_order_doesnt_make_them_the_holder(portal: Portal, shop: None) -> None:
    from app.orders.services import Requester

    other = requested(requester=Requester(name="Mallory", email="mallory@example.com"))
    db.session.commit()
    portal.open(other)
    portal.send(portal.get(PAGE), "/request", REQUEST | TYPED)
    said = letter(events("order.requested")[-1])
    assert [word for word in WORDS if word in said] == []


def test_an_order_that_staff_took_greets_its_customer(session: Any, shop: None) -> None:
    from app.orders import verbs as order_verbs
    from tests.orders.conftest import CARD, REQUESTER

    order_verbs.request_order(None, REQUESTER, [CARD], actor=STAFF, owner_key="staff:1")
    assert f"hello {REQUESTER.name.lower()}," in letter(events("order.requested")[-1])


@pytest.mark.parametrize("is_known", [True, False])
def test_an_address_gets_so_many_letters_a_day_from_the_form(
    portal: Portal, stranger: Portal, given: Any, is_known: bool
) -> None:
    given(letters_per_address_day=3)
    if is_known:
        requested()
        db.session.commit()
    before = count()
    assert [ask(portal).status for _ in range(2)] == [200, 200]
    assert ask(stranger, email="ADA+offer@example.com").status == 200  # the same mailbox
    page = ask(stranger)
    assert (page.status, count() - before) == (429, 3)
    assert SENTENCE in page.fault("email") and "try again tomorrow" in page.fault("email")
    assert (page.form("/request") or {})["personalisation.names"] == "Robin & Sasha"
    assert ask(portal, email="grace@example.com").status == 200


def test_a_form_that_is_sent_twice_is_one_letter(portal: Portal, given: Any) -> None:
    given(letters_per_address_day=1)
    form = portal.get(PAGE)
    told = [portal.send(form, "/request", REQUEST).status for _ in range(3)]
    assert (told, count()) == ([200] * 3, 1)


def test_a_request_that_was_refused_is_no_letter(portal: Portal, given: Any) -> None:
    given(letters_per_address_day=1)
    assert ask(portal, upload_id=str(uuid.uuid4())).status == 422
    assert ask(portal).status == 200


def test_after_a_day_they_count_no_more(portal: Portal, given: Any) -> None:
    given(letters_per_address_day=1)
    ask(portal)
    then = sa.func.now() - sa.text("interval '25 hours'")
    db.session.execute(sa.update(SignInAttempt).values(created_at=then))
    assert ask(portal).status == 200


def test_who_holds_a_link_of_that_address_is_no_stranger(portal: Portal, given: Any) -> None:
    given(letters_per_address_day=1)
    portal.open(requested())
    assert [ask(portal).status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("is_known", [True, False])
def test_lost_links_are_sent_so_often_a_day_whoever_has_the_address(
    portal: Portal, given: Any, is_known: bool
) -> None:
    given(letters_per_address_day=2)
    orders = [requested() for _ in range(3)]
    db.session.commit()
    email = REQUEST["email"] if is_known else "nobody@example.com"
    pages = [lose(portal, order, email) for order in orders]
    assert [page.status for page in pages] == [303, 303, 429]
    assert pages[0].location == pages[1].location == "/link/sent"
    assert SENTENCE in pages[2].words
    assert len(events("link.requested")) == 2


def test_letters_that_are_asked_for_at_once_see_each_other(
    committed: Committed, given: Any
) -> None:
    given(letters_per_address_day=3)

    def send(_number: int) -> None:
        count_letter("ada@example.com", ip="192.0.2.1", cause=uuid.uuid4())
        db.session.commit()

    told = at_once(committed.app, 8, send)
    assert [type(one) for one in told].count(TooManyLetters) == 5
    assert told.count(None) == 3


def test_no_message_of_a_request_is_queued_to_an_address_that_was_refused(
    portal: Portal, given: Any
) -> None:
    given(letters_per_address_day=1)
    for _ in range(3):
        ask(portal)
    for event in events("order.requested"):
        services.queue_messages(event)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
