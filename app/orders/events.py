"""The kinds of events of orders and quotes."""

import uuid

from app.catalog.configuration import Configuration
from app.core.events import EventKind, Payload
from app.core.hold_verbs import Held, Resumed
from app.core.translations import _l


class RequestedItem(Payload):
    """A line as it was requested."""

    position: int
    product: str
    quantity: int
    configuration: Configuration


class Requested(Payload):
    """The lines as they were requested, and the contact's name."""

    lines: list[RequestedItem]
    contact: str


class Question(Payload):
    """The question to the customer."""

    question: str


class Answer(Payload):
    """The question and the answer to it."""

    question: str | None
    answer: str


class Reason(Payload):
    """Why it ended."""

    reason: str


class PaymentNote(Payload):
    """How the payment came."""

    note: str


class QuoteVersion(Payload):
    """One numbered version of a quote."""

    quote_id: uuid.UUID
    version: int


class QuoteSent(QuoteVersion):
    """A version with its total, in minor units of the order's currency."""

    total_minor: int


class QuoteAccepted(QuoteSent):
    """An accepted version and the name that the customer entered."""

    typed_name: str


class QuoteRejected(QuoteVersion):
    """A rejected version and the customer's note."""

    note: str | None


class QuoteSuperseded(QuoteVersion):
    """A replaced version and why it was replaced."""

    reason: str


EventKind(
    "order.requested",
    _l("Request received"),
    Requested,
    _l("You requested a quote"),
    tone="now",
    personal_fields=("contact", "lines"),
    public=True,
)
EventKind("order.estimating", _l("Estimating"), public=True)
EventKind(
    "order.asked",
    _l("Question sent"),
    Question,
    _l("We sent you a question"),
    detail="question",
    personal_fields=("question",),
)
EventKind(
    "order.answered",
    _l("Question answered"),
    Answer,
    _l("You answered our question"),
    detail=lambda data: str(data.get("question") or data.get("answer")),
    personal_fields=("question", "answer"),
)
EventKind(
    "order.declined",
    _l("Declined"),
    Reason,
    _l("We had to decline your request"),
    tone="bad",
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
EventKind(
    "order.placed",
    _l("Order placed"),
    QuoteAccepted,
    tone="done",
    is_routine=True,
    personal_fields=("typed_name",),
    public=True,
)
EventKind(
    "order.payment_confirmed",
    _l("Payment recorded"),
    PaymentNote,
    _l("We received your payment"),
    tone="good",
    detail="note",
    personal_fields=("note",),
    public=True,
)
EventKind(
    "order.cancelled",
    _l("Cancelled"),
    Reason,
    _l("The order was cancelled"),
    tone="bad",
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
EventKind("order.rush_changed", _l("Rush changed"), public=True)
EventKind("order.closed", _l("Closed"), tone="done", public=True)
EventKind("order.held", _l("Put on hold"), Held, personal_fields=("hold_reason",), public=True)
EventKind("order.resumed", _l("Resumed"), Resumed, personal_fields=("hold_reason",), public=True)
EventKind("quote.sent", _l("Quote sent"), QuoteSent, _l("We sent you the quote"), public=True)
EventKind(
    "quote.accepted",
    _l("Quote accepted"),
    QuoteAccepted,
    _l("You accepted the quote"),
    tone="done",
    personal_fields=("typed_name",),
    public=True,
)
EventKind(
    "quote.rejected",
    _l("Quote declined"),
    QuoteRejected,
    _l("You declined the quote"),
    tone="bad",
    detail="note",
    personal_fields=("note",),
    public=True,
)
EventKind(
    "quote.superseded",
    _l("Quote replaced"),
    QuoteSuperseded,
    _l("We're revising the quote"),
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
EventKind("quote.expired", _l("Quote expired"), QuoteVersion, _l("The quote expired"), public=True)
