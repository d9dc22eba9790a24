"""A page's form of properties as a browser would send it, changed here and there."""

from __future__ import annotations

from typing import Any

from lxml import html
from werkzeug.datastructures import MultiDict


def editor_form(page: str, form_id: str = "editor", **changes: str) -> MultiDict[str, str]:
    """The form's values in their order, with `changes` to its plain fields."""
    form = html.document_fromstring(page).get_element_by_id(form_id)
    sent: MultiDict[str, str] = MultiDict(form.form_values())
    for name, value in changes.items():
        sent[name] = value
    return sent


def changed(form: MultiDict[str, str], values: dict[str, Any]) -> MultiDict[str, str]:
    """The form with other values in the inputs that are named."""
    for name, value in values.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    return form


def confirm_form(page: str) -> MultiDict[str, str]:
    """The form that confirms a change, the last one of its page."""
    *_, form = html.document_fromstring(page).cssselect("main form")
    return MultiDict(form.form_values())
