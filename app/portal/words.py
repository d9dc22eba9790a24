"""Words the portal's templates need: kinds of files, countries, facts of a line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import Flask

from app.catalog import words as catalog_words
from app.catalog.properties import Properties
from app.core.settings import current
from app.core.web.formats import day
from app.customers.countries import countries
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


def init(app: Flask) -> None:
    """Give the templates these words."""
    from app.fulfilment.states import SHIPMENT

    catalog_words.init(app)
    app.jinja_env.globals.update(
        accept_list=accept_list,
        kind_words=kind_words,
        countries=countries,
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
