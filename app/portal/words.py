"""Words the portal's templates need: kinds of files, choices with their prices, facts of a line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import Flask

from app.catalog.properties import Option, Properties
from app.core.web.formats import day, money
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


def init(app: Flask) -> None:
    """Give the templates these words."""
    from app.fulfilment.states import SHIPMENT

    app.jinja_env.globals.update(
        accept_list=accept_list,
        kind_words=kind_words,
        option_choices=option_choices,
        quantity_help=quantity_help,
        words=lambda items: [(item, item) for item in items],
        line_facts=line_facts,
        shipment_chart=SHIPMENT,
    )


def accept_list(kinds: Iterable[str]) -> str:
    """Return the value of an input's accept attribute for these kinds."""
    return ",".join(ENDINGS.get(kind, f".{kind}") for kind in kinds)


def kind_words(kinds: Iterable[str]) -> str:
    """Return ``PDF, PNG or STL``."""
    names = [kind.upper() for kind in kinds]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def option_choices(option: Option, currency: str) -> list[tuple[str, str, str]]:
    """Return (key, label, note) for each choice; the note says what it adds."""
    rows = [] if option.required else [("", "None", "")]
    for choice in option.choices:
        adds = []
        if choice.surcharge_minor:
            adds.append(f"+ {money(choice.surcharge_minor, currency)} each")
        if choice.setup_minor:
            adds.append(f"+ {money(choice.setup_minor, currency)} once")
        note = ", ".join(adds) or choice.note
        rows.append((choice.key, choice.label, note))
    return rows


def quantity_help(terms: Properties, prices: dict[int, int], currency: str) -> str:
    """Return the limits, and what a piece costs at the suggested quantities, tax included."""
    limits = f"{terms.quantity.minimum:,} to {terms.quantity.maximum:,}"
    if terms.quantity.step > 1:
        limits += f" in steps of {terms.quantity.step:,}"
    offers = [f"{quantity:,} at {money(minor, currency)}" for quantity, minor in prices.items()]
    return f"{limits}. " + (f"A piece with tax: {', '.join(offers)}." if offers else "")


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
