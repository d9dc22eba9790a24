"""Personalisation: what the customer writes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from app.catalog.patterns import check_pattern
from app.catalog.properties.part import Key, Part


class Personalisation(Part):
    """Something the customer writes. `only_if` maps option keys to the choices that ask for it.

    `use` says where a text ends up: in the customer's file, which is compared with it; added by the shop
    (an engraving); or nowhere on the piece, for information only.
    """

    key: Key
    label: str
    kind: Literal["text", "date", "choice", "colour"] = "text"
    max_length: int = Field(default=120, ge=1, le=2000)
    pattern: str = ""
    pattern_says: str = ""
    choices: list[str] = []
    use: Literal["file", "added", "information"] = "file"
    required: bool = False
    help: str = ""
    only_if: dict[str, list[str]] = {}

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        check_pattern(value)
        return value

    @model_validator(mode="after")
    def _choice_has_choices(self) -> Personalisation:
        if self.kind == "choice" and not self.choices:
            raise ValueError("a field of kind choice needs choices")
        return self
