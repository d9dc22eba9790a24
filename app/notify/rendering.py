"""Templates of messages: each is rendered twice, as plain text and as HTML, so no sentence exists twice.

A template fills the blocks subject, body, action (the link's words) and footer of a layout, with
the macros of ``_parts``; both come as ``.txt`` and ``.html``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Literal

from app.core.ids import hash_token
from app.core.settings import ROOT, current
from app.core.shop.details import shop_details
from app.core.shop.pickup import pickup_words
from app.files.settings import logo

FOLDER = ROOT / "templates" / "messages"
LINK_MARK = "[[link]]"
"""Stands in a stored body where the recipient's own link was."""


@dataclass(frozen=True)
class Rendered:
    """A message as it is kept: in the place of the link is a mark."""

    subject: str
    body_text: str
    body_html: str


@lru_cache(maxsize=2)
def _environment(form: Literal["txt", "html"]) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from app.core.translations import add_to

    # the text form of a message is no markup, and nothing reads it as such
    environment = Environment(  # nosec B701
        loader=FileSystemLoader(FOLDER),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    add_to(environment)
    environment.globals.update(layout=f"_layout.{form}", parts=f"_parts.{form}")
    return environment


def render(template: str, context: dict[str, Any]) -> Rendered:
    """Return `template` filled with `context`; raises jinja2.UndefinedError for an unknown variable.

    The subject is one line of at most 200 characters, whatever stood in the values. `order_number`
    and `link` may be left out.
    """
    values: dict[str, Any] = {"order_number": ""} | context
    values["shop_name"], values["shop_address"] = shop_details().name, shop_details().address
    picture = logo().picture_id
    values["logo_url"] = (
        f"{current().base_url}/logo?v={hash_token(picture)[:12]}" if picture else ""
    )
    values["pickup_places"] = pickup_words()
    values["link"] = LINK_MARK if context.get("link") else ""
    text = _environment("txt").get_template(f"{template}.html").render(values)
    first, _, rest = text.partition("\n")
    plain = re.sub(r"\n{3,}", "\n\n", rest).strip("\n") + "\n"
    html = _environment("html").get_template(f"{template}.html").render(values)
    return Rendered(" ".join(first.split())[:200], plain, html)


def with_link(body: str, link: str, *, html: bool = False) -> str:
    """Return a stored body with the recipient's link in place of its mark."""
    return body.replace(LINK_MARK, escape(link) if html else link)
