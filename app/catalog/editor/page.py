"""The page that edits a product or a family: its form, what the small buttons do, and one click that saves all
or nothing. Nothing that was typed is lost, whatever was refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_admin import expose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.routing import BuildError

from app.catalog.editor import words
from app.catalog.editor.actions import Sheet, act
from app.catalog.editor.compare import differing
from app.catalog.editor.context import context_of
from app.catalog.editor.draft import draft_of, read_draft
from app.catalog.editor.nodes import Node, default_text, sections
from app.catalog.editor.reading import ROOT, Reading, input_of, read_layer
from app.catalog.editor.sample import Sample, sample_of
from app.catalog.editor.specs import Spec
from app.catalog.inheritance import Layer, merge
from app.catalog.properties import Properties
from app.catalog.references import KINDS, search
from app.catalog.services import layers_of
from app.catalog.services.preview import Preview, Unconfirmed
from app.core.actor import not_allowed
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.editing import (
    CHECK_FIELDS,
    CLASH,
    LOOK_ONLY,
    SENT_BEFORE,
    Difference,
    same_version,
    stale_words,
    was_sent,
)
from app.core.db import db
from app.core.errors import AlreadyDone, Problem
from app.core.idempotency import FIELD, use_key
from app.core.translations import _

#: Kind of reference → the page that makes a new one.
CREATED_AT = {
    "stock_item": "stock_items.create_view",
    "work_centre": "work_centres.create_view",
    "family": "families.create_view",
    "product": "products.create_view",
    "tax_class": "tax_classes.create_view",
}


@dataclass
class PlainField:
    """A field beside the properties: the name, the family."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    fault: str = ""
    help: str = ""
    reference: str = ""


@dataclass
class Form:
    """One form as it is drawn."""

    row: Any
    sheet: Sheet
    plain: list[PlainField]
    layers: list[Layer]
    reading: Reading | None = None
    faults: dict[str, str] = field(default_factory=dict)
    form_faults: list[str] = field(default_factory=list)
    differences: list[Difference] | None = None
    preview: Preview | None = None
    status: int = 200

    def refuse(self, faults: Mapping[str, str], status: int = 422) -> None:
        """Put each fault at its input; those of no input above the form."""
        self.status = status
        shown = {one.name: one for one in self.plain}
        for name, sentence in faults.items():
            if name in shown:
                shown[name].fault = sentence
            elif name.startswith("properties.") and self.reading is not None:
                path = name.removeprefix("properties.")
                at = input_of(path, self.reading, self.sheet.draft)
                if at == f"{ROOT}.properties":
                    self.form_faults.append(sentence)
                else:
                    self.faults.setdefault(at, sentence)
            else:
                self.form_faults.append(sentence)


