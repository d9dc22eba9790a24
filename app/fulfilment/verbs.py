"""What can be done to shipments. Rules stand here once: pages, the API and services all ask them."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, BadInput, Problem, WrongState
from app.core.inputs import Between, Input, Text, WholeNumber, fields
from app.core.permissions import permission
from app.core.translations import _, _l
from app.core.verbs import Subject
from app.fulfilment import queries
from app.fulfilment.models import Shipment, ShipmentWithLabel
from app.fulfilment.services import label, move
from app.fulfilment.states import LABELLED, PACKED, SHIPMENT, SHIPPED
from app.orders.models import Order
from app.orders.states import ENDED_EARLY, ORDER
from app.orders.verbs import cancel as cancel_order
from app.orders.verbs import set_delivery

VIEW = permission(
    "shipment.view", _l("View shipments"), "sales", "planner", "quality", "warehouse", "finance"
)
PACK = permission("shipment.pack", _l("Pack shipments"), "warehouse")
LABEL = permission("shipment.label", _l("Purchase labels"), "warehouse")
SHIP = permission("shipment.ship", _l("Hand parcels to the carrier"), "warehouse")
DELIVER = permission("shipment.deliver", _l("Mark shipments as delivered"), "sales", "warehouse")

FIELD_LABELS = {
    "name": _l("name"),
    "line_1": _l("street"),
    "city": _l("city"),
    "region": _l("state or region"),
    "country": _l("country"),
}


def _lock(shipment_id: uuid.UUID) -> ShipmentWithLabel:
    """Lock the shipment's order FOR SHARE, then the shipment: whoever cancels the order locks it FOR UPDATE, so
    that nothing leaves while its order is being cancelled."""
    order_id = get(Shipment, shipment_id).order_id
    get(Order, order_id, with_for_update={"read": True}, populate_existing=True)
    return ShipmentWithLabel(locked(Shipment, shipment_id))


SUBJECT: Subject[ShipmentWithLabel] = Subject(
    kind="shipment",
    find=lambda ref: ShipmentWithLabel(queries.find_shipment(ref)),
    lock=_lock,
    chart=SHIPMENT,
    row=lambda record: record.shipment,
    stream_id=lambda record: record.shipment.order_id,
)
Weight = Annotated[
    WholeNumber, Between(1, 1_000_000, _l("Enter the weight in whole grams, up to 1,000 kg."))
]
Side = Annotated[
    WholeNumber, Between(1, 10_000, _l("Enter the size in whole millimetres, up to 10 m."))
]
VariantPieces = Annotated[
    WholeNumber, Between(0, 1_000_000, _l("Enter a whole number of pieces, 0 or more."))
]
CarrierAnswer = Annotated[
    str, Text(_l("Enter what the carrier told you.")), Field(title=_l("What the carrier told you"))
]
ProblemText = Annotated[
    str,
    Text(_l("Enter what happened, in a few words.")),
    Field(title=_l("Problem: delayed, lost or damaged, in the carrier's words")),
]


class PackInput(Input):
    """Weight and size of the parcel, and which variants are in it where that is not known: in a form a field
    ``variants.LINE.VARIANT`` for each."""

    weight_g: Annotated[Weight, Field(title=_l("Weight in grams"))]
    length_mm: Annotated[Side | None, Field(title=_l("Length, mm"))] = None
    width_mm: Annotated[Side | None, Field(title=_l("Width, mm"))] = None
    height_mm: Annotated[Side | None, Field(title=_l("Height, mm"))] = None
    breakdowns: dict[uuid.UUID, dict[str, VariantPieces]] = {}

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: ShipmentWithLabel) -> dict[str, Any]:
        """Read the fields of the variants by line."""
        breakdowns: dict[str, dict[str, Any]] = {}
        for name, typed in form.items():
            prefix, _dot, rest = name.partition(".")
            line, dot, variant = rest.partition(".")
            if prefix == "variants" and dot and typed != "":
                breakdowns.setdefault(line, {})[variant] = typed
        given = super().from_form(form, record)
        return given | {"breakdowns": breakdowns} if breakdowns else given


class LabelInput(Input):
    """The carrier and its service. A form sends both in one field: ``CARRIER:SERVICE``."""

    carrier_key: str = "generic"
    service: str = "standard"

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: ShipmentWithLabel) -> dict[str, Any]:
        """Take carrier and service apart."""
        typed = super().from_form(form, record)
        carrier_key, colon, service = str(typed.get("service", "")).partition(":")
        return {"carrier_key": carrier_key, "service": service} if colon else typed


def _can_buy_label(record: ShipmentWithLabel, actor: Actor) -> Problem | None:
    shipment = record.shipment
    if is_label_requested(record):
        return AlreadyDone(
            _("A label for %(shipment)s was already requested.", shipment=shipment),
            next_step=_("It appears here as soon as the carrier answers."),
        )
    if shipment.is_pickup:
        return WrongState(
            _("%(shipment)s will be collected; it needs no label.", shipment=shipment)
        )
    if shipment.state in PACKED and not shipment.address:
        return BadInput(
            _("%(shipment)s has no delivery address.", shipment=shipment),
            next_step=_("Use “%(verb)s” on the order first.", verb=set_delivery.label),
            field="address",
        )
    if shipment.state in PACKED and (lacking := shipment.address.missing()):
        labels = ", ".join(str(FIELD_LABELS[key]) for key in lacking)
        return BadInput(
            _("The address has no %(labels)s.", labels=labels),
            next_step=_("Complete it with “%(verb)s” on the order.", verb=set_delivery.label),
            field="address",
        )
    return None


def is_label_requested(record: ShipmentWithLabel) -> bool:
    """Return whether a label is being bought, was bought, or may have been."""
    return record.label is not None and record.label.state != "failed"


def _is_in_doubt(record: ShipmentWithLabel, actor: Actor) -> Problem | None:
    if record.label is None or record.label.state != "unknown":
        return WrongState(
            _("No label purchase of %(shipment)s is unconfirmed.", shipment=record.shipment)
        )
    return None


def _is_pickup(record: ShipmentWithLabel, actor: Actor) -> Problem | None:
    if not record.shipment.is_pickup:
        return WrongState(
            _("%(shipment)s ships by carrier.", shipment=record.shipment),
            next_step=_("Purchase a label for it."),
        )
    return None


start_picking = SUBJECT.verb(
    move.start_picking, _l("Start picking"), PACK, done=_l("Picking started."), icon="boxes"
)
pack = SUBJECT.verb(
    move.pack,
    _l("Mark as packed"),
    PACK,
    PackInput,
    done=_l("The parcel is packed."),
    icon="box",
)
buy_label = SUBJECT.verb(
    label.buy_label,
    _l("Purchase label"),
    LABEL,
    LabelInput,
    states=PACKED,
    can=_can_buy_label,
    is_done=is_label_requested,
    done=_l("The label is being purchased. It will appear here shortly."),
    icon="label",
)
mark_not_purchased = SUBJECT.verb(
    label.mark_not_purchased,
    _l("Mark as not purchased"),
    LABEL,
    fields(reason=CarrierAnswer),
    states=PACKED,
    can=_is_in_doubt,
    done=_l("The purchase is recorded as not made. You can purchase a label now."),
)
mark_shipped = SUBJECT.verb(
    move.mark_shipped,
    _l("Mark as shipped"),
    SHIP,
    done=_l("The shipment is marked as shipped."),
    icon="truck",
)
mark_delivered = SUBJECT.verb(
    move.mark_delivered,
    _l("Mark as delivered"),
    DELIVER,
    done=_l("The shipment is marked as delivered."),
    icon="check",
)
mark_ready_for_pickup = SUBJECT.verb(
    move.mark_ready_for_pickup,
    _l("Mark as ready for pickup"),
    SHIP,
    can=_is_pickup,
    done=_l("The shipment is ready for pickup. We're telling the customer."),
    icon="check",
)
mark_collected = SUBJECT.verb(
    move.mark_collected,
    _l("Mark as collected"),
    DELIVER,
    fields(collected_by=(Annotated[str, Text(most=200), Field(title=_l("Collected by"))], "")),
    done=_l("The shipment is marked as collected."),
    icon="check",
)
report_problem = SUBJECT.verb(
    move.report_problem,
    _l("Report problem"),
    DELIVER,
    fields(problem=ProblemText),
    done=_l("The problem is recorded."),
    icon="alert",
)
mark_returned = SUBJECT.verb(
    move.mark_returned,
    _l("Mark as returned"),
    DELIVER,
    fields(
        reason=Annotated[str, Text(_l("Enter why it was returned.")), Field(title=_l("Reason"))]
    ),
    done=_l("The return is recorded."),
    explain=_l("Its pieces can then be packed in another shipment."),
    icon="undo",
)


def _order_goes_on(record: ShipmentWithLabel, actor: Actor) -> Problem | None:
    order = get(Order, record.shipment.order_id)
    if order.state not in ENDED_EARLY:
        return None
    word = ORDER.word(order.state).lower()
    return WrongState(
        _("%(ref)s is %(word)s, so nothing of it is sent.", ref=order.ref, word=word),
        next_step=_("Put the pieces aside and ask sales what happens to them."),
    )


for _verb in (start_picking, pack, buy_label, mark_shipped, mark_ready_for_pickup):
    _verb.add_rule(_order_goes_on)


def _nothing_is_packed(order: Order, actor: Actor) -> Problem | None:
    """What is in a shipment was made: people decide what happens to it."""
    if db.session.scalar(select(Shipment.id).where(Shipment.order_id == order.id).limit(1)) is None:
        return None
    return WrongState(
        _("Pieces of this order are packed or on their way."),
        next_step=_("Put the order on hold and agree with the customer what happens to them."),
    )


cancel_order.add_rule(_nothing_is_packed)


def _can_still_go_elsewhere(order: Order, actor: Actor) -> Problem | None:
    shipments = queries.shipments_of(order.id)
    for shipment in shipments:
        has_label = shipment.state in LABELLED or (
            shipment.state in PACKED and is_label_requested(ShipmentWithLabel(shipment))
        )
        if has_label:
            return WrongState(
                _("%(shipment)s already has its label.", shipment=shipment),
                next_step=_("Reply to any of our e-mails, and we'll see what can still be done.")
                if actor.kind == "customer"
                else _("Ask the carrier to redirect it."),
            )
    gone = sum(shipment.pieces for shipment in shipments if shipment.state in SHIPPED)
    if shipments and gone >= sum(line.quantity for line in order.lines):
        return WrongState(_("Everything in %(ref)s has already been shipped.", ref=order.ref))
    return None


set_delivery.add_rule(_can_still_go_elsewhere)
