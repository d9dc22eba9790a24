"""The kinds of events of stock."""

import uuid
from decimal import Decimal
from typing import Any

from pydantic import Field

from app.core.events import EventKind, Payload, payload
from app.core.translations import _l

REASONS = {
    "receipt": _l("Received"),
    "count": _l("Counted"),
    "consumption": _l("Used"),
    "extra": _l("Used beyond the reservation"),
    "reversal": _l("Undone"),
    "transfer": _l("Moved"),
}
"""Why material moved, as staff read it."""


class Movement(Payload):
    """One row of the ledger."""

    movement_id: uuid.UUID
    sku: str
    quantity: Decimal
    unit: str
    origin: str = Field(alias="from")
    target: str = Field(alias="to")
    reason: str


CLAIM = payload(claim_id=uuid.UUID, items=dict[str, str])

EventKind("stock.reserved", _l("Material reserved"), CLAIM, tone="good", public=True)
EventKind("stock.released", _l("Reservation released"), CLAIM, public=True)
EventKind(
    "stock.short",
    _l("Material short"),
    payload(claims=list[str], lacks=list[dict[str, Any]]),
    tone="bad",
    public=True,
)
EventKind(
    "stock.moved",
    _l("Stock movement"),
    Movement,
    detail=lambda data: REASONS.get(str(data.get("reason")), ""),
    is_routine=True,
    number_fields=("on_hand", "reserved"),
    public=True,
)
EventKind("stock.item_created", _l("Stock item created"), public=True)
EventKind("stock.location_created", _l("Location created"))
