"""Exports: asked for on a list, written by a job, safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TextIO

from flask import Flask, current_app

from app.core.actor import Actor
from app.core.errors import Unavailable
from app.core.translations import _

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class ExportRequest:
    """What a person asked for: the list's endpoint, its address arguments, who, and how many rows."""

    endpoint: str
    name: str
    args: dict[str, str]
    actor: Actor
    about_rows: int | None = None


Hook = Callable[[ExportRequest], str]


def escape_formula(value: Any) -> str:
    """Return `value` as text that no spreadsheet runs: a formula's beginning gets an apostrophe.
    Numbers stay numbers: a leading minus or plus before digits alone is not a formula."""
    if value is None:
        return ""
    text = str(value)
    stripped = text.lstrip(" \u00a0")
    if not stripped.startswith(FORMULA_STARTS):
        return text
    if re.fullmatch(r"[+-][\d,]*\.?[\d,]*", stripped, re.ASCII) and stripped[1:]:
        return text
    return f"'{text}"


def write_csv(file: TextIO, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> int:
    """Write `header` and `rows` to `file` as CSV with every cell escaped; return the row count."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([escape_formula(cell) for cell in header])
    count = 0
    for row in rows:
        writer.writerow([escape_formula(cell) for cell in row])
        count += 1
    return count


def set_export_hook(app: Flask, hook: Hook) -> None:
    """Let `hook` take the exports that people ask for; it returns the sentence to show them."""
    app.extensions["request_export"] = hook


def request_export(asked: ExportRequest) -> str:
    """Hand `asked` to the hook and return its sentence; raise Unavailable where none is set."""
    hook: Hook | None = current_app.extensions.get("request_export")
    if hook is None:
        raise Unavailable(
            _("Exports are not set up in this shop."),
            next_step=_("You can still filter and print the list."),
        )
    return hook(asked)
