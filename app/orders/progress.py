"""How far an order has come: the one derivation, for lists, pages, the board, the portal and the API.

The chart says what people did (quoted, placed, cancelled); from placing on, the quantities say the
rest. They are counted by rooms above and handed down.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.translations import _l
from app.orders.states import ORDER


@dataclass(frozen=True)
class Quantities:
    """Pieces of all lines; shipments: how many there are, left, arrived, wait to be collected.

    `is_started`: work on a job has begun, whether or not a piece was counted.

    A shipment that came back counts neither as one that is there nor as one that left.
    """

    ordered: int = 0
    good: int = 0
    spoiled: int = 0
    cancelled: int = 0
    shipments: int = 0
    shipped: int = 0
    arrived: int = 0
    ready_for_pickup: int = 0
    is_started: bool = False

    @property
    def open(self) -> int:
        """Pieces still to be made: ordered = good + open + cancelled."""
        return max(0, self.ordered - self.good - self.cancelled)


@dataclass(frozen=True)
class Stage:
    """Where an order stands: its key, labels and tones for staff and customer, its step's number."""

    key: str
    label: str
    tone: str
    customer_label: str
    customer_tone: str
    step: int


STEPS = (
    _l("Requested"),
    _l("Estimated"),
    _l("Quoted"),
    _l("Placed"),
    _l("In production"),
    _l("Shipped"),
    _l("Closed"),
)
STEP_OF = {"requested": 0, "needs_info": 1, "estimating": 1, "quoted": 2, "placed": 3, "closed": 6}
IN_PRODUCTION = Stage(
    "in_production",
    _l("In production"),
    "working",
    _l("In production"),
    "working",
    STEPS.index("In production"),
)
READY_TO_SHIP = Stage(
    "ready_to_ship",
    _l("Ready to ship"),
    "working",
    _l("Ready to ship"),
    "working",
    IN_PRODUCTION.step,
)
READY_FOR_PICKUP = Stage(
    "ready_for_pickup",
    _l("Ready for pickup"),
    "waiting",
    _l("Ready for pickup"),
    "attention",
    IN_PRODUCTION.step,
)
PARTLY_SHIPPED = Stage(
    "partly_shipped",
    _l("Partly shipped"),
    "working",
    _l("Partly shipped"),
    "working",
    STEPS.index("Shipped"),
)
SHIPPED = Stage(
    "shipped", _l("Shipped"), "good", _l("On its way"), "working", STEPS.index("Shipped")
)
ARRIVED = Stage("arrived", _l("Delivered"), "good", _l("Delivered"), "good", STEPS.index("Shipped"))


def stage_of(state: str, made: Quantities) -> Stage:
    """Return where an order in `state` with these quantities stands."""
    if state != "placed":
        return _of_chart(state)
    if made.shipped and made.shipped >= made.shipments and not made.open:
        return ARRIVED if made.arrived >= made.shipments else SHIPPED
    if made.shipped:
        return PARTLY_SHIPPED
    if made.ready_for_pickup:
        return READY_FOR_PICKUP
    if made.good and not made.open:
        return READY_TO_SHIP
    if made.is_started or made.good or made.spoiled:
        return IN_PRODUCTION
    return _of_chart(state)


def _of_chart(state: str) -> Stage:
    known = ORDER.table[state]
    return Stage(
        state,
        known.word,
        known.colour,
        known.customer_word or known.word,
        known.customer_colour or known.colour,
        STEP_OF.get(state, 0),
    )
