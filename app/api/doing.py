"""Doing a verb over the API: the same declaration as the pages', with a key that makes it once."""

from __future__ import annotations

from typing import Any

from flask import g, request
from pydantic import BaseModel

from app.api.endpoints import after
from app.core.actor import Actor
from app.core.errors import BadInput
from app.core.idempotency import HEADER, Replayed
from app.core.translations import _
from app.core.verbs import Verb
from app.core.web.perform import perform_with


def do(actor: Actor, arguments: dict[str, Any], verb: Verb[Any, Any, Any], ref: str) -> BaseModel:
    """Do the verb with the record `ref` and return the record as it is then.

    The header Idempotency-Key makes a repeated call answer the record without a second effect, marked
    with Idempotent-Replayed. The header If-Match with the record's version refuses it after a change.
    """
    record = verb.on.find(ref)
    key = request.headers.get(HEADER, "")
    try:
        perform_with(verb, record, actor, arguments, key=key, seen_version=_seen_version())
    except Replayed:
        g.replayed = True
    return after(verb.on, verb.on.find(ref), actor)


def _seen_version() -> int | None:
    text = request.headers.get("If-Match", "").strip('" ')
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput(
            _("If-Match must be the record's version, a whole number."), field="If-Match"
        )
    return int(text)
