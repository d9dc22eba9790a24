"""A configuration as it is being filled in, and its price meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalog.configuration import read_quantity, validate_configuration
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
    each = {}
    for suggested in terms.quantity.suggestions:
        price = _price(terms, {**values, "quantity": str(suggested)}, facts)
        if isinstance(price, ItemisedPrice) and not price.needs_person:
            each[suggested] = (price.total_minor + suggested // 2) // suggested
    return LivePrice(
        price=_price(terms, values, facts),
        quantity=read_quantity(values.get("quantity")) or 0,
        currency=terms.price.currency,
        quantity_prices=each,
    )


def _price(
    terms: Properties, values: Mapping[str, str], facts: Facts | None
) -> ItemisedPrice | BadInput:
    """Return the price, or the fault that keeps the configuration from having one.

    Personalisation may still be empty: it costs nothing.
    """
    without = terms.model_copy(update={"personalisation": []})
    options = fields_of(values, "options")
    try:
        clean, quantity = validate_configuration(without, options, {}, values.get("quantity"))
    except BadInput as fault:
        return fault
    return price_line(terms, clean.options, quantity, facts, on=today(current().timezone))
