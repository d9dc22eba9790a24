"""A configuration as somebody typed it into a form, and what it costs while it is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalog.configuration import validate_configuration
from app.catalog.facts import Facts
from app.catalog.pricing import ItemisedPrice, price_line
from app.catalog.properties import Properties
from app.core.clock import today
from app.core.errors import BadInput
from app.core.settings import current


def form_values(form: Mapping[str, str]) -> dict[str, str]:
    """Return the form's fields, one value each, with the typed quantity where “other” was picked."""
    values = {name: form.get(name, "") for name in form}
    if values.get("quantity") == "other":
        values["quantity"] = values.get("quantity_other", "")
    return values


def fields_of(values: Mapping[str, str], group: str) -> dict[str, str]:
    """Return the fields of `group` (``options`` or ``personalisation``) without its prefix."""
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and value != ""
    }


def default_values(terms: Properties) -> dict[str, str]:
    """Return what a fresh form has chosen already: each option's first choice, the usual quantity."""
    chosen = {f"options.{o.key}": o.choices[0].key for o in terms.options if o.required}
    return chosen | {"quantity": str(terms.quantity.default)}


@dataclass(frozen=True)
class LivePrice:
    """What the price card shows; `quantity` is 0 where it is no number.

    `quantity_prices` maps suggested quantities to the price of a piece in minor units.
    """

    price: ItemisedPrice | BadInput
    quantity: int
    currency: str
    quantity_prices: dict[int, int]


def live_price(
    terms: Properties, values: Mapping[str, str], facts: Facts | None = None
) -> LivePrice:
    """Return what the price card says of the configuration in `values`.

    `facts` are the measures of the file, where one was sent.
    """
    quantity = values.get("quantity", "")
    return LivePrice(
        price=quoted_price(terms, values, facts),
        quantity=int(quantity) if quantity.isascii() and quantity.isdigit() else 0,
        currency=terms.price.currency,
        quantity_prices=quantity_prices(terms, values, facts),
    )


def quoted_price(
    terms: Properties, values: Mapping[str, str], facts: Facts | None = None
) -> ItemisedPrice | BadInput:
    """Return the price of the configuration in `values`, or the fault that keeps it from having one.

    `facts` are the measures of the file, where one was sent.
    """
    try:
        clean, quantity = validate_configuration(
            _without_required_words(terms), fields_of(values, "options"), {}, values.get("quantity")
        )
    except BadInput as fault:
        return fault
    return price_line(
        terms,
        clean.options,
        quantity,
        facts or Facts(),
        on=today(current().timezone),
    )


def _without_required_words(terms: Properties) -> Properties:
    return terms.model_copy(update={"personalisation": []})


def quantity_prices(
    terms: Properties, values: Mapping[str, str], facts: Facts | None = None
) -> dict[int, int]:
    """Return suggested quantity → price of a piece in minor units, where the price is known."""
    prices = {}
    for quantity in terms.quantity.suggestions:
        found = quoted_price(terms, {**values, "quantity": str(quantity)}, facts)
        if isinstance(found, ItemisedPrice) and not found.needs_person:
            prices[quantity] = (found.total_minor + quantity // 2) // quantity
    return prices
