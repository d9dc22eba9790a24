"""What a room says of a kind of record that is searched. One more `Words` is one more field."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SEARCHABLES: dict[str, "Searchable"] = {}


@dataclass(frozen=True)
class Words:
    """A column whose text finds the record.

    `of` says whose it is where it is another table's: the record's own column that points there
    (Order.customer_id), or that table's column that points at the record (OrderLine.order_id). Whoever
    lacks `permission` finds nothing by it; what it guards are e-mail addresses.
    """

    column: Any
    of: Any = None
    permission: str = ""


@dataclass(frozen=True)
class Hit:
    """One result: its number or name, the line under it, its state, where it leads. `codes` are
    what may be typed to mean exactly this: numbers, a SKU, a tracking number."""

    title: str
    sub: str
    url: str
    badge: tuple[str, str] | None = None
    codes: tuple[str, ...] = ()
    is_ref: bool = False


@dataclass(frozen=True)
class Searchable:
    """One kind of record: the words that find it, and how a found one is shown. Results come in declared order.

    `prefix` and `number` make its reference (MR-10428); `suffix` is a column that ends it. `rows`
    returns the select of what `hit` shows, whose column ``id`` is the record's; without it the kind
    is searched in its own list only. `bare_number`: digits alone may mean it.
    """

    kind: str
    model: Any
    words: tuple[Words, ...]
    number: Any = None
    suffix: Any = None
    prefix: str = ""
    bare_number: bool = True
    name: str = ""
    icon: str = ""
    permission: str = ""
    rows: Callable[[], Any] | None = None
    hit: Callable[[Any], Hit] | None = None

    @property
    def guarding(self) -> frozenset[str]:
        """The permissions that some of its words take besides the record's own."""
        return frozenset(one.permission for one in self.words if one.permission)

    def __post_init__(self) -> None:
        SEARCHABLES[self.kind] = self
