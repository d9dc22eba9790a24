"""From artwork and orders to proofs: one is made once the order is placed and its file has passed."""

import uuid
from typing import Any

from sqlalchemy import select

from app.artwork.proofing.job_data import JobData
from app.artwork.services.proofs import make_proof, proof_work, save_proof
from app.catalog.labels import personalised, wording
from app.core.db import db, get
from app.core.events import Event
from app.core.shop.details import shop_details
from app.core.web.formats import day
from app.orders.models import OrderLine
from app.production.models import Job

act = make_proof
save = save_proof


def line_of(slot_id: uuid.UUID) -> OrderLine | None:
    """Return the order line that points at the slot."""
    return db.session.scalar(select(OrderLine).where(OrderLine.artwork_slot_id == slot_id))


def load(event: Event) -> Any:
    """artwork.checked and artwork.overridden: the slot's proof, if its order is placed already."""
    line = line_of(event.subject_id)
    if line is None or not line.order.is_placed:
        return None
    version_id = (event.data or {}).get("version_id")
    wanted = uuid.UUID(version_id) if version_id else None
    return proof_work(event.subject_id, version_id=wanted, job=job_data(line))


def load_for_job(event: Event) -> Any:
    """job.created: the order was placed after its file had been checked."""
    line = get(OrderLine, get(Job, event.subject_id).line_id)
    slot_id = line.artwork_slot_id
    if slot_id is None or not line.order.is_placed:
        return None
    return proof_work(slot_id, job=job_data(line))


def job_data(line: OrderLine) -> JobData:
    """Return what a proof says of the order: the words the customer will sign under."""
    order, terms = line.order, line.specification
    chosen = terms.chosen(line.configuration.options)
    return JobData(
        order_number=order.ref,
        customer=order.customer.name,
        product=line.product_name,
        title=terms.wording.approve_title,
        ask=terms.wording.approve_ask,
        statement=terms.wording.approve_statement,
        quantity=line.quantity,
        pieces=terms.wording.piece if line.quantity == 1 else terms.wording.pieces,
        options=[(option.label, choice.label) for option, choice in chosen],
        personalisation=personalised(terms, line.configuration),
        wording=wording(terms, line.configuration),
        wanted_on=day(order.wanted_on, year=True) if order.wanted_on else "",
        promised_on=day(order.promised_on, year=True) if order.promised_on else "",
        shop_name=shop_details().name,
    )
