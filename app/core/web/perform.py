"""Doing a verb with what a request carries: one way for every page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import abort, request

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.idempotency import FIELD, HEADER, use_key
from app.core.translations import _
from app.core.verbs import Verb


def seen_version() -> int | None:
    """Return the version that the form was shown for; 404 for nonsense, None where it has none."""
    text = request.form.get("version_id", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(404)
    return int(text)


def perform(verb: Verb[Any, Any, Any], record: Any, actor: Actor, **more: Any) -> Any:
    """Do `verb` with the request's form and `more`, which no form may carry, and commit; return its
    result. Raises the Problem after a rollback; Replayed for the same idempotency key, whatever has become of
    the record since: who clicks twice is not told that it was wrong to."""
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    with undone_by_a_problem():
        use_key(key, verb.key, actor)
        verb.require(record, actor)
        try:
            if verb.needs_key and not key:
                raise BadInput(
                    _("This form was not sent whole. Nothing was changed."),
                    next_step=_("Reload the page and send it again."),
                    field=FIELD,
                )
            given = verb.Input.from_form(request.form, record) | more
        except BadInput:
            if problem := verb.refusal(record, actor):
                raise problem from None  # what is typed matters only where the verb can be done
            raise
    return perform_with(verb, record, actor, given, key="", seen_version=seen_version())


@contextmanager
def undone_by_a_problem() -> Iterator[None]:
    """Roll back and pass the Problem on where one comes up."""
    try:
        yield
    except Problem:
        db.session.rollback()
        raise


def perform_with(
    verb: Verb[Any, Any, Any],
    record: Any,
    actor: Actor,
    given: Mapping[str, Any],
    *,
    key: str,
    seen_version: int | None,
) -> Any:
    """Do `verb` with the raw fields `given` and commit. Raises as `perform` does."""
    with undone_by_a_problem():
        use_key(key, verb.key, actor)
        verb.require(record, actor)
        done = verb(verb.on.row(record).id, actor=actor, seen_version=seen_version, **given)
    db.session.commit()
    return done
