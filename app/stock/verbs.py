"""What can be done to stock. Rules stand here once: pages, the API and services ask them."""

from decimal import Decimal
from functools import partial
from typing import Annotated

from pydantic import Field

from app.core.actor import Actor
from app.core.db import find
from app.core.errors import AlreadyDone, Problem
from app.core.inputs import Text, fields
from app.core.permissions import EVERY_ROLE, permission
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record
from app.stock.models import StockItem, StockLocation, StockMovement
from app.stock.services import items, ledger

VIEW = permission("stock.view", _l("View stock"), *EVERY_ROLE)
MOVE = permission("stock.move", _l("Move stock"), "planner", "warehouse")

Amount = Decimal | int | str
"""A quantity in the item's unit; the service checks it and names the field."""
NOTE = (Annotated[str, Text(most=200), Field(title=_l("Note"))], "")

ITEM: Subject[StockItem] = Subject(
    kind="stock_item", find=items.find_item, lock=lambda item_id: ledger.home_level(item_id).item
)
MOVEMENT: Subject[StockMovement] = Subject(
    kind="stock_movement", find=partial(find, StockMovement), lock=ledger.lock_movement
)


def _can_undo(movement: StockMovement, actor: Actor) -> Problem | None:
    if ledger.is_undone(movement):
        return AlreadyDone(_("This movement was already undone. Nothing was changed."))
    return None


create_item = new_record("new_stock_item").verb(
    ledger.open_item,
    _l("Create stock item"),
    MOVE,
    fields(
        sku=Annotated[str, Text(_l("The SKU is empty."), most=40)],
        name=Annotated[str, Text(_l("The name is empty."), most=200)],
        unit=Annotated[str, Text(_l("The unit is empty."), most=16)],
        home=StockLocation,
        opening=(Amount, ""),
    ),
    entry=frozenset(),
)
create_location = new_record("new_stock_location").verb(
    items.add_location,
    _l("Create location"),
    MOVE,
    fields(name=Annotated[str, Text(_l("The name is empty."), most=120)]),
    entry=frozenset(),
)
receive = ITEM.verb(
    ledger.receive,
    _l("Receive"),
    MOVE,
    fields(
        note=NOTE,
        quantity=Annotated[Amount, Field(title=_l("Quantity"))],
        once_key=(str | None, None),
    ),
    done=_l("Stock received."),
)
count = ITEM.verb(
    ledger.count,
    _l("Record count"),
    MOVE,
    fields(note=NOTE, counted=Annotated[Amount, Field(title=_l("Counted"))]),
    done=_l("The count is recorded."),
)
undo = MOVEMENT.verb(
    ledger.undo,
    _l("Undo"),
    MOVE,
    fields(note=NOTE),
    can=_can_undo,
    done=_l("The movement is reversed."),
)
