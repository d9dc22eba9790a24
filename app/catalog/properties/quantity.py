"""Quantity: how many pieces one may order."""

from __future__ import annotations

from pydantic import Field, model_validator

from app.catalog.properties.part import Part


class Quantity(Part):
    """How many one may order."""

    minimum: int = Field(default=1, ge=1)
    maximum: int = Field(default=10_000, ge=1)
    step: int = Field(default=1, ge=1)
    default: int = Field(default=1, ge=1)
    suggestions: list[int] = []

    @model_validator(mode="after")
    def _sane(self) -> Quantity:
        if self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        for value in (self.default, *self.suggestions):
            if not self.minimum <= value <= self.maximum or (value - self.minimum) % self.step:
                raise ValueError(f"{value} can't be ordered with these limits")
        return self
