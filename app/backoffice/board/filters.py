"""What the board is narrowed to: read from its address, and written into its links."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from app.core.clock import today
from app.core.settings import current
from app.core.translations import _
from app.core.web.formats import day
from app.production.filters import Filters
from app.production.queries import LANES

OPEN_LANES = LANES[:-1]
LONGEST = 100


@dataclass(frozen=True)
class BoardFilters:
    """One field for each argument of the board's address; what makes no sense is left out."""

    customer: uuid.UUID | None = None
    product: str = ""
    due_from: date | None = None
    due_to: date | None = None
    centre: str = ""
    late: bool = False
    rush: bool = False
    blocked: bool = False

    def for_jobs(self) -> Filters:
        """Return the conditions for production: late means due before today and not finished."""
        due_to = self.due_to
        if self.late:
            yesterday = today(current().timezone) - timedelta(days=1)
            due_to = min(due_to or yesterday, yesterday)
        return Filters(
            states=OPEN_LANES if self.late or self.blocked else (),
            due_from=self.due_from,
            due_to=due_to,
            customer_id=self.customer,
            product=self.product,
            work_centre=self.centre,
            blocked_only=self.blocked,
            rush_only=self.rush,
        )

    def args(self) -> dict[str, str]:
        """Return the address's arguments: set ones only, the same for the same filters."""
        found = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value:
                found[field.name] = "1" if value is True else str(value)
        return found

    def without(self, *names: str) -> dict[str, str]:
        """Return the arguments with these left out."""
        return {key: value for key, value in self.args().items() if key not in names}

    def toggled(self, name: str) -> dict[str, str]:
        """Return the arguments with a yes-or-no filter turned round."""
        turned: dict[str, Any] = {name: not getattr(self, name)}
        return replace(self, **turned).args()

    @property
    def due_words(self) -> str:
        """The due dates as a chip says them; empty where none is set."""
        if self.due_from and self.due_to:
            return _(
                "%(due_from)s to %(due_to)s", due_from=day(self.due_from), due_to=day(self.due_to)
            )
        if self.due_from:
            return _("from %(due_from)s", due_from=day(self.due_from))
        return _("until %(due_to)s", due_to=day(self.due_to)) if self.due_to else ""


def read(args: Mapping[str, Any]) -> BoardFilters:
    """Return the filters of an address. Nothing that can be typed there is a fault."""
    return BoardFilters(
        customer=_uuid(args.get("customer", "")),
        product=_words(args.get("product", "")),
        due_from=_date(args.get("due_from", "")),
        due_to=_date(args.get("due_to", "")),
        centre=_words(args.get("centre", "")),
        late=args.get("late") == "1",
        rush=args.get("rush") == "1",
        blocked=args.get("blocked") == "1",
    )


def _words(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
