"""How values look in lists and details: words for states, times and money, numbers at the end."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Integer, Numeric

from app.core.shop.region import region
from app.core.translations import _
from app.core.web import formats

LONG = 80


def badge(word: str, colour: str) -> Markup:
    """Return a state's badge: word, colour and shape."""
    return Markup('<span class="badge badge-%s">%s</span>') % (colour, word)


def is_number(model: Any, name: str) -> bool:
    """Return whether the column `name` of `model` holds numbers that are read against each other."""
    kind = getattr(getattr(model, name.split(".")[0], None), "type", None)
    return isinstance(kind, (Integer, Numeric)) and name not in {"number", "position", "version"}


def cell(view: Any, row: Any, name: str, value: Any) -> Any:
    """Return `value` of the column `name` as a list shows it."""
    if value is None or value == "":
        return Markup('<span class="cell-none">–</span>')
    if isinstance(value, Markup):
        return value
    if view.chart is not None and name == "state":
        return badge(view.chart.word(value), view.chart.colour(value))
    if name.endswith("_minor") and isinstance(value, int):
        return formats.money(value, getattr(row, "currency", None) or region().currency)
    if name.endswith("_bytes") and isinstance(value, int):
        return formats.file_size(value)
    return plain_cell(name, value)


def plain_cell(name: str, value: Any) -> Any:
    """Return `value` by its type alone."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.when(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, (int, Decimal, float)):
        return str(value) if name in {"number", "position"} else formats.quantity(value)
    if isinstance(value, uuid.UUID):
        return Markup('<span class="mono" title="{}">{}</span>').format(value, str(value)[-8:])
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in list(value.items())[:6])
    text = str(value)
    if len(text) > LONG:
        return Markup('<span class="cell-long" title="{}">{}</span>').format(text[:1000], text)
    return escape(text)
