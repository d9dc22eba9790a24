"""Quantity: how many pieces one may order."""

from __future__ import annotations

from pydantic import model_validator

from app.catalog.properties.part import Count, Part


class Quantity(Part):
    """How many one may order."""

    minimum: Count = 1
    maximum: Count = 10_000
    step: Count = 1
    default: Count = 1
    suggestions: list[Count] = []

    @model_validator(mode="after")
    def _sane(self) -> Quantity:
        if self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        for value in (self.default, *self.suggestions):
            if not self.minimum <= value <= self.maximum or (value - self.minimum) % self.step:
                raise ValueError(f"{value} can't be ordered with these limits")
        return self
