"""How far an order has come: the one derivation, for lists, pages, the board, the portal and the API.

The chart says what people did (quoted, placed, cancelled); from placing on, the quantities say the
rest. They are counted by rooms above and handed down.
"""

from dataclasses import dataclass

from app.core.translations import _l
from app.core.workflow import State
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
    """The stage of an order: its key, labels and tones for staff and customer, its step's number."""

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
#: The step of each stage; an order that ended early is at the first.
STEP_OF = {
    "needs_info": 1, "estimating": 1, "quoted": 2, "placed": 3, "in_production": 4,
    "ready_to_ship": 4, "ready_for_pickup": 4, "partly_shipped": 5, "shipped": 5, "arrived": 5,
    "closed": 6,
}  # fmt: skip


def _stage(state: State) -> Stage:
    return Stage(
        state.name,
        state.word,
        state.colour,
        state.customer_word or state.word,
        state.customer_colour or state.colour,
        STEP_OF.get(state.name, 0),
    )


IN_PRODUCTION = _stage(State("in_production", _l("In production"), "working"))
READY_TO_SHIP = _stage(State("ready_to_ship", _l("Ready to ship"), "working"))
READY_FOR_PICKUP = _stage(
    State("ready_for_pickup", _l("Ready for pickup"), "waiting", None, "attention")
)
PARTLY_SHIPPED = _stage(State("partly_shipped", _l("Partly shipped"), "working"))
SHIPPED = _stage(State("shipped", _l("Shipped"), "good", _l("On its way"), "working"))
ARRIVED = _stage(State("arrived", _l("Delivered"), "good"))


def stage_of(state: str, made: Quantities) -> Stage:
    """Return the stage of an order in `state` with these quantities."""
    if state != "placed":
        return _stage(ORDER.table[state])
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
    return _stage(ORDER.table[state])
