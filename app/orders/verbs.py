"""What can be done to an order. Rules stand here once: pages, the API and services all ask them."""

import uuid
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.clock import shop_day
from app.core.db import db, locked
from app.core.errors import AlreadyDone, NotFound, Problem, WrongState
from app.core.hold_verbs import hold_verbs
from app.core.inputs import Day, Input, NotPast, Text, WholeNumber, fields, price_minor
from app.core.permissions import EVERY_ROLE, permission
from app.core.postal_address import PostalAddress
from app.core.text_input import clean_full_name
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record
from app.core.web.formats import day
from app.customers.models import Contact
from app.orders.delivery import DeliveryInput
from app.orders.details import RequestDetails
from app.orders.models import Order, order_number
from app.orders.services import life, promotion, quoting, request
from app.orders.services.quoting import LinePrice
from app.orders.services.request import RequestedLine, Requester
from app.orders.states import BEFORE_QUOTE, OPEN, ORDER, PLACED
from app.pricelists.services.promotions import promotion_of

VIEW = permission("order.view", _l("View orders"), *EVERY_ROLE, customer=True)
CREATE = permission("order.create", _l("Create orders"), "sales")
ESTIMATE = permission("order.estimate", _l("Estimate requests"), "sales")
DECLINE = permission("order.decline", _l("Decline requests"), "sales")
CANCEL = permission("order.cancel", _l("Cancel orders"), "sales", "planner", customer=True)
HOLD = permission(
    "order.hold", _l("Put orders on hold"), "sales", "prepress", "planner", "quality", "finance"
)
ANSWER = permission("order.answer", _l("Record a customer's answer"), "sales", customer=True)
SEND_QUOTE = permission("quote.send", _l("Send quotes"), "sales")
SET_DELIVERY = permission(
    "order.set_delivery", _l("Set where an order goes"), "sales", "warehouse", customer=True
)
ANSWER_QUOTE = permission("quote.answer", _l("Accept or decline a quote"), customer=True)
CONFIRM_PAYMENT = permission("payment.confirm", _l("Record payments"), "sales", "finance")


#: Who may release a hold: permission → label in the form.
RELEASED_BY = {
    HOLD: _l("Anyone who can put orders on hold"),
    CONFIRM_PAYMENT: _l("Sales and finance only"),
    CANCEL: _l("Sales and planners only"),
}


def find_order(ref: str) -> Order:
    """Return the order ``MR-10428``; raise NotFound for anything else."""
    people = joinedload(Order.customer), joinedload(Order.contact).lazyload(Contact.customer)
    query = select(Order).where(Order.number == order_number(ref)).options(*people)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no order with this number."))
    return found


SUBJECT: Subject[Order] = Subject(
    kind="order",
    find=find_order,
    lock=lambda order_id: locked(Order, order_id),
    chart=ORDER,
    stream_id=lambda order: order.id,
    customer_id=lambda order: order.customer_id,
)
STAFF = frozenset({"staff", "api"})
CUSTOMER = frozenset({"portal"})
BOTH = STAFF | CUSTOMER
ANSWERED = {
    "accepted": _l("You already accepted this quote. Nothing was changed."),
    "rejected": _l("You already declined this quote. Nothing was changed."),
}


def _full_name(name: str) -> str:
    return clean_full_name(name, _("Enter your full name to accept the quote."))


Question = Annotated[
    str,
    Text(_l("Enter the question for the customer."), most=4000, rows=4),
    Field(title=_l("What do you need to know?")),
]
Answer = Annotated[str, Text(_l("Enter the answer."), most=4000, rows=4), Field(title=_l("Answer"))]
ReasonToDecline = Annotated[
    str,
    Text(_l("Enter the reason; the customer will read it."), rows=3),
    Field(title=_l("Why can't we make it? The customer will read this")),
]
ReasonToCancel = Annotated[
    str, Text(_l("Enter the reason for the cancellation.")), Field(title=_l("Reason"))
]
CustomerName = Annotated[str, AfterValidator(_full_name)]


def _rush_key(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError(_("This rush level is not offered. Choose another."))
    return value


#: The key of a rush level; the order's page offers those there are.
RushKey = Annotated[Any, AfterValidator(_rush_key)]


class QuoteInput(Input):
    """A quote: net prices of lines where they are set by hand, dates, a note to the customer."""

    prices: dict[uuid.UUID, LinePrice] = {}
    note: Annotated[str, Text(most=4000, rows=2), Field(title=_l("Note to the customer"))] = ""
    promised_on: Annotated[
        Day | None, NotPast(_l("This date has passed. Promise a later one, or leave it empty."))
    ] = None
    valid_until: Day | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Order) -> dict[str, Any]:
        """Read the prices as `prices_in`; a line left empty keeps the price rule's price."""
        typed = super().from_form(form, record)
        if "prices" in typed:
            return typed
        return typed | {"prices": prices_in(form, record)}


