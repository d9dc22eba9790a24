"""What a product line is made of, as data: everything that differs between trades, one facet a file.

Lengths are millimetres, weights grams, money is integer minor units of `Price.currency`, rates that
may be finer than a minor unit (per cm³, per gram) are decimals of minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, model_validator

from app.catalog.properties.artwork import Artwork
from app.catalog.properties.constraints import Constraint, usual_choices
from app.catalog.properties.materials import Material
from app.catalog.properties.options import Choice, Option
from app.catalog.properties.part import FaultAt, Part, Ref, applies
from app.catalog.properties.personalisation import Personalisation
from app.catalog.properties.price_parts import (
    Break,
    Formula,
    RushLevel,
    Sheet,
    Surcharge,
    WorkPrice,
)
from app.catalog.properties.pricing import Price
from app.catalog.properties.quantity import Quantity
from app.catalog.properties.route import Gate, Step
from app.catalog.properties.shipping import Ship
from app.catalog.properties.variants import Variant, Variants, check_variants
from app.catalog.properties.wording import Wording
from app.core.translations import _, _l

__all__ = [
    "Artwork",
    "Break",
    "Choice",
    "Constraint",
    "Formula",
    "Gate",
    "Material",
    "Option",
    "Personalisation",
    "Price",
    "Properties",
    "Quantity",
    "RushLevel",
    "Sheet",
    "Ship",
    "Step",
    "Surcharge",
    "Variant",
    "Variants",
    "Wording",
    "WorkPrice",
    "applies",
]


class Properties(Part):
    """All of a product's properties, with those inherited from its family."""

    options: list[Option] = []
    constraints: list[Constraint] = Field(default=[], title=_l("Rules between options"))
    variants: Variants = Variants()
    personalisation: list[Personalisation] = []
    artwork: Artwork | None = None
    price: Price = Price()
    quantity: Quantity = Quantity()
    materials: list[Material] = []
    route: list[Step] = []
    gates: list[Gate] = Field(
        default=["artwork", "material", "payment"], title=_l("Required before production")
    )
    tax_class: Annotated[str, Ref("tax_class")] = Field(default="", title=_l("Tax class"))
    ship: Ship = Field(default=Ship(), title=_l("Shipping"))
    wording: Wording = Wording()

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Properties:
        for name in ("options", "constraints", "personalisation", "materials", "route"):
            keys = [item.key for item in getattr(self, name)]
            if len(keys) != len(set(keys)):
                raise ValueError(f"{name}: a key is used twice")
        choices_of = {item.key: {choice.key for choice in item.choices} for item in self.options}
        for path, who, condition in self._conditions():
            for key, choices in condition.items():
                if key not in choices_of:
                    says = _("there is no option %(key)s, which “%(who)s” asks about")
                    raise FaultAt(says % {"key": key, "who": who}, path)
                if unknown := sorted(set(choices) - choices_of[key]):
                    says = _("option %(key)s has no choice %(choice)s, which “%(who)s” asks about")
                    names = {"key": key, "choice": unknown[0], "who": who}
                    raise FaultAt(says % names, path)
        if self.constraints and usual_choices(self.options, self.constraints) is None:
            raise ValueError("with these rules between options nothing can be ordered")
        check_variants(self.options, self.variants)
        return self

    def _conditions(self) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
        """Yield (path, name of the part, option → choices) for all that refers to options."""
        for field in self.personalisation:
            yield f"personalisation.{field.key}.only_if", field.label, field.only_if
        for step in self.route:
            yield f"route.{step.key}.only_if", step.name, step.only_if
        for surcharge in self.price.surcharges:
            path = f"price.surcharges.{surcharge.key}.only_if"
            yield path, surcharge.label, surcharge.only_if
        for formula in self.price.formulas:
            yield f"price.formulas.{formula.key}.only_if", formula.label, formula.only_if
        for item in self.materials:
            if item.from_option:
                yield f"materials.{item.key}.from_option", item.key, {item.from_option: []}
        for rule in self.constraints:
            yield f"constraints.{rule.key}.when", rule.key, rule.when
            yield f"constraints.{rule.key}.choices", rule.key, {rule.option: rule.choices}

    def option(self, key: str) -> Option | None:
        """Return the option called `key`, or None."""
        return next((option for option in self.options if option.key == key), None)

    def chosen(self, options: Mapping[str, str]) -> list[tuple[Option, Choice]]:
        """Return each option with the choice made for it, in the product's order."""
        made = [(option, option.choice(options.get(option.key, ""))) for option in self.options]
        return [(option, choice) for option, choice in made if choice is not None]

    @property
    def own_options(self) -> list[Option]:
        """The options that are chosen once for a line: all but those that make variants."""
        return [option for option in self.options if option.key not in self.variants.options]

    def meets(
        self,
        only_if: dict[str, list[str]],
        options: Mapping[str, str],
        breakdown: Mapping[str, int] | None = None,
    ) -> bool:
        """Return whether a condition applies to a line: with variants, to any of those in its breakdown."""
        found = [self.variants.row(key) for key in breakdown or ()]
        lines = [{**options, **row.choices} for row in found if row is not None]
        return any(applies(only_if, one) for one in lines or [dict(options)])

    def route_for(
        self, options: Mapping[str, str], breakdown: Mapping[str, int] | None = None
    ) -> list[Step]:
        """Return the steps that a line with these `options` and variants passes through."""
        return [step for step in self.route if self.meets(step.only_if, options, breakdown)]
