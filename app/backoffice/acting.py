"""How a page of the back office carries out a verb: commit, say what was done, or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request

from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Problem


def carry_out(verb: Callable[[], Any], done: str, back: str, page: Callable[[Problem], Any]) -> Any:
    """Run `verb`, commit, and lead to the address `back` with the sentence `done`.

    A second click is said and leads back too; any other problem is shown by `page`, with nothing
    changed. Raises NotAllowed, so that the refusal is logged.
    """
    try:
        verb()
        db.session.commit()
    except AlreadyDone as problem:
        db.session.rollback()
        flash(str(problem), "info")
    except NotAllowed:
        db.session.rollback()
        raise
    except Problem as problem:
        db.session.rollback()
        return page(problem), problem.status
    else:
        flash(done, "good")
    return redirect(back, 303)


def typed_number(name: str, *, default: int | None = None) -> int:
    """Return a whole number that the form carries; raise BadInput otherwise."""
    text = request.form.get(name, "").strip().replace(",", "")
    if not text and default is not None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput("Type a whole number.", field=name)
    return int(text)


def seen_version() -> int | None:
    """Return the version that the form was shown for; 404 for nonsense, None where it has none."""
    text = request.form.get("version_id", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(404)
    return int(text)
