"""order.closed → one entry in each accounting system."""

import uuid
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db, get
from app.core.events import Event, record
from app.core.outbound import intent as intents
from app.core.outbound.adapters import of_kind
from app.core.outbound.chart import OUTBOUND
from app.core.outbound.credentials import row_of
from app.core.shop.region import region
from app.integrations.accounting import Accounting, Sale, Tax
from app.orders.models import Order, Quote, QuoteAnswer


def key_of(order_id: uuid.UUID, target: str) -> str:
    """Return the key under which an order's sale is known, here and at the other side."""
    return f"{target}:sale:{order_id}"


def sale_of(order: Order) -> Sale | None:
    """Return the order as a sale: the lines as they were agreed. None where nothing was agreed."""
    agreed = (
        select(Quote)
        .join(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(Quote.order_id == order.id, QuoteAnswer.answer == "accepted")
        .order_by(Quote.version.desc())
        .limit(1)
    )
    quote = db.session.scalars(agreed).first()
    if quote is None or order.ended_at is None:
        return None
    shares = [
        Tax(
            label=row.label,
            amount_minor=row.tax_minor,
            net_minor=row.net_minor,
            percent=row.percent,
            kind=row.kind,
            note=row.note,
        )
        for row in sorted(quote.tax_rows, key=lambda row: (row.label, row.note))
        if row.tax_minor or row.note
    ]
    return Sale(
        number=order.ref,
        customer=order.customer.name,
        customer_vat_number=order.customer.vat_number,
        closed_on=order.ended_at.astimezone(ZoneInfo(region().timezone)).date(),
        currency=quote.currency,
        net_minor=quote.net_minor,
        taxes=tuple(shares),
        total_minor=quote.total_minor,
    )


def targets() -> list[str]:
    """Return the accounting systems that are in use: set up under Connections, or without settings."""
    return [
        key
        for key, found in sorted(of_kind(Accounting.kind).items())
        if not found.Settings.model_fields or row_of(Accounting.kind, key) is not None
    ]


def intend_entries(event: Event) -> None:
    """order.closed: intend its entry in each accounting system, once; none where nothing was
    agreed. Records sync.intended for each, which the driver answers by writing it."""
    order = get(Order, event.subject_id)
    sale = sale_of(order)
    if sale is None:
        return
    for target in targets():
        intent, is_new = intents.intend(
            Accounting.kind,
            target,
            order,
            sale.model_dump(mode="json"),
            key=key_of(order.id, target),
            stream_id=event.stream_id,
        )
        # a former version started this write within the same delivery, so it is finished here
        is_open = intent.attempts > 0 and OUTBOUND.can(intent.state, "fail")
        if is_new or is_open:
            after, data = {"state": intent.state}, {"key": intent.key, "target": target}
            stream_id = event.stream_id
            record("sync.intended", intent, system(), stream_id=stream_id, after=after, data=data)
