"""The pages that create and edit a product or a family: the form, what its small buttons do, and one click that
saves all or nothing. Nothing that was typed is lost, whatever was refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_admin import expose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.catalog.editor import words
from app.catalog.editor.actions import Sheet, act
from app.catalog.editor.compare import differing
from app.catalog.editor.context import context_of
from app.catalog.editor.draft import draft_of, read_draft
from app.catalog.editor.form import Form, PlainField
from app.catalog.editor.nodes import default_text, sections
from app.catalog.editor.reading import ROOT, Reading, read_layer
from app.catalog.editor.reference_labels import reference_labels
from app.catalog.editor.sample import sample_of
from app.catalog.editor.specs import Spec
from app.catalog.inheritance import merge
from app.catalog.properties import Properties
from app.catalog.references import KINDS
from app.catalog.services import layers_of
from app.catalog.services.preview import Unconfirmed
from app.core.actor import not_allowed
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.editing import (
    CHECK_FIELDS,
    CLASH,
    LOOK_ONLY,
    SENT_BEFORE,
    same_version,
    stale_words,
    was_sent,
)
from app.core.canonical import sha256_of
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, Problem
from app.core.idempotency import FIELD, use_key
from app.core.translations import _, _l
from app.core.web.formats import long_date

#: Kind of reference → the page that makes a new one.
CREATED_AT = {
    "stock_item": "stock_items.create_view",
    "work_centre": "work_centres.create_view",
    "family": "families.create_view",
    "product": "products.create_view",
    "tax_class": "tax_classes.create_view",
}


NOT_SAVED_YET = _l("Not saved yet: more pieces would cost less than fewer. Check the prices below.")


class PropertiesEditing:
    """Mixed into the lists of products and families, in front of what edits rows in general."""

    edit_template = "catalog/editor/form.html"
    create_template = "catalog/editor/create.html"

    def plain_fields(self, row: Any) -> list[PlainField]:
        """Return the fields beside the properties, as stored; empty where `row` is None. Each list has its own."""
        raise NotImplementedError

    def plain_input(self, plain: Mapping[str, str]) -> dict[str, Any]:
        """Return what the verbs take of these fields."""
        raise NotImplementedError

    @expose("/references")
    def references(self: Any) -> Any:
        """Return what a picker offers for the words typed, as JSON."""
        self.need(self.permission_edit)
        kind = KINDS.get(request.args.get("kind", ""))
        found = kind.search(request.args.get("q", "")[:200].replace("\x00", "")) if kind else []
        return {"found": [{"key": key, "label": label} for key, label in found]}

    # -- creating ------------------------------------------------------------------------------
    @expose("/new/", methods=("GET", "POST"))
    def create_view(self: Any) -> Any:
        """The short form of a new row; saving it opens the form of its properties."""
        if not self.can_create:
            raise not_allowed(self.permission_edit, LOOK_ONLY)
        form = Form(None, Sheet({}, {}, ""), self.plain_fields(None), [])
        if request.method == "GET":
            for one in form.plain:
                one.value = request.args.get(one.name, one.value)
            return self.draw_new(form)
        form.take(request.form)
        actor = staff_or_refuse()
        try:
            use_key(request.form.get(FIELD, ""), self.create_verb.key, actor)
            typed = self.plain_input({one.name: one.value.strip() for one in form.plain})
            row = self.create_verb(None, actor=actor, **typed)
            db.session.commit()
        except AlreadyDone:
            db.session.rollback()
            flash(SENT_BEFORE, "info")
            return redirect(self.get_url(".index_view"))
        except Problem as problem:
            db.session.rollback()
            form.refuse(problem)
            return self.draw_new(form)
        flash(_("“%(title)s” is created. Now add what it needs.", title=row.name), "good")
        return redirect(self.form_url(row))

    def draw_new(self: Any, form: Form) -> Any:
        """Return the page of a new row, and its status."""
        named = reference_labels([], [(one.reference, one.value) for one in form.plain])
        page = self.render(
            self.create_template,
            plain_fields=form.plain,
            form_faults=form.form_faults,
            back_url=self.get_url(".index_view"),
            reference_label=lambda kind, key: named.get((kind, key), ""),
            create_url=_create_url,
        )
        return page, form.status

    # -- editing -------------------------------------------------------------------------------
    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self: Any) -> Any:
        """The form of one row. It is not saved if another person changed the row in the meantime."""
        if not self.can_edit:
            raise not_allowed(self.permission_edit, LOOK_ONLY)
        row = self.get_one(request.args.get("id", ""))
        if request.method == "GET":
            return self.draw(self.stored(row))
        if "do" in request.form:
            form = self.sent(row)
            try:
                act(form.sheet, request.form["do"])
            except BadInput as problem:
                form.reading = Reading({})
                form.refuse(problem)
                form.status = 200  # nothing was to be saved
            return self.draw(form)
        db.session.refresh(row, with_for_update=True)
        if was_sent(self.edit_verb) or was_sent(self.schedule_verb):
            flash(SENT_BEFORE, "info")
            return redirect(self.form_url(row))
        return self.save(self.sent(row))

    def stored(self: Any, row: Any) -> Form:
        """Return the form of what is stored."""
        form: Form = self.empty_form(row)
        own = {name: value for name, value in row.properties.items() if name != "drop"}
        form.sheet.draft = draft_of(Properties, own, form.sheet.currency)
        form.sheet.dropped = set(row.properties.get("drop") or [])
        return form

    def sent(self: Any, row: Any) -> Form:
        """Return the form of what was sent."""
        form: Form = self.empty_form(row)
        form.sheet.draft = read_draft(request.form, ROOT)
        form.sheet.dropped = set(request.form.getlist("drop"))
        form.take(request.form)
        return form

    def empty_form(self: Any, row: Any) -> Form:
        """Return a form with nothing in it but what the row inherits."""
        layers = layers_of(row)
        later = PlainField("effective_on", _("Takes effect on"), kind="date")
        later.help = _("Empty: at once. On a later day the properties alone change.")
        above, _origin = merge(layers[:-1])
        prices: list[Any] = [row.properties.get("price"), above.get("price")]
        currencies = [one["currency"] for one in prices if one and one.get("currency")]
        currency = str((*currencies, Properties().price.currency)[0])
        return Form(row, Sheet({}, above, currency), [*self.plain_fields(row), later], layers)

    def save(self: Any, form: Form) -> Any:
        """Save all of the form or nothing of it."""
        sheet, row = form.sheet, form.row
        form.reading = read_layer(sheet.draft, sheet.above, sheet.dropped, sheet.currency)
        if not same_version(row):
            form.differences = differing(row.properties, form.reading.layer, sheet.currency)
            form.status = 409
            flash(stale_words(row), "attention")
        elif form.reading.faults:
            form.faults |= form.reading.faults
            form.status = 422
            flash(CHECK_FIELDS, "bad")
        elif (doubt := self.doubt_of(form)) and request.form.get("accept") != doubt:
            form.doubt, form.status = doubt, 409
            flash(NOT_SAVED_YET, "attention")
        else:
            return self.run(form)
        return self.draw(form)

    def doubt_of(self: Any, form: Form) -> str:
        """Return a mark of what is odd about the prices that would be saved, where that is new; "" for nothing."""
        found = sample_of(form.sheet, form.layers)
        if found is None or not found.warnings:
            return ""
        before = self.stored(form.row)
        had = sample_of(before.sheet, before.layers)
        is_known = had is not None and had.warnings == found.warnings
        return "" if is_known else sha256_of({"warnings": found.warnings})[:16]

    def run(self: Any, form: Form) -> Any:
        """Run the verb that changes the row; draw the form again with what was refused."""
        assert form.reading is not None
        actor, row_id = staff_or_refuse(), str(form.row.id)
        plain = {one.name: one.value for one in form.plain}
        on = plain.pop("effective_on", "")
        verb = self.schedule_verb if on else self.edit_verb
        given = {"effective_on": on} if on else self.plain_input(plain)
        given |= {"properties": form.reading.layer, "confirm": request.form.get("confirm", "")}
        try:
            use_key(request.form.get(FIELD, ""), verb.key, actor)
            verb(
                form.row.id,
                actor=actor,
                **{name: given[name] for name in verb.Input.model_fields if name in given},
            )
            db.session.commit()
        except Unconfirmed as asked:
            db.session.rollback()
            return self.tell(asked, self.get_one(row_id)), asked.status
        except AlreadyDone:
            db.session.rollback()
            flash(SENT_BEFORE, "info")
            return redirect(self.form_url(self.get_one(row_id)))
        except Problem as problem:
            db.session.rollback()
            form.refuse(problem)
        except (IntegrityError, StaleDataError):
            db.session.rollback()
            form.form_faults.append(CLASH)
            form.status = 409
        else:
            return self.say_saved(self.get_one(row_id), on)
        flash(CHECK_FIELDS, "bad")
        form.row = self.get_one(row_id)
        return self.draw(form)

    def say_saved(self: Any, row: Any, on: str) -> Any:
        """Go on where the form was, or at the page that shows what is scheduled for the day `on`."""
        title = self.row_title(row)
        if on:
            day = long_date(date.fromisoformat(on))
            flash(
                _("The change of “%(title)s” is scheduled for %(day)s.", title=title, day=day),
                "good",
            )
            return redirect(self.row_url(row))
        flash(_("“%(title)s” is saved.", title=title), "good")
        return redirect(self.form_url(row))

    def form_url(self: Any, row: Any) -> str:
        """Return the address of the form."""
        return str(self.get_url(".edit_view", id=self.get_pk_value(row)))

    def draw(self: Any, form: Form) -> Any:
        """Return the page of a form, and its status."""
        row, sheet = form.row, form.sheet
        context = context_of(sheet, form.layers, row.properties, form.faults)
        drawn = sections(sheet.draft, context)
        form.say_unplaced(drawn)
        named = reference_labels(drawn, [(one.reference, one.value) for one in form.plain])
        page = self.render(
            self.edit_template,
            model=row,
            row_title=self.row_title(row),
            here=self.form_url(row),
            back_url=self.row_url(row),
            version=row.version_id,
            plain_fields=form.plain,
            sections=drawn,
            dropped=sorted(sheet.dropped),
            form_faults=form.form_faults,
            differences=form.differences,
            doubt=form.doubt,
            sample=sample_of(sheet, form.layers),
            as_data=json.dumps(row.properties, indent=2, ensure_ascii=False),
            has_faults=form.has_faults,
            section_words=lambda node: words.SECTIONS.get(node.spec.name, ""),
            empty_words=lambda spec: words.EMPTY.get(spec.name, _("Nothing here yet.")),
            new_words=_new_words,
            can_add=lambda spec: spec.part is not None and spec.part.__name__ not in words.MADE,
            in_line=lambda spec: (
                spec.part is not None and words.LINES.get(spec.part.__name__, False)
            ),
            placeholder=lambda spec: default_text(spec, sheet.currency),
            create_url=_create_url,
            reference_label=lambda kind, key: named.get((kind, key), ""),
            **self.editor_context(row),
        )
        return page, form.status

    def editor_context(self, row: Any) -> dict[str, Any]:
        """Return what a view's own page shows besides."""
        return {}


def _new_words(spec: Spec) -> str:
    return words.NEW.get(spec.part.__name__, _("Add")) if spec.part is not None else _("Add")


def _create_url(kind: str) -> str:
    """Return the page that makes a record of this kind; "" where there is none."""
    endpoint = CREATED_AT.get(kind, "")
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
