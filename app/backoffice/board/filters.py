"""What the board is narrowed to: read from its address, and written into its links."""

import uuid
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from app.core.translations import _
from app.core.web.formats import day

LONGEST = 100


def _or_none(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


Id = Annotated[uuid.UUID | None, WrapValidator(_or_none)]
Day = Annotated[date | None, WrapValidator(_or_none)]
Words = Annotated[str, AfterValidator(_one_line)]
Yes = Annotated[bool, BeforeValidator(lambda value: value in ("1", True))]


class BoardFilters(BaseModel):
    """One field for each argument of the board's address; what makes no sense is left out.

    `late`: due before today and not finished.
    """

    model_config = ConfigDict(frozen=True)

    customer: Id = None
    product: Words = ""
    due_from: Day = None
    due_to: Day = None
    centre: Words = ""
    late: Yes = False
    rush: Yes = False
    blocked: Yes = False

    def args(self) -> dict[str, str]:
        """Return the address's arguments: set ones only, the same for the same filters."""
        return {name: "1" if value is True else str(value) for name, value in self if value}

    def without(self, *names: str) -> dict[str, str]:
        """Return the arguments with these left out."""
        return {key: value for key, value in self.args().items() if key not in names}

    def toggled(self, name: str) -> dict[str, str]:
        """Return the arguments with a yes-or-no filter turned round."""
        return self.model_copy(update={name: not getattr(self, name)}).args()

    @property
    def due_words(self) -> str:
        """The due dates as a chip says them; empty where none is set."""
        if self.due_from and self.due_to:
            return _("%(first)s to %(last)s", first=day(self.due_from), last=day(self.due_to))
        if self.due_from:
            return _("from %(due_from)s", due_from=day(self.due_from))
        return _("until %(due_to)s", due_to=day(self.due_to)) if self.due_to else ""
