"""What every facet is built from: strict parts, keys, amounts, references, and conditions on options."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Beyond this a number is a slip, and sums of it would be kept by no column.
MOST = 10**9
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Count = Annotated[int, Field(ge=1, le=MOST)]
Minor = Annotated[int, Field(ge=0, le=MOST)]
Rate = Annotated[Decimal, Field(ge=0, le=MOST, decimal_places=12)]


@dataclass(frozen=True)
class Ref:
    """Metadata of a text that names a record of another table, by its kind (see `app.catalog.references`).
    An empty text names none."""

    kind: str


class FaultAt(ValueError):
    """A fault that a check of the whole found in one of its parts, at the dotted `path`."""

    def __init__(self, sentence: str, path: str) -> None:
        super().__init__(sentence)
        self.path = path


class Part(BaseModel):
    """A piece of a product's properties. A misspelt name is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def applies(only_if: dict[str, list[str]], options: Mapping[str, str]) -> bool:
    """Return whether the choices in `options` meet every condition of `only_if`."""
    return all(options.get(key, "") in choices for key, choices in only_if.items())
