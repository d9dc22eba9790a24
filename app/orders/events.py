"""The kinds of events of orders and quotes."""

import uuid
from typing import Annotated

from app.catalog.configuration import Configuration
from app.core.events import EventKind, Payload, Personal, PersonalOrNone, payload
from app.core.events.kinds import PERSONAL
from app.core.hold_verbs import Held, Resumed
from app.core.translations import _l


class RequestedItem(Payload):
    """A line as it was requested."""

    position: int
    product: str
    quantity: int
    configuration: Configuration


REASON = payload(reason=Personal)
VERSION = payload(quote_id=uuid.UUID, version=int)
SENT = payload(VERSION, total_minor=int)
ACCEPTED = payload(SENT, typed_name=Personal)

EventKind(
    "order.requested",
    _l("Request received"),
    payload(lines=Annotated[list[RequestedItem], PERSONAL], contact=Personal),
    _l("You requested a quote"),
    tone="now",
    public=True,
)
EventKind("order.estimating", _l("Estimating"), public=True)
EventKind(
    "order.asked",
    _l("Question sent"),
    payload(question=Personal),
    _l("We sent you a question"),
    detail="question",
)
EventKind(
    "order.answered",
    _l("Question answered"),
    payload(question=PersonalOrNone, answer=Personal),
    _l("You answered our question"),
    detail=lambda data: str(data.get("question") or data.get("answer")),
)
EventKind(
    "order.declined",
    _l("Declined"),
    REASON,
    _l("We had to decline your request"),
    tone="bad",
    detail="reason",
    public=True,
)
EventKind("order.placed", _l("Order placed"), ACCEPTED, tone="done", is_routine=True, public=True)
EventKind(
    "order.payment_confirmed",
    _l("Payment recorded"),
    payload(note=Personal),
    _l("We received your payment"),
    tone="good",
    detail="note",
    public=True,
)
EventKind(
    "order.cancelled",
    _l("Cancelled"),
    REASON,
    _l("The order was cancelled"),
    tone="bad",
    detail="reason",
    public=True,
)
EventKind(
    "order.delivery_set",
    _l("Delivery set"),
    customer_label=_l("Delivery details saved"),
    personal_fields=("ship_to",),
    guarded={"ship_to": "customer.view"},
    public=True,
)
EventKind(
    "order.tax_to_review",
    _l("Tax to review"),
    payload(reason=str),
    tone="bad",
    detail="reason",
)
EventKind("order.tax_reviewed", _l("Tax reviewed"), payload(note=Personal), detail="note")
CODE = payload(code=str)
EventKind("order.promotion_added", _l("Promotion code added"), CODE, detail="code", public=True)
EventKind("order.promotion_removed", _l("Promotion code removed"), public=True)
EventKind(
    "order.promotion_refused",
    _l("Promotion code not taken"),
    payload(CODE, why=str),
    tone="bad",
    detail="why",
)
EventKind("order.rush_changed", _l("Rush changed"), public=True)
EventKind("order.closed", _l("Closed"), tone="done", public=True)
EventKind("order.held", _l("Put on hold"), Held, personal_fields=("hold_reason",), public=True)
EventKind("order.resumed", _l("Resumed"), Resumed, personal_fields=("hold_reason",), public=True)
EventKind("quote.sent", _l("Quote sent"), SENT, _l("We sent you the quote"), public=True)
EventKind(
    "quote.accepted",
    _l("Quote accepted"),
    ACCEPTED,
    _l("You accepted the quote"),
    tone="done",
    public=True,
)
EventKind(
    "quote.rejected",
    _l("Quote declined"),
    payload(VERSION, note=PersonalOrNone),
    _l("You declined the quote"),
    tone="bad",
    detail="note",
    public=True,
)
EventKind(
    "quote.superseded",
    _l("Quote replaced"),
    payload(VERSION, reason=Personal, upload_id=(uuid.UUID | None, None)),
    _l("We're revising the quote"),
    detail="reason",
    public=True,
)
EventKind("quote.expired", _l("Quote expired"), VERSION, _l("The quote expired"), public=True)
