"""Verbs of the rows of a list: each is one address that does it and goes back to the row."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect
from flask_admin import expose

from app.core.backoffice.access import staff_or_refuse
from app.core.errors import AlreadyDone, NotAllowed, NotFound, Problem
from app.core.verbs import Offer, Subject, Verb, find_verb, offers
from app.core.web.perform import perform


def staff_verb(kind: str, key: str) -> Verb[Any, Any, Any]:
    """Return the verb if the back office offers it; 404 otherwise."""
    try:
        found = find_verb(kind, key)
    except NotFound:
        abort(404)
    if "staff" not in found.entry:
        abort(404)
    return found


class RowVerbs:
    """Mixed into a list whose rows have verbs: name `subject`.

    ``POST /ID/VERB`` does one and goes back to the row's details, which show what was wrong.
    """

    subject: Subject[Any]

    @expose("/<uuid:row_id>/<verb>", methods=("POST",))
    def act(self: Any, row_id: uuid.UUID, verb: str) -> Any:
        """Do the verb; a problem is said on the row's page and nothing is half done."""
        entry = staff_verb(self.subject.kind, verb)
        shown = row = self.get_one(str(row_id))
        try:
            shown = perform(entry, row, staff_or_refuse()) or row
        except NotAllowed:
            raise  # so that the refusal is logged
        except Problem as problem:
            flash(str(problem), "info" if isinstance(problem, AlreadyDone) else "bad")
        else:
            flash(entry.done, "good")
        return redirect(self.back_to(shown), 303)

    def back_to(self: Any, shown: Any) -> str:
        """Return the address to show after a verb, from what it returned or the row itself."""
        return str(self.get_url(".details_view", id=shown.id))

    def offers(self, row: Any) -> dict[str, Offer]:
        """Return what this person may do with the row, and what hinders it."""
        return offers(self.subject.kind, row, staff_or_refuse())
