"""What letters say of an order: the line they are about, and what is signed, in its trade's words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.core.db import db, get
from app.core.events import Event
from app.notify.rendering import render
from app.orders.correspondence import letter_context
from app.orders.models import Order
from tests.orders.conftest import CARD

Ask = Callable[..., Order]


def a_ring(order: Order) -> None:
    """Let the second line be of a trade that signs the design itself."""
    ring = order.lines[1]
    card = ring.specification
    assert card.artwork is not None
    artwork = card.artwork.model_copy(update={"approval": "design"})
    wording = card.wording.model_copy(update={"approve_title": "Your design is ready to sign"})
    of_ring = card.model_copy(update={"artwork": artwork, "wording": wording})
    ring.product_revision_id = revision_of(get(Product, ring.product_id), of_ring)
    ring.product_name = "Signet ring"
    db.session.flush()


def letter(order: Order, name: str, subject_id: uuid.UUID | None) -> dict[str, Any]:
    about = Event(name=name, stream_id=order.id, subject_id=subject_id, data={})
    found = letter_context(about)
    assert found is not None
    return found


@pytest.fixture
def two(ask: Ask) -> Order:
    order = ask(wanted=[CARD, replace(CARD, quantity=100)])
    a_ring(order)
    return order


def test_a_letter_about_a_file_names_its_line_and_what_is_signed(two: Order) -> None:
    card, ring = two.lines
    told = letter(two, "proof.sent", ring.artwork_slot_id)
    assert (told["product"], told["quantity"], told["signs"]) == ("Signet ring", "100", "design")
    made = render("proof_ready", told)
    assert made.subject.startswith("Your design is ready to sign")
    assert "proof" not in made.body_text
    assert "proof" not in render("proof_signed", told).body_text
    assert "proof" not in render("changes_noted", told).body_text
    assert "See the design" in made.body_html
    assert letter(two, "proof.sent", card.artwork_slot_id)["signs"] == "proof"


def test_a_letter_about_the_order_names_the_first_line_and_how_many_more(two: Order) -> None:
    told = letter(two, "order.placed", two.id)
    assert told["product"] == f"{two.lines[0].product_name} and 1 more"
    assert "signs" not in told
