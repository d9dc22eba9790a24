"""Verbs of the rows of a list: each is one address that does it and goes back to the row."""

import uuid
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose

from app.core.backoffice.access import staff_or_refuse
from app.core.errors import NotAllowed, NotFound, Problem
from app.core.idempotency import FIELD, Replayed
from app.core.translations import _
from app.core.verbs import Offer, Subject, Verb, find_verb, offers
from app.core.web.perform import perform, perform_with


def offered_verb(kind: str, key: str, entry: str = "staff") -> Verb[Any, Any, Any]:
    """Return the verb if it is offered at `entry`; 404 otherwise."""
    try:
        found = find_verb(kind, key)
    except NotFound:
        abort(404)
    if entry not in found.entry:
        abort(404)
    return found


def perform_or_tell(
    verb: Verb[Any, Any, Any], record: Any, **more: Any
) -> tuple[Any, Problem | None]:
    """Do `verb` with the form and say so; return what the service returned, or the problem.

    A sentence that the service returned is said in place of the verb's own. The same form sent twice
    is no problem: what it did is said. Raises NotAllowed, so that it is logged.
    """
    try:
        done = perform(verb, record, staff_or_refuse(), **more)
    except NotAllowed:
        raise
    except Replayed as problem:
        flash(str(problem), "info")
        return None, None
    except Problem as problem:
        return None, problem
    flash(done if isinstance(done, str) else verb.done, "good")
    return done, None


class RowVerbs:
    """Mixed into a list whose rows have verbs: name `subject`, and in `bulk_verbs` those for many rows.

    ``POST /ID/VERB`` does one and goes back to the row's details. What can't be done is said on the row's
    page with the problem's status: 409 where its state does not take it.
    """

    subject: Subject[Any]
    bulk_verbs: tuple[Verb[Any, Any, Any], ...] = ()

    @expose("/<uuid:row_id>/<verb>", methods=("POST",))
    def act(self: Any, row_id: uuid.UUID, verb: str) -> Any:
        """Do the verb; a problem is said on the row's page and nothing is half done."""
        entry = offered_verb(self.subject.kind, verb)
        row = self.row_to_change(str(row_id))
        done, problem = perform_or_tell(entry, row)
        if problem is not None:
            return self.tell(problem, self.row_to_change(str(row_id))), problem.status
        return redirect(self.back_to(done if isinstance(done, self.model) else row), 303)

    def tell(self: Any, problem: Problem, row: Any) -> Any:
        """Return the page that says why a verb was refused: the row's own; a list may override it."""
        flash(str(problem), "bad")
        return self.details_page(row)

    @expose("/action/", methods=("POST",))
    def action_view(self: Any) -> Any:
        """Do one of the bulk verbs to each ticked row; say how many took it, and why others did not. Where
        none did, the list is answered with the first problem's status."""
        actor = staff_or_refuse()
        verbs = {verb.key: verb for verb in self.bulk_verbs}
        verb = verbs.get(request.form.get("action", "")) or abort(404)
        ids = request.form.getlist("rowid")
        if not ids:
            flash(_("Select rows first."), "attention")
        done, form_key = 0, request.form.get(FIELD, "")
        problems: list[Problem] = []
        for row_id in ids:
            row = self.row_to_change(row_id)
            title = self.row_title(row)
            try:
                key = f"{form_key}:{row_id}" if form_key else ""
                perform_with(verb, row, actor, {}, key=key, seen_version=None)
                done += 1
            except NotAllowed:
                raise
            except Replayed as again:
                flash(f"{title}: {again}", "info")
            except Problem as problem:
                problems.append(problem)
                flash(f"{title}: {problem}", "bad")
        if problems and len(problems) == len(ids):
            return self.index_view(), problems[0].status
        if done:
            flash(
                _(
                    "%(verb_label)s: %(done)s of %(count)s done.",
                    verb_label=verb.label,
                    done=done,
                    count=len(ids),
                ),
                "good",
            )
        return redirect(self.get_url(".index_view"), 303)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Return the bulk verbs that this person may do, and what a dialog says before each."""
        actor = staff_or_refuse()
        offered = [verb for verb in self.bulk_verbs if actor.may(str(verb.permission))]
        return [(verb.key, verb.label) for verb in offered], {
            verb.key: verb.explain for verb in offered if verb.explain
        }

    def row_to_change(self: Any, row_id: str) -> Any:
        """Return the row that a verb is done to; 404 where the list does not find it."""
        return self.get_one(row_id)

    def back_to(self: Any, shown: Any) -> str:
        """Return the address to show after a verb, from the row that it returned or its own."""
        return str(self.get_url(".details_view", id=shown.id))

    def offers(self, row: Any) -> dict[str, Offer]:
        """Return what this person may do with the row, and what hinders it."""
        return offers(self.subject.kind, row, staff_or_refuse())
