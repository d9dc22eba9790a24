"""The back office of integrations: every write to another system, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup

from app.core.admin_base import BackOfficeModelView, SavedView, label_of
from app.core.settings import current
from app.core.web.formats import money
from app.integrations.accounting import adapters
from app.integrations.models import SyncIntent
from app.integrations.states import SYNC
from app.orders.cells import order_link, order_ref, read_orders

NEXT = {
    "failed": "Nothing was written. Mend the cause; a replay under Dead letters tries it again.",
    "unknown": (
        "The answer got lost, and the other side can't be asked. Look there for the key below; "
        "nothing is written a second time by itself."
    ),
}
ORDER = ("number", "customer", "closed_on", "net_minor", "taxes", "total_minor")
HASHES = {"sha256": "SHA-256", "storage_key": "Stored as"}


class IntentView(BackOfficeModelView):
    """What was written to accounting and other systems."""

    permission_view = "integration.view"
    area = "Money"
    menu_icon = "plug"
    menu_order = 40

    chart = SYNC
    title = "Integrations"
    sentence = "Every write to another system. Each has a key, so that nothing is written twice."
    empty_title = "Nothing was written elsewhere yet"
    empty_sentence = "The first closed order makes the first entry in the journal."
    details_template = "integrations/intent.html"
    column_list = ("target", "order", "state", "attempts", "created_at", "sent_at")
    column_details_list = (
        "target",
        "order",
        "error",
        "attempts",
        "created_at",
        "sent_at",
        "key",
    )
    hidden_when_empty = ("error", "sent_at")
    phone_places = {
        "state": "at-end",
        "order": "",
        "created_at": "to-end",
        "attempts": "skip-sm",
        "sent_at": "skip-sm",
    }
    column_labels = {
        "target": "To",
        "attempts": "Tries",
        "error": "What went wrong",
        "created_at": "Meant",
        "sent_at": "Written",
    }
    column_formatters = {
        "target": lambda view, context, row, name: target_words(row.target),
        "order": lambda view, context, row, name: order_link(row.stream_id),
    }
    column_sortable_list = ("created_at", "sent_at")
    column_default_sort = ("created_at", True)
    column_searchable_list = ("key",)
    column_filters = (
        FilterEqual(
            SyncIntent.state, "State", options=[(name, SYNC.word(name)) for name in SYNC.states]
        ),
        "target",
        "created_at",
    )
    saved_views = (
        SavedView("All", {}),
        SavedView("Failed", {"flt0_state_equals": "failed"}),
        SavedView("Unknown", {"flt0_state_equals": "unknown"}),
    )

    def row_title(self, row: SyncIntent) -> str:
        return f"{target_words(row.target)} {row.payload.get('number', '')!s}".strip()

    def read_ahead(self, rows: Sequence[SyncIntent]) -> None:
        """Read the orders' numbers."""
        read_orders(row.stream_id for row in rows)

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            intent: SyncIntent = kwargs["model"]
            kwargs |= {
                "meant": facts_of(intent.payload),
                "outcome": facts_of(intent.outcome or {}),
                "what_next": NEXT.get(intent.state, ""),
            }
        return super().render(template, **kwargs)

    def get_export_value(self, model: SyncIntent, name: str) -> Any:
        """Return the bare value; the order by its number."""
        return (
            order_ref(model.stream_id) if name == "order" else super().get_export_value(model, name)
        )


def target_words(name: str) -> str:
    """Return what a target is called in the shop."""
    adapter = adapters().get(name)
    return adapter.label if adapter else name.replace("_", " ").capitalize()


def facts_of(values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (what, its value) of a payload or an outcome, amounts as money, empty values left out."""
    currency = str(values.get("currency") or current().currency)
    found: list[tuple[str, Any]] = []
    for key, value in sorted(values.items(), key=lambda pair: _place(pair[0])):
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


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER)


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [IntentView(SyncIntent, name="Integrations", endpoint="intents", url="intents")]
