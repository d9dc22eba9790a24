"""Templates of messages: plain text with the subject in its first line, and HTML beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from app.core.settings import ROOT, current

FOLDER = ROOT / "templates" / "messages"
LINK_MARK = "[[link]]"
"""Stands in a stored body where the recipient's own link was."""

OPTIONAL = (
    "contact_name",
    "order_number",
    "product",
    "quantity",
    "total",
    "valid_until",
    "promised_on",
    "note",
    "problems",
    "signs",
    "signs_title",
    "signs_ask",
    "signed_by",
    "carrier",
    "tracking_number",
    "tracking_url",
    "good_for",
    "invited",
)
"""What a template may use and a context may leave out; a missing one is empty, never an error."""


@dataclass(frozen=True)
class Rendered:
    """A message as it will be kept: the link is still a mark."""

    subject: str
    body_text: str
    body_html: str


@lru_cache(maxsize=1)
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def names() -> list[str]:
    """Return the names of all templates, sorted."""
    return sorted(file.stem for file in Path(FOLDER).glob("*.txt"))


def render(template: str, context: dict[str, Any]) -> Rendered:
    """Return `template` filled with `context`; raises jinja2.UndefinedError for an unknown name.

    The subject is one line of at most 200 characters, whatever stood in the values.
    """
    settings = current()
    values: dict[str, Any] = dict.fromkeys(OPTIONAL)
    values.update({"shop_name": settings.shop_name, "shop_address": settings.shop_address})
    values.update({key: value for key, value in context.items() if value is not None})
    values["good_for"] = _span(context.get("minutes"))
    values["link"] = LINK_MARK if context.get("link") else ""
    text = _templates().get_template(f"{template}.txt").render(values)
    first, _, rest = text.partition("\n")
    subject = " ".join(first.split())[:200]
    values["subject"] = subject
    html = _templates().get_template(f"{template}.html").render(values)
    plain = re.sub(r"\n{3,}", "\n\n", rest).strip("\n") + "\n"
    return Rendered(subject, plain, html)


def _span(minutes: int | None) -> str:
    """Return how long a link is good, in the largest unit that is whole enough: ``7 days``."""
    if not minutes:
        return ""
    for size, word in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size - size // 10:
            return f"{round(minutes / size)} {word}"
    return f"{minutes} minutes"


def with_link(body: str, link: str | None, *, html: bool = False) -> str:
    """Return a stored body with the recipient's link put in where the mark stands."""
    if link is None:
        return body
    return body.replace(LINK_MARK, escape(link) if html else link)
