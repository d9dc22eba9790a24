"""The back office of integrations: every write to another system, and what a person does about it."""

from typing import Any, Literal, get_args, get_origin

from flask import url_for
from flask_admin import expose
from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup

from app.core.backoffice.columns import Column, yes_no_filter
from app.core.backoffice.forms import label_of
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.record_page import RecordPage
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import get
from app.core.outbound.adapters import KINDS, of_kind, secret_fields
from app.core.outbound.chart import NEEDS_PERSON, OUTBOUND
from app.core.outbound.credentials import Connection, row_of, secrets_set
from app.core.outbound.intent import OutboundIntent
from app.core.shop.region import region
from app.core.translations import _, _l
from app.core.web.formats import money
from app.fulfilment.models import Shipment
from app.integrations.verbs import CONNECTION, INTENT
from app.orders.cells import order_column

OPEN_MESSAGE, OPEN_SHIPMENT = _l("Open the message"), _l("Open the shipment")
#: Kind ("" for all others) and state → what a person does now, in short and in full.
NEXT = {
    ("channel", "failed"): (
        OPEN_MESSAGE,
        _l("The message was not sent. Open it to send it again."),
    ),
    ("channel", "unknown"): (
        OPEN_MESSAGE,
        _l("The message may have arrived. Open it to confirm or to send it again."),
    ),
    ("carrier", "failed"): (
        OPEN_SHIPMENT,
        _l("No label was purchased. Open the shipment to buy one."),
    ),
    ("carrier", "unknown"): (
        OPEN_SHIPMENT,
        _l("A label may have been purchased. Ask the carrier, then open the shipment."),
    ),
    ("", "failed"): (
        _l("Fix the cause, then retry"),
        _l("Nothing was written. Fix the cause, then retry."),
    ),
    ("", "unknown"): (
        _l("Check the other system"),
        _l(
            "The response was lost. "
            "Look for the key below in the other system: mark it as arrived if it is there, "
            "or retry if it isn't. Nothing is retried automatically."
        ),
    ),
}
ORDER = ("number", "customer", "closed_on", "net_minor", "taxes", "total_minor")
TYPES: dict[Any, str] = {bool: "checkbox", int: "number"}
HASHES = {"sha256": "SHA-256", "storage_key": _l("Stored as")}


class IntentView(RowVerbs, BackOfficeModelView):
    """What was written to mail servers, carriers, accounting and other systems."""

    model = OutboundIntent
    name = _l("Integrations")
    endpoint = "intents"
    permission_view = "integration.view"
    area = _l("Money")
    menu_icon = "plug"
    menu_order = 40

    subject = INTENT
    chart = OUTBOUND
    sentence = _l(
        "Everything sent to other systems. Each entry has a key, so nothing is written twice."
    )
    empty_title = _l("Nothing sent to other systems yet")
    empty_sentence = _l("Messages, labels and journal entries appear here as they are sent.")
    details_template = "integrations/intent.html"
    columns = (
        Column("target", _l("To"), show=lambda row: target_name(row)),
        order_column(),
        Column("state", phone="at-end"),
        Column("next_step", phone="skip-sm", show=lambda row: next_step(row)[0]),
        Column("attempts", _l("Attempts"), "skip-sm"),
        Column("created_at", _l("Queued"), "to-end", is_sortable=True),
        Column("sent_at", phone="skip-sm", hidden_when_empty=True),
    )
    details = (
        "target",
        "order",
        Column("error", hidden_when_empty=True),
        "attempts",
        "created_at",
        "sent_at",
        "key",
    )
    column_default_sort = ("created_at", True)
    column_filters = (
        yes_no_filter(
            OutboundIntent.state, _l("Needs action"), OutboundIntent.state.in_(NEEDS_PERSON)
        ),
        "state",
        FilterEqual(
            OutboundIntent.kind,
            _l("Kind"),
            options=lambda: [(k.key, k.label) for k in KINDS.values()],
        ),
        "created_at",
    )
    saved_views = (
        SavedView(_l("Needs action"), {"flt_needs_action_equals": "1"}),
        SavedView(_l("Failed"), {"flt_state_equals": "failed"}),
        SavedView(_l("Unknown outcome"), {"flt_state_equals": "unknown"}),
    )

    def row_title(self, row: OutboundIntent) -> str:
        return f"{target_name(row)} {row.payload.get('number', '')!s}".strip()

    def details_context(self, row: OutboundIntent) -> dict[str, Any]:
        """Return what was requested, what came of it, and what a person can do about it."""
        return {
            "requested": facts_of(row.payload),
            "outcome": facts_of(row.outcome or {}),
            "what_next": next_step(row)[1],
            "offers": {key: one for key, one in self.offers(row).items() if one.is_open},
            "subject": None if KINDS[row.kind].ends_here else subject_link(row),
        }


def target_name(intent: OutboundIntent) -> str:
    """Return the name of the adapter that an intent goes to, also of one that was removed."""
    adapter = of_kind(intent.kind).get(intent.adapter_key) if intent.kind in KINDS else None
    return adapter.name if adapter else intent.adapter_key.replace("_", " ").capitalize()


def next_step(intent: OutboundIntent) -> tuple[str, str]:
    """Return what a person does about an intent now, in short and in full; empty for nothing."""
    return NEXT.get((intent.kind, intent.state)) or NEXT.get(("", intent.state), ("", ""))


def subject_link(intent: OutboundIntent) -> tuple[str, str] | None:
    """Return label and address of the page where a message or a shipment is acted on."""
    if intent.subject_kind == "messages":
        return _("Open message"), url_for("messages.details_view", id=intent.subject_id)
    if intent.subject_kind == "shipments":
        number = get(Shipment, intent.subject_id).ref
        return _("Open shipment"), url_for("shipment_page.page", ref=number)
    return None


def facts_of(values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (what, its value) of a payload or an outcome, amounts as money, empty values left out."""
    currency = str(values.get("currency") or region().currency)
    found: list[tuple[str, Any]] = []
    places = {key: place for place, key in enumerate(ORDER)}
    for key, value in sorted(values.items(), key=lambda item: places.get(item[0], len(ORDER))):
        if key == "currency" or value in (None, "", [], {}):
            continue
        if key == "taxes":
            found += [(str(tax["label"]), money(tax["amount_minor"], currency)) for tax in value]
        elif key.endswith("_minor") and isinstance(value, int):
            found.append((label_of(key), money(value, currency)))
        elif key in HASHES:
            found.append((HASHES[key], Markup('<code class="hash">{}</code>').format(value)))
        else:
            found.append((label_of(key), value))
    return found


def fields_of(connection: Connection) -> list[dict[str, Any]]:
    """Return the form of an adapter: what the back office set, else what holds without it. The
    `value` of a secret is never in it."""
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
                "type": "password" if name in hidden else TYPES.get(field.annotation, "text"),
                "value": "" if name in hidden else values.get(name, default),
                "options": [(str(one), str(one)) for one in choices] if choices else None,
                "is_required": field.is_required() and name not in known and name not in secrets,
                "is_set": name in secrets or bool(name in hidden and known.get(name)),
            }
        )
    return found


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
