"""A shop with something in every corner: the pages that gather from all rooms are looked at with it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.catalog import verbs as catalog
from app.core.actor import system
from app.core.clock import now, today
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import EventKind, Payload, record
from app.core.ids import new_id
from app.files.models import Asset, Preview
from app.fulfilment import services as fulfilment
from app.fulfilment import verbs as shipment_verbs
from app.notify.models import Message
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.quoting import LinePrice
from app.production import services as production
from app.production import verbs as production_verbs
from app.production.models import Job
from app.tax.usual import ensure_usual
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for, open_all

NAMES = (
    "Fernbank Weddings", "Oddsock Robotics", "Moth and Lantern", "Tinker Lane School",
    "Pickle Barge Café", "Harbour Lights Choir", "Old Mill Cottages", "Tilde and Daughters",
)  # fmt: skip
ME = system("cli")


class Note(Payload):
    """What a test noted."""

    note: str


EventKind("thing.noted", "Thing noted", Note, detail="note")


def name(number: int) -> str:
    """A made-up customer's name."""
    return NAMES[number % len(NAMES)]


def slot(order: Order, state: str, *, label: str = "Print file", **columns: Any) -> ArtworkSlot:
    """An artwork slot of the order's first line, in `state`, as if files had come and gone."""
    row = ArtworkSlot(
        stream_id=order.id, label=label, requirement={}, state=state, entered_at=now(), **columns
    )
    db.session.add(row)
    db.session.flush()
    order.lines[0].artwork_slot_id = row.id
    db.session.flush()
    return row


def version(row: ArtworkSlot, file_name: str, *, picture_key: str = "") -> ArtworkVersion:
    """Version 1 of a slot's file, with a small picture where a key in storage is given."""
    asset = Asset(
        sha256=f"{new_id().int:064x}"[-64:], size_bytes=1000, media_type="application/pdf",
        storage_key=f"uploads/test/{new_id()}",
    )  # fmt: skip
    db.session.add(asset)
    db.session.flush()
    if picture_key:
        db.session.add(
            Preview(
                asset_id=asset.id, kind="thumb", position=0, storage_key=picture_key,
                width_px=240, height_px=340,
            )
        )  # fmt: skip
    made = ArtworkVersion(
        slot_id=row.id, number=1, asset_id=asset.id, file_name=file_name, uploaded_by_label="A test"
    )
    db.session.add(made)
    db.session.flush()
    return made


def dead_letter(
    order: Order, error: str = "ConnectionError: the mail server did not answer"
) -> Any:
    """A reaction to an event of `order` that failed for good."""
    event = record("thing.noted", order, ME, stream_id=order.id, data={"note": "for a test"})
    row = Delivery(
        event_id=event.id, reaction="write_letter", queue="events", state="dead", attempts=8,
        due_at=now(), error=error,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def message(order: Order, state: str, **columns: Any) -> Message:
    """A message of `order` in `state`."""
    row = Message(
        idempotency_key=f"test:{uuid.uuid4()}", stream_id=order.id, channel="email",
        recipient=order.contact.email, template="proof_ready", subject="Your proof is ready",
        body_text="", body_html="", state=state, attempts=1, **columns,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def noted(order: Order) -> None:
    """Record an event of `order`, as every change of the shop does."""
    record("thing.noted", order, ME, stream_id=order.id, data={"note": "for a test"})


def asked(count: int, state: str) -> list[Order]:
    """Orders before they are placed, in `state`; quoted ones have their quote."""
    ensure_usual(ME)
    made = []
    for number in range(count):
        order = placed_order([50 + number], state="requested", customer_name=name(number))
        if state != "requested":
            order_verbs.start_estimate(order.id, actor=ME)
        if state == "needs_info":
            order_verbs.ask_customer(order.id, "Which paper did you have in mind?", actor=ME)
        if state == "quoted":
            prices = {order.lines[0].id: LinePrice(25_000)}
            order_verbs.send_quote(order.id, prices, actor=ME)
        made.append(order)
    return made


def job_in(state: str, number: int = 0, *, quantity: int = 40, due: int = 4, **columns: Any) -> Job:
    """A job in `state`, due in `due` days."""
    day = today("UTC") + timedelta(days=due)
    order = placed_order(
        [quantity], customer_name=name(number), placed_at=now(), promised_on=day, paid_at=now(),
        **columns,
    )  # fmt: skip
    job = jobs_for(order, due_on=day)[0]
    if state == "new":
        return job
    open_all(job)
    if state == "scheduled":
        production_verbs.schedule_job(job.id, max(day, today("UTC")), actor=ME)
    if state in ("running", "quality_check", "finished"):
        first, second, check = job.operations
        production_verbs.start_operation(first.id, actor=ME)
        good = quantity // 2 if state == "running" else quantity - number % 3
        production_verbs.count_pieces(
            first.id, good=good, spoiled=number % 3, cause="Scratch", actor=ME
        )
        if state != "running":
            production_verbs.finish_operation(first.id, actor=ME)
            production_verbs.start_operation(second.id, actor=ME)
            production_verbs.finish_operation(second.id, actor=ME)
        if state == "finished" and number % 3 == 0:
            production_verbs.start_operation(check.id, actor=ME)
            production_verbs.pass_quality(job.id, actor=ME)
    return job


def busy(scale: int = 1) -> None:
    """Fill the shop: every list of dashboard, board, search and logs has `scale` rows or more."""
    catalog.load_preset(None, "print", actor=ME)
    for state in ("requested", "needs_info", "estimating", "quoted"):
        asked(scale, state)
    for number in range(scale):
        for state in ("new", "ready", "scheduled", "running", "quality_check", "finished"):
            job_in(state, number, due=number % 5 - 1, rush=number % 4 == 0)
        short = job_in("new", number + 1, due=2)
        production.open_gate(short.id, "artwork", approved_sha256="9" * 64, actor=ME)
        production.update_gate(
            short.id,
            "material",
            cause="short_stock",
            waits_for="CARD-350: 250 needed, 120 sheets available",
            actor=ME,
        )
        for state in ("on_hold", "internal_review", "proof_sent", "awaiting_file"):
            order = placed_order([20], customer_name=name(number), paid_at=now(), placed_at=now())
            reason = {"hold_reason": "The picture has 96 dpi."} if state == "on_hold" else {}
            version(slot(order, state, label="Invitation", **reason), f"card-{number}.pdf")
        unpaid = placed_order([10], customer_name=name(number), placed_at=now())
        message(unpaid, "failed", error="550 No such mailbox")
        dead_letter(unpaid)
        shipment = fulfilment.create_shipment(
            unpaid.id, good_by_line={line.id: line.quantity for line in unpaid.lines}, actor=ME
        )
        if number % 3 == 1:
            shipment_verbs.start_picking(shipment.id, actor=ME)
    db.session.flush()
