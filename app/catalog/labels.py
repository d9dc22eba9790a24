"""Words that a form for a product needs: choices with what they add, quantities, a price in brief."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask

from app.catalog import variant_labels
from app.catalog.configuration import Configuration, number_limits
from app.catalog.pricing import ItemisedPrice
from app.catalog.pricing.adjustments import rush_words
from app.catalog.properties import Option, Personalisation, Price, Properties, RushLevel
from app.catalog.properties.constraints import clashing
from app.catalog.quantities import limits_of
from app.catalog.shown_price import as_shown, tax_of
from app.core.clock import shop_day
from app.core.translations import _, _l
from app.core.web.formats import day, money, quantity


def init(app: Flask) -> None:
    """Make these functions available in all templates."""
    functions = (
        option_choices,
        quantity_help,
        limits_of,
        each_price,
        bar_price,
        shelf_price,
        pairs,
        as_shown,
        tax_of,
        rush_adds,
        rush_options,
        number_label,
        number_help,
        clashes,
        rules_of,
    )
    variant_labels.init(app)
    app.jinja_env.globals.update({one.__name__: one for one in functions})


def option_choices(option: Option, terms: Properties) -> list[tuple[str, str, str, str]]:
    """Return (key, label, note, colour) for each choice; the note says what it adds."""
    rows = [] if option.required else [("", _("None"), "", "")]
    for choice in option.choices:
        amounts = ((choice.surcharge_minor, "each"), (choice.setup_minor, "once"))
        adds = ", ".join(f"+ {as_shown(minor, terms)} {per}" for minor, per in amounts if minor)
        rows.append((choice.key, choice.label, adds or choice.note, choice.colour))
    return rows


def clashes(terms: Properties, form: Any) -> dict[tuple[str, str], str]:
    """Return (option, choice) → what of the form's other choices it can't be ordered with."""
    made = {one.key: form.value(f"options.{one.key}") for one in terms.options}
    return clashing(terms.options, terms.constraints, made)


def rules_of(terms: Properties) -> list[dict[str, Any]]:
    """Return the rules between options as the form's script reads them: when, option, allowed choices."""
    offered = {one.key: [choice.key for choice in one.choices] for one in terms.options}
    return [
        {
            "when": rule.when,
            "option": rule.option,
            "allowed": [key for key in offered[rule.option] if rule.allows(key)],
        }
        for rule in terms.constraints
    ]


def rush_adds(level: RushLevel, terms: Properties) -> str:
    """Return what a rush level adds: ``+ 25 % + £12.00``."""
    adds = [f"+ {quantity(level.percent)} %"] if level.percent else []
    adds += [f"+ {as_shown(level.fixed_minor, terms)}"] if level.fixed_minor else []
    return " ".join(adds)


def rush_options(levels: list[RushLevel], terms: Properties) -> list[tuple[str, str]]:
    """Return (key, label) of each rush level for a list, with what it adds and how soon it is ready."""
    found = []
    for level in levels:
        more = ", ".join(filter(None, (rush_adds(level, terms), rush_words(level, shop_day()))))
        found.append((level.key, f"{level.label} ({more})" if more else str(level.label)))
    return found


def number_label(field: Personalisation) -> str:
    """Return the label of a field for a number, with its unit."""
    return f"{field.label} ({field.unit})" if field.unit else field.label


def number_help(field: Personalisation) -> str:
    """Return the help of a field for a number, with its limits."""
    has_limits = field.minimum is not None or field.maximum is not None
    return f"{field.help} {number_limits(field)}.".strip() if has_limits else field.help


def personalised(terms: Properties, configuration: Configuration) -> list[tuple[str, str]]:
    """Return (label, text) of what the customer wrote, in the product's order, empty ones left out.

    A date has its weekday and the month's name, as ``04/05`` can be read both ways.
    """
    written = configuration.personalisation
    return [
        (field.label, _as_read(field, text))
        for field in terms.personalisation
        if (text := written.get(field.key))
    ]


def _as_read(field: Personalisation, text: str) -> str:
    if field.kind == "date":
        return day(date.fromisoformat(text), year=True)
    return quantity(Decimal(text), field.unit) if field.kind == "number" else text


def wording(terms: Properties, configuration: Configuration) -> list[tuple[str, str, str]]:
    """Return (label, text, use) of the texts that the customer wrote, in the product's order."""
    written = configuration.personalisation
    return [
        (field.label, text, field.use)
        for field in terms.personalisation
        if field.kind == "text" and (text := written.get(field.key))
    ]


def quantity_help(terms: Properties) -> str:
    """Return how many one may order."""
    return f"{limits_of(terms.quantity)}."


def each_price(minor: int | None, currency: str) -> str:
    """Return what a piece costs at a suggested quantity; a blank that keeps its line where unknown."""
    return _("%(minor)s each", minor=money(minor, currency)) if minor is not None else "\u00a0"


def bar_price(price: Any, is_gross: bool, by_person: str = _l("Priced for you")) -> str:
    """Return the price in the few letters that a phone's bar has room for.

    `is_gross`: with its tax. `by_person` is shown where a person must set it.
    """
    if isinstance(price, ItemisedPrice):
        shown = price.total_minor if is_gross else price.net_minor
        return by_person if price.needs_person else money(shown, price.currency)
    return _("No price yet")


def pairs(items: list[str]) -> list[tuple[str, str]]:
    """Return the (value, label) of each choice that is its own label."""
    return [(item, item) for item in items]


def shelf_price(price: Price) -> tuple[str, str]:
    """Return (how, amount) for a list of products: ``("from", "£0.96")``, or a reason and nothing."""
    if price.by_person or price.mode == "on_request":
        return _("priced by a person"), ""
    if price.is_measured:
        return _("priced by the model"), ""
    if price.unit_breaks:
        return "from", money(price.unit_breaks[-1].unit_minor, price.currency)
    if price.per_m2_minor or price.per_m_minor or price.formulas:
        return _("priced by size and options"), ""
    return _("priced by the file"), ""
