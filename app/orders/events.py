"""The kinds of events of orders and quotes."""

from __future__ import annotations

import uuid

from app.catalog.configuration import Configuration
from app.core.events import EventKind, Payload
from app.core.hold_verbs import Held, Resumed


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
    """What the shop asked."""

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
    """An accepted version and the name that was typed."""

    typed_name: str


class QuoteRejected(QuoteVersion):
    """A rejected version and the customer's note."""

    note: str | None


class QuoteSuperseded(QuoteVersion):
    """A replaced version and why it was replaced."""

    reason: str


REQUESTED = EventKind(
    "order.requested",
    "Request received",
    Requested,
    "You requested a quote",
    tone="now",
    personal_fields=("contact", "lines"),
    public=True,
)
ESTIMATING = EventKind("order.estimating", "Estimating", public=True)
ASKED = EventKind(
    "order.asked",
    "Question sent",
    Question,
    "We sent you a question",
    detail="question",
    personal_fields=("question",),
)
ANSWERED = EventKind(
    "order.answered",
    "Question answered",
    Answer,
    "You answered our question",
    detail=lambda data: str(data.get("question") or data.get("answer")),
    personal_fields=("question", "answer"),
)
DECLINED = EventKind(
    "order.declined",
    "Declined",
    Reason,
    "We had to decline your request",
    tone="bad",
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
PLACED = EventKind(
    "order.placed",
    "Order placed",
    QuoteAccepted,
    tone="done",
    is_routine=True,
    personal_fields=("typed_name",),
    public=True,
)
PAYMENT_CONFIRMED = EventKind(
    "order.payment_confirmed",
    "Payment recorded",
    PaymentNote,
    "We received your payment",
    tone="good",
    detail="note",
    personal_fields=("note",),
    public=True,
)
CANCELLED = EventKind(
    "order.cancelled",
    "Cancelled",
    Reason,
    "The order was cancelled",
    tone="bad",
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
CLOSED = EventKind("order.closed", "Closed", tone="done", public=True)
HELD = EventKind("order.held", "Put on hold", Held, personal_fields=("hold_reason",), public=True)
RESUMED = EventKind(
    "order.resumed", "Resumed", Resumed, personal_fields=("hold_reason",), public=True
)
QUOTE_SENT = EventKind("quote.sent", "Quote sent", QuoteSent, "We sent you the quote", public=True)
QUOTE_ACCEPTED = EventKind(
    "quote.accepted",
    "Quote accepted",
    QuoteAccepted,
    "You accepted the quote",
    tone="done",
    personal_fields=("typed_name",),
    public=True,
)
QUOTE_REJECTED = EventKind(
    "quote.rejected",
    "Quote declined",
    QuoteRejected,
    "You declined the quote",
    tone="bad",
    detail="note",
    personal_fields=("note",),
    public=True,
)
QUOTE_SUPERSEDED = EventKind(
    "quote.superseded",
    "Quote replaced",
    QuoteSuperseded,
    "We're revising the quote",
    detail="reason",
    personal_fields=("reason",),
    public=True,
)
QUOTE_EXPIRED = EventKind(
    "quote.expired", "Quote expired", QuoteVersion, "The quote expired", public=True
)
