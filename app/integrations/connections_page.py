"""Connections: the settings of every adapter, with a form made from its schema and a test button."""

from typing import Any, Literal, get_args, get_origin

from flask_admin import expose
from pydantic import SecretStr

from app.core.backoffice.record_page import RecordPage
from app.core.outbound.adapters import KINDS, of_kind, secret_fields
from app.core.outbound.credentials import Connection, row_of, secrets_set
from app.core.translations import _l
from app.integrations.verbs import CONNECTION


def fields_of(connection: Connection) -> list[dict[str, Any]]:
    """Return the form of an adapter: what the back office set, else what holds without it.

    The `value` of a secret is never in it.
    """
    settings, row = connection.adapter.Settings, connection.row
    secrets, known = secrets_set(row), connection.adapter.environment()
    values, hidden = known | (row.values if row else {}), secret_fields(settings)
    found = []
    for name, field in settings.model_fields.items():
        default = "" if field.is_required() else field.default
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else None
        found.append(
            {
                "name": name,
                "label": field.title or name.replace("_", " ").capitalize(),
                "help": field.description or "",
                "type": _type_of(field.annotation, is_secret=name in hidden),
                "value": "" if name in hidden else values.get(name, default),
                "options": [(str(one), str(one)) for one in choices] if choices else None,
                "is_required": field.is_required() and name not in known and name not in secrets,
                "is_set": name in secrets or bool(name in hidden and known.get(name)),
            }
        )
    return found


def _type_of(annotation: Any, *, is_secret: bool) -> str:
    if is_secret or annotation is SecretStr:
        return "password"
    return {bool: "checkbox", int: "number"}.get(annotation, "text")


class ConnectionsPage(RecordPage):
    """Settings and credentials of the systems that the shop writes to."""

    name = _l("Connections")
    endpoint = "connections"
    permission_view = "integration.manage"
    area = _l("Settings")
    menu_icon = "plug"
    menu_order = 30
    subject = CONNECTION
    folder = "connections"
    live = None  # type: ignore[assignment]  # nothing of it changes by itself

    @expose("/")
    def index(self) -> Any:
        """All adapters by kind."""
        kinds = [
            (kind, sorted(of_kind(kind.key).values(), key=lambda adapter: adapter.name))
            for kind in KINDS.values()
        ]
        return self.render("backoffice/connections/index.html", kinds=kinds, row_of=row_of)

    def context(self, record: Connection) -> dict[str, Any]:
        """Return the adapter and its form."""
        return {
            "connection": record,
            "kind": KINDS[record.adapter.kind],
            "fields": fields_of(record),
        }
