"""Rows are created and edited in forms by the verbs of their room; another person's changes are never overwritten."""

from typing import Any, NamedTuple

from flask import flash, g, redirect, request
from flask_admin import expose
from flask_admin.helpers import get_redirect_target, is_form_submitted
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core.actor import not_allowed
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.cells import plain_cell
from app.core.db import db
from app.core.errors import Problem
from app.core.events import Event
from app.core.idempotency import FIELD, Replayed, is_used, use_key
from app.core.translations import _, _l
from app.core.verbs import Verb
from app.core.web import formats

SAVED = _l("Saved.")
SENT_BEFORE = _l("This was already done. Nothing was changed.")
CHECK_FIELDS = _l("Not saved: check the marked fields below.")
CLASH = _l("This clashes with an existing record. Nothing was saved.")
LOOK_ONLY = _l("You can view this but not change it.")


class Difference(NamedTuple):
    """A field that somebody else changed meanwhile: what is there now, what this person typed."""

    name: str
    now: Any
    typed: Any


class Editing:
    """The writing half of BackOfficeModelView. `create_verb` and `edit_verb` are the room's: their
    `Input` takes the form's fields by their names."""

    create_verb: Verb[Any, Any, Any] | None = None
    edit_verb: Verb[Any, Any, Any] | None = None

    # -- pages ---------------------------------------------------------------------------------
    @expose("/new/", methods=("GET", "POST"))
    def create_view(self: Any) -> Any:
        """The empty form, and what it makes."""
        if not self.can_create:
            raise not_allowed(self.permission_edit, LOOK_ONLY)
        back = get_redirect_target() or self.get_url(".index_view")
        form = self.create_form()
        if self.validate_form(form):
            row = self.create_model(form)
            if row:
                flash(SAVED, "good")
                return redirect(self.get_save_return_url(row, is_created=True))
            if isinstance(g.form_problem, Replayed):
                return redirect(back)
        elif is_form_submitted():
            flash(CHECK_FIELDS, "bad")
        answer = self.render(self.create_template, form=form, return_url=back)
        return answer, form_status()

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self: Any) -> Any:
        """The form of one row. A form from before somebody else's change is not saved."""
        if not self.can_edit:
            raise not_allowed(self.permission_edit, LOOK_ONLY)
        row = self.get_one(request.args.get("id", ""))
        back = get_redirect_target() or self.get_url(".index_view")
        form = self.edit_form(obj=row)
        stale: list[Difference] | None = None
        if is_form_submitted():
            db.session.refresh(row, with_for_update=True)
            if was_sent(self.edit_verb):
                flash(SENT_BEFORE, "info")
                return redirect(self.get_save_return_url(row, is_created=False))
            if not same_version(row):
                stale = differences(self, form, row)
                flash(stale_words(row), "attention")
            elif self.validate_form(form):
                if self.update_model(form, row):
                    flash(SAVED, "good")
                    return redirect(self.get_save_return_url(row, is_created=False))
                row = self.get_one(request.args.get("id", ""))
            else:
                flash(CHECK_FIELDS, "bad")
        if request.method == "GET":
            self.on_form_prefill(form, request.args.get("id"))
        answer = self.render(
            self.edit_template,
            model=row,
            form=form,
            return_url=back,
            differences=stale,
            version=getattr(row, "version_id", None),
            row_title=self.row_title(row),
        )
        return answer, 409 if stale is not None else form_status()

    # -- verbs ---------------------------------------------------------------------------------
    def make(self: Any, form: Any) -> Any:
        """Create the row by `create_verb` and return it."""
        return run_verb(self.create_verb, None, form)

    def change(self: Any, form: Any, row: Any) -> str | None:
        """Change the row by `edit_verb`. Returns a sentence to add to the page, if any."""
        run_verb(self.edit_verb, row, form)
        return None

    def create_model(self: Any, form: Any) -> Any:
        """Make the row and commit. Returns the row, False where it was refused."""
        try:
            row = self.make(form)
            db.session.commit()
        except (Problem, IntegrityError, StaleDataError) as problem:
            self.explain(problem, form)
            return False
        self.after_model_change(form, row, True)
        return row

    def update_model(self: Any, form: Any, model: Any) -> bool:
        """Change the row and commit; nothing typed is lost, nothing is half saved. Returns False
        where it was refused."""
        try:
            sentence = self.change(form, model)
            db.session.commit()
        except (Problem, IntegrityError, StaleDataError) as problem:
            self.explain(problem, form)
            return False
        if sentence:
            flash(sentence, "good")
        self.after_model_change(form, model, False)
        return True

    # -- words ---------------------------------------------------------------------------------
    def explain(self: Any, problem: Exception, form: Any) -> None:
        """Roll back and say in the page what was wrong, beside the field where one is known."""
        db.session.rollback()
        g.form_problem = problem
        name, sentence = None, CLASH
        if isinstance(problem, Replayed):
            flash(SENT_BEFORE, "info")
            return
        if isinstance(problem, Problem):
            name, sentence = problem.field, str(problem)
        elif isinstance(problem, StaleDataError):
            sentence = _("Someone else changed this at the same time. Your changes were not saved.")
        elif isinstance(problem, IntegrityError):
            name = clashing_field(problem, form)
            if name:
                sentence = _("%(name)s: this is already taken.", name=self.get_column_name(name))
        field = form[name] if name and name in form else None
        if field is not None:
            field.errors = [*field.errors, sentence]
            flash(CHECK_FIELDS, "bad")
        else:
            flash(sentence, "bad")


