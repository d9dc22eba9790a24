"""A state that a lost or late reaction leaves behind is named by an invariant."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.core.events import record
from app.orders import verbs as order_verbs
from tests.notify.conftest import MailServer
from tests.order_rows import staff_actor
from tests.reactions.life import Life, broken_invariants
from tests.reactions.running import Reactions
from tests.reactions.test_any_order import shop

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.extended]
__all__ = ["shop"]


@pytest.fixture
def life(shop: Flask, mail: MailServer) -> Life:
    """An order whose file was checked."""
    return Life(Reactions(shop), "print")


def run(statement: str, **values: Any) -> None:
    changed = db.session.execute(sa.text(statement), values)
    assert changed.rowcount
    db.session.commit()


def broken() -> str:
    """What is named, all of it; nothing was before."""
    return " ".join(broken_invariants())


def quoted(life: Life) -> None:
    life.quote()


def placed(life: Life) -> None:
    life.quote()
    life.do(lambda: life.accept(1))


def signed(life: Life) -> None:
    placed(life)
    life.sign()


def cancelled(life: Life) -> None:
    signed(life)
    order_verbs.cancel(life.order_id, "Moved.", actor=life.customer)
    db.session.commit()
    life.reactions.settle()


def ready(life: Life) -> None:
    signed(life)
    life.pay()


def closed(life: Life) -> None:
    ready(life)
    life.make()
    life.ship()


GATE = "UPDATE job_gates SET is_open = {}, cause = '{}' WHERE key = '{}'"
PLANTED: list[tuple[Callable[[Life], None], str, str]] = [
    (quoted, "UPDATE orders SET state = 'estimating'", "can be answered"),
    (quoted, "UPDATE orders SET state = 'needs_info'", "can be answered"),
    (signed, GATE.format("false", "new_version", "artwork"), "the artwork is approved, its gate"),
    (
        signed,
        "UPDATE jobs SET approved_sha256 = repeat('0', 64)",
        "the artwork is approved, its gate",
    ),
    (placed, GATE.format("true", "", "artwork"), "the artwork is"),
    (ready, GATE.format("false", "payment", "payment"), "waits for a payment that was recorded"),
    (
        signed,
        GATE.format("false", "reservation", "material"),
        "the material gate waits for nothing",
    ),
    (signed, "UPDATE reservations SET released_at = now()", "counts on stock that was given back"),
    (ready, "UPDATE jobs SET state = 'new'", "is called new, and no gate of it is closed"),
    (cancelled, "UPDATE jobs SET state = 'new'", "still taken up"),
    (cancelled, "UPDATE reservations SET released_at = NULL", "still taken up"),
    (cancelled, "UPDATE operations SET started_at = now()", "still taken up"),
    (closed, "UPDATE orders SET state = 'placed', ended_at = NULL", "the order is still open"),
]


@pytest.mark.parametrize(("until", "change", "told"), PLANTED)
def test_a_planted_state_is_named(
    life: Life, until: Callable[[Life], None], change: str, told: str
) -> None:
    until(life)
    life.reactions.finish()
    assert broken() == ""
    run(change)
    assert told in broken()


def test_a_quote_that_a_file_replaced_from_which_it_was_made_is_named(life: Life) -> None:
    life.quote()
    order = life.order
    quote = order.quotes[-1]
    upload_id = life.slot.versions[-1].upload_id
    data = quote.reference | {"reason": "A new file was uploaded.", "upload_id": upload_id}
    record("quote.superseded", order, staff_actor("sales"), data=data)
    db.session.commit()
    life.reactions.finish()
    assert "was replaced by a file that it was made from" in broken()


def test_a_quote_that_is_out_though_a_file_came_later_is_named(life: Life) -> None:
    life.quote()
    slot = life.slot
    data = {"upload_id": uuid.uuid4(), "file_name": "late.pdf", "label": slot.label}
    record("artwork.file_received", slot, life.customer, stream_id=slot.stream_id, data=data)
    db.session.execute(sa.text("DELETE FROM outbox"))  # its reactions never come
    db.session.commit()
    assert "is out, though a file came later" in broken()


def test_what_a_reaction_still_has_to_bring_about_is_not_asked_for_yet(life: Life) -> None:
    life.quote()
    life.accept(1)
    db.session.commit()
    assert broken() == ""
    db.session.execute(sa.text("DELETE FROM outbox"))
    db.session.commit()
    assert "is placed and has no job" in broken()


def test_a_slot_that_waits_for_a_file_that_never_comes_is_named(life: Life) -> None:
    upload_id = life.slot.versions[-1].upload_id
    run("UPDATE artwork_slots SET state = 'checking', upload_id = :id", id=upload_id)
    assert "waits for a file that is ready" in broken()


def test_a_review_whose_proof_was_never_made_is_named(life: Life) -> None:
    life.quote()
    life.accept(1)
    db.session.commit()
    life.reactions.late = frozenset({"proof_for_job"})
    life.reactions.settle()
    run("UPDATE event_deliveries SET state = 'dead' WHERE state = 'pending'")
    assert "is in review, and its proof was not made" in broken()


def test_pieces_that_are_made_and_in_no_shipment_are_named(life: Life) -> None:
    ready(life)
    life.reactions.late = frozenset({"make_shipment"})
    life.make()
    run("UPDATE event_deliveries SET state = 'dead' WHERE state = 'pending'")
    assert "are good and only 0 of them in shipments" in broken()
