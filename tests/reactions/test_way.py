"""One order through every room, by services and reactions alone."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot, Proof
from app.artwork.services.output import visible_version
from app.core import settings
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.postal_address import PostalAddress
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.models import Shipment
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.details import RequestDetails
from app.orders.models import Order, OrderLine
from app.production import queries as making
from app.production import verbs as production_verbs
from app.production.models import Job, WorkOrder
from app.reactions.material import demand
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.models import StockItem
from tests.due_reactions import run_due_reactions
from tests.files import sample_files
from tests.files.uploading import OWNER, send
from tests.notify.conftest import MailServer
from tests.order_rows import staff_actor
from tests.orders.conftest import CARD, REQUESTER, VISITOR, customer_of

SHIP_TO = {"name": "Ada Example", "line_1": "1 Example Street", "city": "Sampleton",
           "postcode": "SM1 1AA", "country": "GB"}  # fmt: skip
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def shop(preset_shop: None, app: Flask, mail: MailServer) -> Flask:
    """A shop on its first morning, whose mail goes to `mail`."""
    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    settings.use(settings.current().model_copy(update=changed))
    return app


class Asked:
    """The order, read anew at every look: reactions leave the session behind them."""

    def __init__(self, order_id: uuid.UUID) -> None:
        self.id = order_id

    def __getattr__(self, name: str) -> Any:
        return getattr(db.session.get_one(Order, self.id), name)


@pytest.fixture
def asked(shop: Flask) -> Asked:
    """A request with a file that was checked."""
    return ask_with_a_file(shop)


def ask_with_a_file(
    app: Flask,
    *,
    requester: orders.Requester = REQUESTER,
    card: orders.RequestedLine = CARD,
    file_name: str = "card.pdf",
    ship_to: dict[str, str] = SHIP_TO,
    note: str = "",
) -> Asked:
    """Send a file and ask for cards with it; everything that follows from it is done."""
    upload = send(sample_files.a_pdf(), file_name)
    order = order_verbs.request_order(
        None,
        requester,
        [replace(card, upload_id=upload.id)],
        actor=VISITOR,
        owner_key=OWNER,
        ship_to=PostalAddress.of(ship_to),
        details=RequestDetails(note=note),
    )
    db.session.commit()
    found = Asked(order.id)
    run_due_reactions(app)
    return found


def slot_of(order: Asked) -> ArtworkSlot:
    slot = db.session.get_one(ArtworkSlot, order.lines[0].artwork_slot_id)
    db.session.refresh(slot)
    return slot


def place(app: Flask, order: Asked, *, name: str = "Ada Example") -> None:
    order_verbs.start_estimate(order.id, actor=staff_actor("sales"))
    order_verbs.send_quote(order.id, actor=staff_actor("sales"))
    db.session.commit()
    run_due_reactions(app)
    order_verbs.accept_quote(order.id, 1, name, actor=customer_of(order))
    db.session.commit()
    run_due_reactions(app)


def sign(app: Flask, order: Asked, *, name: str = "Ada Example") -> None:
    slot_id, prepress = slot_of(order).id, staff_actor("prepress")
    if slot_of(order).state == "on_hold":
        artwork_verbs.override(slot_id, "Seen and good.", actor=prepress)
        db.session.commit()
        run_due_reactions(app)
    artwork_verbs.approve_internally(slot_id, newest(slot_id).number, actor=prepress)
    db.session.commit()
    run_due_reactions(app)
    seen, customer = newest(slot_id), customer_of(order)
    artwork_verbs.approve_proof(slot_id, seen.number, name, sha256=seen.sha256, actor=customer)
    db.session.commit()
    run_due_reactions(app)


def newest(slot_id: uuid.UUID) -> Any:
    found = visible_version(slot_id)
    assert found is not None
    return found


def job_of(order: Asked) -> Job:
    job = db.session.scalars(select(Job).where(Job.order_id == order.id)).one()
    db.session.refresh(job)
    return job


def gates(job: Job) -> dict[str, bool]:
    return {gate.key: gate.is_open for gate in job.gates}


def make(app: Flask, order: Asked) -> None:
    """Every step by hand."""
    job_id = job_of(order).id
    operator, quality = staff_actor("operator"), staff_actor("quality")
    for _ in range(40):
        card = making.job_card(job_id)
        step = card.step
        if step is None:
            break
        actor = quality if step.is_quality_check else operator
        if step.state == "pending":
            production_verbs.start_operation(step.id, actor=actor)
        elif step.is_quality_check:
            production_verbs.pass_quality(job_id, actor=quality)
        else:
            if step.is_last and step.open:
                production_verbs.count_pieces(step.id, good=step.countable, actor=operator)
            production_verbs.finish_operation(step.id, actor=operator)
        db.session.commit()
    run_due_reactions(app)


def on_hand(skus: Iterable[str]) -> dict[str, Decimal]:
    db.session.expire_all()
    query = select(StockItem).where(StockItem.sku.in_(list(skus)))
    return {item.sku: item.level.on_hand for item in db.session.scalars(query)}


def names(order: Asked) -> Counter[str]:
    return Counter(db.session.scalars(select(Event.name).where(Event.stream_id == order.id)))


def test_the_file_is_checked_before_the_quote_and_no_proof_is_made_yet(asked: Asked) -> None:
    slot = slot_of(asked)
    assert slot.state in {"internal_review", "on_hold"}
    assert slot.versions[0].file_name == "card.pdf"
    assert db.session.scalar(select(Proof.id)) is None


def test_placing_makes_the_job_with_closed_gates_and_the_proof(shop: Flask, asked: Asked) -> None:
    place(shop, asked)
    job = job_of(asked)
    assert (job.quantity, job.state) == (250, "new")
    assert gates(job) == {"artwork": False, "material": False, "payment": False}
    if slot_of(asked).state == "internal_review":
        proof = db.session.scalars(select(Proof)).one()
        assert proof.job_data.order_number == asked.ref
        assert ("Names", "Ada & Grace") in proof.job_data.personalisation


def test_the_signature_opens_artwork_and_reserves_material_payment_opens_the_last(
    shop: Flask, asked: Asked
) -> None:
    place(shop, asked)
    sign(shop, asked)
    job = job_of(asked)
    assert gates(job) == {"artwork": True, "material": True, "payment": False}
    assert job.approved_sha256 == slot_of(asked).versions[-1].asset.sha256
    assert stock.open_claims(asked.lines[0].id)
    order_verbs.confirm_payment(asked.id, "", actor=staff_actor("finance"))
    db.session.commit()
    run_due_reactions(shop)
    assert job_of(asked).state == "ready"
    ticket = db.session.scalars(select(WorkOrder)).one()
    assert ticket.approved_sha256 == job_of(asked).approved_sha256


def test_short_material_holds_the_gate_with_words_and_new_stock_opens_it(
    shop: Flask, asked: Asked
) -> None:
    place(shop, asked)
    sku = next(iter(demand(db.session.get_one(OrderLine, asked.lines[0].id))))
    item = db.session.scalars(select(StockItem).where(StockItem.sku == sku)).one()
    item_id = item.id
    level = item.level
    had = level.on_hand
    stock_verbs.count(item_id, Decimal(1), actor=staff_actor("warehouse"))
    db.session.commit()
    run_due_reactions(shop)
    sign(shop, asked)
    gate = next(gate for gate in job_of(asked).gates if gate.key == "material")
    assert gate.is_open is False
    assert "1" in gate.waits_for
    assert "available" in gate.waits_for
    assert names(asked)["stock.short"] == 1
    stock_verbs.receive(item_id, had, actor=staff_actor("warehouse"))
    db.session.commit()
    run_due_reactions(shop)
    assert gates(job_of(asked))["material"] is True


def test_rework_takes_the_material_of_its_pieces_and_no_more(shop: Flask, asked: Asked) -> None:
    place(shop, asked)
    sign(shop, asked)
    order_verbs.confirm_payment(asked.id, "", actor=system())
    db.session.commit()
    run_due_reactions(shop)
    job_id = job_of(asked).id
    quality, operator = staff_actor("quality"), staff_actor("operator")
    for step in making.job_card(job_id).steps[:-1]:
        production_verbs.start_operation(step.id, actor=operator)
        production_verbs.finish_operation(step.id, actor=operator)
    db.session.commit()
    run_due_reactions(shop)
    before = on_hand(demand(asked.lines[0]))
    production_verbs.fail_quality(job_id, 3, "Smeared", actor=quality)
    db.session.commit()
    run_due_reactions(shop)
    after, needed = on_hand(before), demand(asked.lines[0], 3)
    assert {sku: before[sku] - after[sku] for sku in before} == needed


def test_a_new_file_voids_the_approval_and_closes_the_gate(shop: Flask, asked: Asked) -> None:
    place(shop, asked)
    sign(shop, asked)
    again = send(sample_files.a_pdf(tint=0.7), "card v2.pdf")
    artwork_verbs.add_file(slot_of(asked).id, again.id, actor=customer_of(asked))
    db.session.commit()
    run_due_reactions(shop)
    assert gates(job_of(asked))["artwork"] is False
    assert job_of(asked).approved_sha256 is None
    assert slot_of(asked).state in {"internal_review", "on_hold"}


def test_a_new_file_while_the_quote_is_out_replaces_the_quote(shop: Flask, asked: Asked) -> None:
    order_verbs.start_estimate(asked.id, actor=system())
    order_verbs.send_quote(asked.id, actor=system())
    db.session.commit()
    again = send(sample_files.a_pdf(tint=0.7), "card v2.pdf")
    artwork_verbs.add_file(slot_of(asked).id, again.id, actor=customer_of(asked))
    db.session.commit()
    run_due_reactions(shop)
    assert asked.state == "estimating"
    assert asked.quotes[0].state == "superseded"


def test_cancelling_cancels_the_jobs_and_gives_the_material_back(shop: Flask, asked: Asked) -> None:
    place(shop, asked)
    sign(shop, asked)
    order_verbs.cancel(asked.id, "Moved.", actor=customer_of(asked))
    db.session.commit()
    run_due_reactions(shop)
    assert job_of(asked).state == "cancelled"
    assert stock.open_claims(asked.lines[0].id) == []


def test_from_the_signature_to_the_closed_order_with_each_letter_once(
    shop: Flask, asked: Asked
) -> None:
    place(shop, asked)
    sign(shop, asked)
    order_verbs.confirm_payment(asked.id, "", actor=staff_actor("finance"))
    db.session.commit()
    run_due_reactions(shop)
    make(shop, asked)
    assert job_of(asked).state == "finished"
    assert [claim.held for claim in stock.open_claims(asked.lines[0].id)] == [0]
    shipped = db.session.scalars(select(Shipment.id).where(Shipment.order_id == asked.id)).one()
    packer = staff_actor("warehouse")
    shipment_verbs.start_picking(shipped, actor=packer)
    shipment_verbs.pack(shipped, 900, actor=packer)
    shipment_verbs.buy_label(shipped, actor=packer)
    db.session.commit()
    run_due_reactions(shop)
    assert db.session.get_one(Shipment, shipped).tracking_number
    shipment_verbs.mark_shipped(shipped, actor=packer)
    db.session.commit()
    run_due_reactions(shop)
    shipment_verbs.mark_delivered(shipped, actor=packer)
    db.session.commit()
    run_due_reactions(shop)
    assert asked.state == "closed"
    letters = names_of_letters(asked)
    expected = {"request_received", "quote_ready", "order_placed", "proof_ready", "proof_signed",
                "shipped", "delivered"}  # fmt: skip
    assert expected <= set(letters)
    assert set(letters.values()) == {1}


def test_every_event_twice_changes_nothing(shop: Flask, asked: Asked) -> None:
    from app.core.events import Outbox

    place(shop, asked)
    sign(shop, asked)
    before = names(asked)
    for event_id in db.session.scalars(select(Event.id).where(Event.stream_id == asked.id)):
        db.session.add(Outbox(event_id=event_id))
    db.session.commit()
    run_due_reactions(shop)
    assert names(asked) == before


def names_of_letters(order: Asked) -> Counter[str]:
    from app.notify.models import Message

    query = select(Message.template).where(Message.stream_id == order.id)
    return Counter(db.session.scalars(query))


def test_a_refused_file_is_told_once_and_the_slot_waits_for_another(shop: Flask) -> None:
    upload = send(b"%PDF-1.7\nnothing of a PDF follows", "card.pdf")
    order = order_verbs.request_order(
        None, REQUESTER, [replace(CARD, upload_id=upload.id)], actor=VISITOR, owner_key=OWNER
    )
    db.session.commit()
    found = Asked(order.id)
    run_due_reactions(shop)
    slot = slot_of(found)
    assert slot.state == "awaiting_file"
    assert slot.last_problem
    assert names_of_letters(found) == {"request_received": 1, "file_problem": 1}


def test_a_file_that_prepress_sends_back_brings_a_letter_with_the_reason(
    shop: Flask, asked: Asked
) -> None:
    from app.notify.models import Message

    artwork_verbs.request_new_file(
        slot_of(asked).id, "The names are cut off.", actor=staff_actor("prepress")
    )
    db.session.commit()
    run_due_reactions(shop)
    query = select(Message.body_text).where(
        Message.stream_id == asked.id, Message.body_text.contains("The names are cut off.")
    )
    assert len(list(db.session.scalars(query))) == 1