def form_status() -> int:
    """Return the status of the form's page: that of what its verb refused; 200 where none was asked."""
    problem = g.get("form_problem")
    if problem is None:
        return 200
    return problem.status if isinstance(problem, Problem) else 409


def run_verb(verb: Verb[Any, Any, Any], row: Any, form: Any) -> Any:
    """Run `verb` with the form's fields of its `Input`, once for each form that was shown.

    `row` is None where one is created. Returns what the service returned. Raises as the verb does,
    and AlreadyDone where this very form was sent before.
    """
    actor = staff_or_refuse()
    use_key(request.form.get(FIELD, ""), verb.key, actor)
    fields = {name: form[name].data for name in verb.Input.model_fields if name in form}
    given = {name: value for name, value in fields.items() if value is not None}
    return verb(row and row.id, actor=actor, **given)


def was_sent(verb: Verb[Any, Any, Any] | None) -> bool:
    """Return whether this very form had its effect before."""
    key = request.form.get(FIELD, "")
    return verb is not None and is_used(key, verb.key, staff_or_refuse())


def same_version(row: Any) -> bool:
    """Return whether the form in this request was made from the row as it is now."""
    version = getattr(row, "version_id", None)
    return version is None or request.form.get("version_id", "") == str(version)


def stale_words(row: Any) -> str:
    """Return who changed the row, and when, as far as the events tell."""
    changed = _("Someone else changed this.")
    for event in events_about(row, limit=1):
        words = {"who": event.actor_label, "when": formats.ago(event.at)}
        changed = _("%(who)s changed this %(when)s.", **words)
    return f"{changed} {_('Your changes were not saved: compare them below, then save again.')}"


def differences(view: Any, form: Any, row: Any) -> list[Difference]:
    """Return the fields where what is stored now is not what the form holds."""
    found = []
    for field in form:
        name, typed = field.short_name, field.data
        now = getattr(row, name, None)
        if now != typed and str(now or "") != str(typed or ""):
            found.append(
                Difference(view.get_column_name(name), shown(name, now), shown(name, typed))
            )
    return found


def shown(name: str, value: Any) -> Any:
    """Return `value` for the comparison; nothing is a dash."""
    return "–" if value is None or value == "" else plain_cell(name, value)


def clashing_field(problem: IntegrityError, form: Any) -> str | None:
    """Return the form's field that a violated unique constraint is about, None where unknown."""
    constraint = getattr(getattr(problem.orig, "diag", None), "constraint_name", None) or ""
    if not constraint.startswith("uq_") and not constraint.startswith("ix_"):
        return None
    names = [field.short_name for field in form if constraint.endswith(f"_{field.short_name}")]
    return max(names, key=len, default=None)


def events_about(row: Any, limit: int = 30) -> list[Event]:
    """Return the newest events about `row`, newest first."""
    query = select(Event).where(Event.subject_kind == row.__tablename__, Event.subject_id == row.id)
    return list(db.session.scalars(query.order_by(Event.at.desc(), Event.id.desc()).limit(limit)))