def prices_in(form: Mapping[str, str], order: Order) -> dict[uuid.UUID, LinePrice]:
    """Return line id → the price and reason in the form's ``price-LINE`` and ``reason-LINE``; lines whose
    price is empty are left out. Raises BadInput for what is no amount."""
    prices = {}
    for line in order.lines:
        field = f"price-{line.id}"
        if form.get(field, "").strip():
            amount = price_minor(form[field], order.currency, field)
            prices[line.id] = LinePrice(amount, form.get(f"reason-{line.id}", ""))
    return prices


def _can_answer(answer: str) -> Callable[[Order, Actor], Problem | None]:
    def can(order: Order, actor: Actor) -> Problem | None:
        quote = quoting.newest_quote(order.id)
        if quote is None:
            return WrongState(_("There is no quote to answer yet."))
        if quote.answer is not None and quote.answer.answer == answer:
            return AlreadyDone(ANSWERED[answer])
        if answer == "accepted" and quote.answer is None and quoting.is_outdated(order):
            return WrongState(
                _("You've sent a new file since this quote, so its price may no longer fit."),
                next_step=_("We're revising the quote and will send you a new version."),
            )
        if quote.answer is None and quote.valid_until < shop_day():
            return WrongState(
                _("This quote expired on %(valid_until)s.", valid_until=day(quote.valid_until)),
                next_step=_("Request a new one; we've kept your request and files."),
            )
        return None

    return can


def _can_record_payment(order: Order, actor: Actor) -> Problem | None:
    if order.paid_at is not None:
        return AlreadyDone(_("The payment was already recorded. Nothing was changed."))
    return None


