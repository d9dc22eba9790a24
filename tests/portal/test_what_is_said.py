"""Every combination of order, artwork, job, payment and shipment: what the customer reads is true."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK
from app.core.actor import system
from app.core.db import db
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.progress import Quantities, stage_of
from app.orders.states import OPEN, ORDER
from app.portal.now import Now, now_of
from app.portal.status import status_of
from app.portal.words import coming
from tests.portal.conftest import Portal, quoted

MADE = {
    "nothing": Quantities(ordered=10),
    "begun": Quantities(ordered=10, is_started=True),
    "made": Quantities(ordered=10, good=10, is_started=True),
    "made short": Quantities(ordered=10, good=8, cancelled=2, is_started=True),
    "to collect": Quantities(10, 10, shipments=1, ready_for_pickup=1, is_started=True),
    "short, to collect": Quantities(
        10, 8, cancelled=2, shipments=1, ready_for_pickup=1, is_started=True
    ),
    "part to collect": Quantities(10, 5, shipments=1, ready_for_pickup=1, is_started=True),
    "shipped": Quantities(10, 10, shipments=1, shipped=1, is_started=True),
    "part shipped": Quantities(10, 5, shipments=1, shipped=1, is_started=True),
    "arrived": Quantities(10, 10, shipments=1, shipped=1, arrived=1, is_started=True),
}
TERMS = ("prepaid", "net_30")
SLOTS = [(), *((state,) for state in ARTWORK.states), ("approved", "proof_sent")]
QUOTE: Any = SimpleNamespace(total_minor=12_000, currency="GBP")


def said(
    state: str, slots: tuple[str, ...], made: str, is_due: bool, delivery: str | None = "carrier"
) -> tuple[Now, list[str]]:
    order: Any = SimpleNamespace(
        state=state, delivery=delivery, terms_met=not is_due, promised_on=None, ref="MR-10428",
        customer=SimpleNamespace(terms="prepaid"),
    )  # fmt: skip
    lines = [SimpleNamespace(slot=SimpleNamespace(state=one)) for one in slots]
    lines = lines or [SimpleNamespace(slot=None)]
    quantities = MADE[made]
    shipments: Any = []
    if quantities.shipments:
        found = "ready_for_pickup" if "collect" in made else "shipped"
        shipments = [SimpleNamespace(state=found, is_pickup="collect" in made)]
    now = now_of(order, lines, stage_of(state, quantities), shipments, QUOTE)
    return now, [words for words, _note in coming(order, lines, shipments, quantities)]


@pytest.mark.usefixtures("app")
def test_each_combination_is_told_as_it_is() -> None:
    count = 0
    for state, slots, made, is_due in itertools.product(ORDER.states, SLOTS, MADE, (True, False)):
        now, steps = said(state, slots, made, is_due)
        words, case = f"{now.word} {now.heading} {now.sentence}", (state, slots, made, is_due)
        count += 1
        is_placed, to_sign = state == "placed", "proof_sent" in slots
        needs_file, begun = "awaiting_file" in slots, made != "nothing"
        assert ("check your proof" in words) == (is_placed and to_sign), case
        assert ("upload your artwork" in words) == (is_placed and needs_file and not to_sign), case
        waits = is_placed and is_due and not begun and not to_sign and not needs_file
        assert ("Waiting for your payment" in words) == waits, case
        assert ("£120.00" in now.heading) == waits, case
        if "Production starts" in words:
            assert not begun or to_sign, case
            assert ("payment" in words or "receive" in words) == (is_due and not begun), case
            assert ("approve" in words) == any(one != "approved" for one in slots), case
        if "In production" in words:
            assert made == "begun" and not to_sign and not needs_file, case
        if is_placed and "collect" in made and not to_sign and not needs_file:
            assert now.heading == "Ready for pickup" and "collect it now" in words, case
        if "nothing for you to do" in words:
            assert not (to_sign or needs_file or "collect" in made), case
        if is_due and is_placed and begun and not to_sign and not needs_file:
            assert "payment is still due" in words and "Production starts" not in words, case
        if state not in OPEN:
            assert not steps and "Please" not in words, case
        else:
            left = MADE[made].open or not MADE[made].ordered
            assert ("Production" in steps) == bool(left), case
    assert count == len(ORDER.states) * len(SLOTS) * len(MADE) * 2


@pytest.mark.usefixtures("app")
def test_who_is_asked_where_the_order_goes_is_not_told_that_nothing_is_to_do() -> None:
    for slots, made, is_due in itertools.product(SLOTS, MADE, (True, False)):
        now, _steps = said("placed", slots, made, is_due, None)
        assert "nothing for you to do" not in now.sentence, (slots, made, is_due)
    assert (
        "where your order goes" in said("placed", ("approved",), "begun", False, None)[0].sentence
    )


def ended(order: Order, state: str) -> None:
    order.state = state
    db.session.flush()


@pytest.mark.parametrize("state", ["declined", "rejected", "expired", "cancelled", "closed"])
def test_an_order_that_ended_asks_for_nothing(portal: Portal, state: str) -> None:
    order = quoted()
    ended(order, state)
    portal.open(order)
    for artwork in ARTWORK.states:
        change = {"state": artwork, "last_problem": "The file is torn.", "hold_reason": None}
        db.session.execute(update(ArtworkSlot).values(change))
        db.session.expire_all()
        (line,) = status_of(order).lines
        assert line.word == (ORDER.table[state].customer_word or "")
        assert "file" not in line.sentence
        page = portal.get(f"/orders/{order.ref}")
        assert page.status == 200
        for words in ("upload your artwork", "need your file", "The file is torn", "Upload file"):
            assert words not in page.words, (artwork, words)


@pytest.mark.parametrize("artwork", ["internal_review", "proof_sent"])
def test_nobody_is_promised_production_before_the_order_is_placed(
    portal: Portal, artwork: str
) -> None:
    order = quoted()
    db.session.execute(update(ArtworkSlot).values(state=artwork))
    db.session.expire_all()
    (line,) = status_of(order).lines
    assert "after you've accepted the quote" in line.sentence


def test_nobody_is_told_that_we_wait_for_a_file_before_the_order_is_placed(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    assert "You can upload your file now or after you've accepted the quote." in page.words
    assert "We need your file" not in page.words
    page = portal.send(page, "/accept_quote", {"typed_name": "Ada Example"})
    assert "We need your file before we can continue." in page.words


def test_the_page_shows_the_headline_it_computed(portal: Portal) -> None:
    order = quoted()
    page = portal.open(order)
    portal.send(page, "/accept_quote", {"typed_name": "Ada Example"})
    for slot in ARTWORK.states:
        db.session.execute(update(ArtworkSlot).values(state=slot))
        db.session.expire_all()
        now = status_of(order).now
        if slot == "proof_sent":
            continue  # there is no version to look at
        page = portal.get(f"/orders/{order.ref}")
        assert page.said(".nowcard .badge") == [now.word]
        assert page.said(".nowcard h2") == [now.heading]
        assert now.sentence in page.words
    order_verbs.confirm_payment(order.id, "", actor=system())


def test_every_price_beside_the_breakdown_includes_tax(portal: Portal) -> None:
    page = portal.get("/p/invitation-card-a6")
    notes = [one for one in page.said(".choice small") if one.startswith("+")]
    assert "+ £0.22 each" in notes and "+ £0.42 each, + £54.00 once" in notes, notes
    assert "exclude tax, which is added at its end; all other prices include it" in page.words
