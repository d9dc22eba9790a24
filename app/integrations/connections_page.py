"""Connections: the settings of every adapter, with a form made from its schema and a test button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from flask import flash, redirect, request
from flask_admin import expose
from pydantic import SecretStr

from app.core.backoffice.view import BackOfficeView
from app.core.db import db
from app.core.errors import Problem
from app.core.outbound import credentials
from app.core.outbound.adapters import KINDS, Adapter, adapter, of_kind, secret_fields
from app.core.translations import _, _l


@dataclass(frozen=True)
class Input:
    """One field of an adapter's form; `value` is never that of a secret."""

    name: str
    label: str
    help: str
    type: str
    value: Any
    options: list[tuple[str, str]] | None
    is_required: bool
    is_set: bool


def inputs(found: type[Adapter], row: credentials.AdapterSettings | None) -> list[Input]:
    """Return the form of an adapter: what the back office set, else what holds without it."""
    secrets, known = credentials.secrets_set(row), found.environment()
    values = known | (row.values if row else {})
    hidden = secret_fields(found.Settings)
    made = []
    for name, field in found.Settings.model_fields.items():
        value = values.get(name, None if field.is_required() else field.default)
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else None
        made.append(
            Input(
                name=name,
                label=field.title or name.replace("_", " ").capitalize(),
                help=field.description or "",
                type=_type_of(field.annotation, is_secret=name in hidden),
                value="" if name in hidden else value,
                options=[(str(one), str(one)) for one in choices] if choices else None,
                is_required=field.is_required() and name not in known and name not in secrets,
                is_set=name in secrets or bool(name in hidden and known.get(name)),
            )
        )
    return made


def _type_of(annotation: Any, *, is_secret: bool) -> str:
    if is_secret or annotation is SecretStr:
        return "password"
    return {bool: "checkbox", int: "number"}.get(annotation, "text")


class ConnectionsPage(BackOfficeView):
    """Settings and credentials of the systems that the shop writes to."""

    permission_view = "integration.manage"
    area = _l("Settings")
    menu_icon = "plug"
    menu_order = 30

    @expose("/")
    def index(self) -> Any:
        """All adapters by kind."""
        kinds = [(kind, sorted(of_kind(kind.key).values(), key=_name)) for kind in KINDS.values()]
        return self.render("integrations/connections.html", kinds=kinds, row_of=credentials.row_of)

    @expose("/<kind>/<key>")
    def settings(self, kind: str, key: str) -> Any:
        """The form of one adapter."""
        return self._page(kind, key)

    @expose("/<kind>/<key>/save", methods=["POST"])
    def save(self, kind: str, key: str) -> Any:
        """Keep the settings that were entered."""
        actor, form = self.need("integration.manage"), request.form
        fields = adapter(kind, key).Settings.model_fields
        given: dict[str, Any] = {
            name: form.get(name, "").strip() for name in fields if name in form
        }
        given |= {name: name in form for name, field in fields.items() if field.annotation is bool}
        forget = frozenset(name for name in fields if form.get(f"remove_{name}"))
        version = form.get("version_id", 0, int)
        try:
            credentials.save_settings(kind, key, given, forget=forget, version=version, actor=actor)
        except Problem as problem:
            db.session.rollback()
            return self._page(kind, key, problem=problem), problem.status
        db.session.commit()
        flash(_("Settings saved."), "good")
        return redirect(self.get_url(".settings", kind=kind, key=key), 303)

    @expose("/<kind>/<key>/test", methods=["POST"])
    def test(self, kind: str, key: str) -> Any:
        """Try the connection with the settings that are saved."""
        actor = self.need("integration.manage")
        try:
            works, sentence = credentials.check_connection(kind, key, actor=actor)
        except Problem as problem:
            db.session.rollback()
            works, sentence = False, str(problem)
        flash(sentence, "good" if works else "bad")
        return redirect(self.get_url(".settings", kind=kind, key=key), 303)

    def _page(self, kind: str, key: str, problem: Problem | None = None) -> Any:
        found = adapter(kind, key)
        row = credentials.row_of(kind, key)
        return self.render(
            "integrations/connection.html",
            adapter=found,
            kind=KINDS[kind],
            row=row,
            inputs=inputs(found, row),
            problem=problem,
            given=request.form if problem else {},
        )


def _name(found: type[Adapter]) -> str:
    return found.name


def views() -> list[BackOfficeView]:
    """Return the page."""
    return [
        ConnectionsPage(name=_l("Connections"), endpoint="connections", url="/admin/connections")
    ]
