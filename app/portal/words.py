"""Words the portal's templates need: kinds of files, choices with their prices, facts of a line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from flask import Flask

from app.catalog.pricing import ItemisedPrice
from app.catalog.properties import Option, Properties
from app.core.settings import current
from app.core.web.formats import day, money
from app.files.parts import size_words
from app.orders.models import OrderLine

ENDINGS = {
    "pdf": ".pdf",
    "png": ".png",
    "jpeg": ".jpg,.jpeg",
    "tiff": ".tif,.tiff",
    "psd": ".psd",
    "svg": ".svg",
    "stl": ".stl",
    "3mf": ".3mf",
    "heic": ".heic",
}

# names that Unicode lists among territories and that no parcel goes to
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AQ", "BV", "HM"})


def init(app: Flask) -> None:
    """Give the templates these words."""
    from app.fulfilment.states import SHIPMENT

    app.jinja_env.globals.update(
        accept_list=accept_list,
        kind_words=kind_words,
        option_choices=option_choices,
        quantity_help=quantity_help,
        each_price=each_price,
        bar_price=bar_price,
        countries=countries,
        words=lambda items: [(item, item) for item in items],
        line_facts=line_facts,
        max_upload_words=lambda: size_words(current().upload_max_bytes),
        shipment_chart=SHIPMENT,
    )


def accept_list(kinds: Iterable[str]) -> str:
    """Return the value of an input's accept attribute for these kinds."""
    return ",".join(ENDINGS.get(kind, f".{kind}") for kind in kinds)


def kind_words(kinds: Iterable[str]) -> str:
    """Return ``PDF, PNG or STL``."""
    names = [kind.upper() for kind in kinds]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def option_choices(option: Option, currency: str) -> list[tuple[str, str, str, str]]:
    """Return (key, label, note, colour) for each choice; the note says what it adds."""
    rows = [] if option.required else [("", "None", "", "")]
    for choice in option.choices:
        adds = []
        if choice.surcharge_minor:
            adds.append(f"+ {money(choice.surcharge_minor, currency)} each")
        if choice.setup_minor:
            adds.append(f"+ {money(choice.setup_minor, currency)} once")
        note = ", ".join(adds) or choice.note
        rows.append((choice.key, choice.label, note, choice.colour))
    return rows


def quantity_help(terms: Properties) -> str:
    """Return how many one may order."""
    limits = f"{terms.quantity.minimum:,} to {terms.quantity.maximum:,}"
    if terms.quantity.step > 1:
        limits += f" in steps of {terms.quantity.step:,}"
    return f"{limits}."


def each_price(minor: int | None, currency: str) -> str:
    """Return what a piece costs at a suggested quantity; a blank that keeps its line where unknown."""
    return f"{money(minor, currency)} each" if minor is not None else "\u00a0"


def bar_price(price: Any) -> str:
    """Return the price in the few letters that a phone's bar has room for."""
    if isinstance(price, ItemisedPrice):
        return "Priced for you" if price.needs_person else money(price.total_minor, price.currency)
    return "No price yet"


def home_country() -> str:
    """Return the country of the shop's own locale, two letters."""
    found = current().locale.replace("-", "_").partition("_")[2][:2].upper()
    return found if found in dict(countries()) else "GB"


@cache
def countries() -> list[tuple[str, str]]:
    """Return (two letters, name) of every country, by name in the shop's language."""
    from babel import Locale

    names = Locale.parse(current().locale.replace("-", "_")).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda row: row[1].casefold())


def line_facts(line: OrderLine) -> list[tuple[str, Any]]:
    """Return (term, value) for the configuration of a line, in the words of its product."""
    terms = Properties.model_validate(line.terms)
    pairs: list[tuple[str, Any]] = [("What", _what(line, terms))]
    pairs += [
        (option.label, choice.label)
        for option, choice in terms.chosen(line.configuration.get("options", {}))
    ]
    written = line.configuration.get("personalisation", {})
    pairs += [
        (field.label, _said(field.kind, written[field.key]))
        for field in terms.personalisation
        if written.get(field.key)
    ]
    return pairs


def _said(kind: str, text: str) -> str:
    from datetime import date

    return day(date.fromisoformat(text), year=True) if kind == "date" else text


def _what(line: OrderLine, terms: Properties) -> str:
    art = terms.artwork
    if art is None or art.trim_width_mm is None or art.trim_height_mm is None:
        return line.product_name
    return f"{line.product_name}, {_mm(art.trim_width_mm)} × {_mm(art.trim_height_mm)} mm"


def _mm(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
