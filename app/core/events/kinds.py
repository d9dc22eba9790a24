"""Kinds of events: each room declares its own in its events.py, once; everything else reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

KINDS: dict[str, EventKind] = {}
PERSONAL = "personal"
Personal = Annotated[str, PERSONAL]
PersonalOrNone = Annotated[str | None, PERSONAL]
"""Fields of a payload that hold personal data."""


class Payload(BaseModel):
    """What an event says besides before and after. A closed shape: nothing unknown is recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def payload(base: type[Payload] = Payload, /, **fields: Any) -> type[Payload]:
    """Return a payload of these fields besides those of `base`, each a type or a pair of type and default."""
    return create_model("payload", __base__=base, **fields)


@dataclass(frozen=True, eq=False)
class EventKind:
    """One kind of event.

    `name` is stored and never reused. `staff_label` is its title on staff's timelines,
    `customer_label` on the customer's page (None: not shown there), `tone` the timeline's mark: "", now,
    good, bad, done. `detail` returns the few words that tell this event from others of its kind.
    `is_routine`: the short timeline leaves it out. `personal_fields` are names in before or after that
    hold personal data, beside the payload's fields of the type `Personal`; `number_fields` those that
    hold a number as text. `guarded`: field → the permission without which staff don't read it. `public`:
    webhooks may send it. `ends_access`: live lines of the person (or of the order, for its customers) in
    whose chain it is are cut.
    """

    name: str
    staff_label: str
    Payload: type[Payload] = Payload
    customer_label: str | None = None
    tone: str = ""
    detail: Callable[[Mapping[str, Any]], str] | str = ""
    is_routine: bool = False
    personal_fields: tuple[str, ...] = ()
    number_fields: tuple[str, ...] = ()
    guarded: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    ends_access: bool = False

    def __post_init__(self) -> None:
        if self.name in KINDS:
            raise TypeError(f"The event {self.name} is declared twice.")
        fields = self.Payload.model_fields.items()
        personal = tuple(name for name, field in fields if PERSONAL in field.metadata)
        object.__setattr__(self, "personal_fields", (*self.personal_fields, *personal))
        KINDS[self.name] = self

    def say(self, data: Mapping[str, Any] | None) -> str:
        """Return the detail of an event with this payload, at most 120 characters."""
        if not data or not self.detail:
            return ""
        found = data.get(self.detail) if isinstance(self.detail, str) else self.detail(data)
        return str(found or "")[:120]


def checked(name: str, data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the payload as it is recorded; raise ValueError for an unknown kind or a wrong payload."""
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f"No room declares the event {name}.")
    try:
        kind.Payload.model_validate(dict(data or {}))
    except ValidationError as problem:
        wrong = "; ".join(f"{fault['loc']}: {fault['msg']}" for fault in problem.errors())
        raise ValueError(f"The payload of {name} doesn't fit: {wrong}") from None
    return dict(data) if data else None