class PropertiesEditing:
    """Mixed into the lists of products and families: the page that edits one of them."""

    edit_template = "catalog/editor/form.html"

    def plain_fields(self, row: Any) -> list[PlainField]:
        """Return the fields beside the properties as they are stored."""
        raise NotImplementedError

    def plain_input(self, plain: Mapping[str, str]) -> dict[str, Any]:
        """Return what the verb takes of these fields."""
        raise NotImplementedError

    @expose("/references")
    def references(self: Any) -> Any:
        """Return what a picker offers for the words typed, as JSON."""
        self.need(self.permission_view)
        kind = request.args.get("kind", "")
        found = search(kind, request.args.get("q", "")[:200]) if kind in KINDS else []
        return {"found": [{"key": key, "label": label} for key, label in found]}

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self: Any) -> Any:
        """The form. A form from before somebody else's change is not saved."""
        if not self.can_edit:
            raise not_allowed(self.permission_edit, LOOK_ONLY)
        row = self.get_one(request.args.get("id", ""))
        if request.method == "GET":
            return self.draw(self.stored(row))
        if "do" in request.form:
            form = self.sent(row)
            act(form.sheet, request.form["do"])
            return self.draw(form)
        db.session.refresh(row, with_for_update=True)
        if was_sent(self.edit_verb):
            flash(SENT_BEFORE, "info")
            return redirect(self.form_url(row))
        return self.save(self.sent(row))

    def stored(self: Any, row: Any) -> Form:
        """Return the form of what is stored."""
        own = {name: value for name, value in row.properties.items() if name != "drop"}
        sheet, layers = self.sheet_of(row)
        sheet.draft = draft_of(Properties, own, sheet.currency)
        sheet.dropped = set(row.properties.get("drop") or [])
        return Form(row, sheet, self.plain_fields(row), layers)

    def sent(self: Any, row: Any) -> Form:
        """Return the form of what was sent."""
        sheet, layers = self.sheet_of(row)
        sheet.draft = read_draft(request.form, ROOT)
        sheet.dropped = set(request.form.getlist("drop"))
        plain = self.plain_fields(row)
        for one in plain:
            one.value = request.form.get(one.name, one.value)
        return Form(row, sheet, plain, layers)

    def sheet_of(self: Any, row: Any) -> tuple[Sheet, list[Layer]]:
        """Return an empty sheet above which lie the layers of the row's families."""
        *above, own = layers_of(row)
        merged, _origin = merge(above)
        price: Any = merged.get("price") or {}
        mine: Any = row.properties.get("price") or {}
        currency = mine.get("currency") or price.get("currency") or Properties().price.currency
        return Sheet({}, merged, str(currency)), [*above, own]

    def save(self: Any, form: Form) -> Any:
        """Save all of the form or nothing of it."""
        sheet = form.sheet
        form.reading = read_layer(sheet.draft, sheet.above, sheet.dropped, sheet.currency)
        if not same_version(form.row):
            form.differences = differing(form.row.properties, form.reading.layer, sheet.currency)
            form.status = 409
            flash(stale_words(form.row), "attention")
            return self.draw(form)
        if form.reading.faults:
            form.faults |= form.reading.faults
            form.status = 422
            flash(CHECK_FIELDS, "bad")
            return self.draw(form)
        return self.run(form)

    def run(self: Any, form: Form) -> Any:
        """Run the verb that changes the row; draw the form again with what was refused."""
        assert form.reading is not None
        plain = {one.name: one.value for one in form.plain}
        actor = staff_or_refuse()
        row_id, title = form.row.id, self.row_title(form.row)
        try:
            use_key(request.form.get(FIELD, ""), self.edit_verb.key, actor)
            self.edit_verb(
                row_id,
                actor=actor,
                properties=form.reading.layer,
                confirm=request.form.get("confirm", ""),
                **self.plain_input(plain),
            )
            db.session.commit()
        except Unconfirmed as asked:
            form.preview, form.status = asked.preview, asked.status
        except AlreadyDone:
            db.session.rollback()
            flash(SENT_BEFORE, "info")
            return redirect(self.form_url(form.row))
        except Problem as problem:
            faults = problem.faults or {problem.field or "": problem.sentence}
            form.refuse(faults, problem.status)
        except (IntegrityError, StaleDataError):
            form.refuse({"": CLASH}, 409)
        else:
            flash(_("“%(title)s” is saved.", title=title), "good")
            return redirect(self.form_url(form.row))
        db.session.rollback()
        form.row = self.get_one(str(row_id))
        if form.preview is None:
            flash(CHECK_FIELDS, "bad")
        return self.draw(form)

    def form_url(self: Any, row: Any) -> str:
        """Return the address of the form."""
        return str(self.get_url(".edit_view", id=self.get_pk_value(row)))

    def draw(self: Any, form: Form) -> Any:
        """Return the page of a form, and its status."""
        row, sheet = form.row, form.sheet
        stored: Mapping[str, Any] = row.properties
        context = context_of(sheet, form.layers, stored, form.faults)
        drawn = sections(sheet.draft, context)
        sample: Sample | None = sample_of(sheet, form.layers)
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
            preview=form.preview,
            sample=sample,
            as_data=json.dumps(stored, indent=2, ensure_ascii=False),
            has_faults=lambda node: _has_faults(node, form.faults),
            section_words=lambda node: words.SECTIONS.get(node.spec.name, ""),
            empty_words=lambda spec: words.EMPTY.get(spec.name, _("Nothing here yet.")),
            new_words=_new_words,
            in_line=lambda spec: spec.part is not None and spec.part.__name__ in words.IN_LINE,
            placeholder=lambda spec: default_text(spec, sheet.currency),
            create_url=_create_url,
            reference_label=context.label_of,
            **self.editor_context(row),
        )
        return page, form.status

    def editor_context(self, row: Any) -> dict[str, Any]:
        """Return what a view's own page shows besides."""
        return {"badges": []}


def _has_faults(node: Node, faults: Mapping[str, str]) -> bool:
    return any(one == node.path or one.startswith(f"{node.path}.") for one in faults)


def _new_words(spec: Spec) -> str:
    return words.NEW.get(spec.part.__name__, _("Add")) if spec.part is not None else _("Add")


def _create_url(kind: str) -> str:
    """Return the page that makes a record of this kind; "" where there is none."""
    endpoint = CREATED_AT.get(kind, "")
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint)
    except BuildError:
        return ""