# customers request for themselves, staff for a customer
request_order = new_record("order_request").verb(
    request.request_order,
    _l("Create order"),
    CREATE,
    fields(
        requester=Requester,
        lines=list[RequestedLine],
        owner_key=str,
        idempotency_key=(uuid.UUID | None, None),
        key_scope=(str | None, None),
        details=(RequestDetails, RequestDetails()),
        ship_to=(PostalAddress | None, None),
        is_pickup=(bool, False),
        rush_level=(str, ""),
        promotion_code=(str, ""),
    ),
    is_own=lambda none_yet, actor: actor.kind == "customer",
    entry=frozenset(),
)
start_estimate = SUBJECT.verb(
    quoting.start_estimate, _l("Start estimate"), ESTIMATE, done=_l("You can set the price now.")
)
ask_customer = SUBJECT.verb(
    quoting.ask_customer,
    _l("Ask customer"),
    ESTIMATE,
    fields(question=Question),
    done=_l("The question has been sent to the customer."),
    icon="reply",
)
answer_question = SUBJECT.verb(
    quoting.answer_question,
    _l("Record answer"),
    ANSWER,
    fields(answer=Answer),
    done=_l("The answer is recorded."),
    done_customer=_l("We've received your answer and are preparing your quote."),
    entry=BOTH,
)
send_quote = SUBJECT.verb(
    quoting.send_quote,
    _l("Send quote"),
    SEND_QUOTE,
    QuoteInput,
    done=_l("The quote has been sent to the customer."),
    icon="quote",
)
revise_quote = SUBJECT.verb(
    quoting.revise_quote,
    _l("Revise quote"),
    SEND_QUOTE,
    fields(reason=(Annotated[str, Text(), Field(title=_l("Reason"))], _l("Revised by the shop."))),
    done=_l("That version is withdrawn. You can price the next one now."),
    explain=_l("The customer can't accept it any more. It stays on record as replaced."),
    icon="pen",
)
accept_quote = SUBJECT.verb(
    quoting.accept_quote,
    _l("Accept quote"),
    ANSWER_QUOTE,
    fields(version=WholeNumber, typed_name=CustomerName),
    can=_can_answer("accepted"),
    done=_l("Thank you. Your order is placed."),
    entry=CUSTOMER,
)
reject_quote = SUBJECT.verb(
    quoting.reject_quote,
    _l("Decline quote"),
    ANSWER_QUOTE,
    fields(version=WholeNumber, note=(Annotated[str, Text(most=4000)], "")),
    can=_can_answer("rejected"),
    done=_l("You declined the quote. Nothing will be made."),
    entry=CUSTOMER,
)
decline = SUBJECT.verb(
    life.decline,
    _l("Decline request"),
    DECLINE,
    fields(reason=ReasonToDecline),
    done=_l("The request is declined. The customer will get the reason."),
    danger=True,
)
hold, resume = hold_verbs(
    SUBJECT,
    _l("order"),
    _l("Enter why the order is on hold and what it is waiting for."),
    RELEASED_BY,
    ("order.held", "order.resumed"),
    states=OPEN,
    stops=(send_quote,),
    explain=_l("Production doesn't start and no quote is sent until you resume the order."),
    column="hold_reason",
)
cancel = SUBJECT.verb(
    life.cancel,
    _l("Cancel order"),
    CANCEL,
    fields(reason=ReasonToCancel),
    done=_l("The order is cancelled."),
    done_customer=_l("Your order is cancelled. Nothing will be made."),
    explain=_l("Reserved material becomes available again."),
    danger=True,
    entry=BOTH,
)
confirm_payment = SUBJECT.verb(
    life.confirm_payment,
    _l("Record payment"),
    CONFIRM_PAYMENT,
    fields(note=(Annotated[str, Text(), Field(title=_l("Note"))], "")),
    states=PLACED,
    can=_can_record_payment,
    is_done=lambda order: order.paid_at is not None,
    done=_l("The payment is recorded."),
    icon="coin",
)
review_tax = SUBJECT.verb(
    life.review_tax,
    _l("Mark tax as reviewed"),
    CONFIRM_PAYMENT,
    fields(
        note=Annotated[
            str,
            Text(_l("Enter what was agreed with the customer."), rows=2),
            Field(title=_l("Outcome")),
        ]
    ),
    states=PLACED,
    can=lambda order, actor: (
        None if order.tax_to_review else AlreadyDone(_("The tax of this order needs no review."))
    ),
    is_done=lambda order: order.tax_to_review is None,
    done=_l("The review is recorded."),
    explain=_l("The agreed total stays as it is. Settle any difference with the customer first."),
    icon="coin",
)
set_delivery = SUBJECT.verb(
    life.set_delivery,
    _l("Set delivery"),
    SET_DELIVERY,
    DeliveryInput,
    states=OPEN,
    done=_l("The delivery is saved."),
    done_customer=_l("Thank you. We've saved where your order goes."),
    explain=_l("Shipments that have no label yet go there too."),
    icon="truck",
    entry=BOTH,
)
add_promotion = SUBJECT.verb(
    promotion.add_promotion,
    _l("Add promotion code"),
    ESTIMATE,
    fields(
        promotion_code=Annotated[
            str, Text(_l("Enter the code."), most=40), Field(title=_l("Promotion code"))
        ]
    ),
    states=BEFORE_QUOTE,
    done=_l("The next quote takes the code into account."),
    icon="coin",
)
remove_promotion = SUBJECT.verb(
    promotion.remove_promotion,
    _l("Remove promotion code"),
    ESTIMATE,
    states=BEFORE_QUOTE,
    can=lambda order, actor: (
        None
        if promotion_of(order.id)
        else AlreadyDone(_("The order uses no promotion code. Nothing was changed."))
    ),
    done=_l("The code is off the order and counts no more."),
    icon="coin",
)
mark_rush = SUBJECT.verb(
    life.mark_rush,
    _l("Mark as rush"),
    ESTIMATE,
    fields(level=(RushKey, "")),
    states=OPEN,
    can=lambda order, actor: AlreadyDone(_("The order is already rush.")) if order.rush else None,
    is_done=lambda order: order.rush,
    done=_l("The order is marked as rush. The next quote adds the rush surcharge."),
    icon="clock",
)
unmark_rush = SUBJECT.verb(
    life.unmark_rush,
    _l("Remove rush"),
    ESTIMATE,
    states=OPEN,
    can=lambda order, actor: None if order.rush else AlreadyDone(_("It already isn't rush.")),
    is_done=lambda order: not order.rush,
    done=_l("The order is no longer rush."),
    icon="clock",
)
revoke_link = SUBJECT.verb(
    life.revoke_link,
    _l("Revoke link"),
    "message.resend",
    fields(link_id=uuid.UUID),
    done=_l("The link is revoked and no longer works."),
)
