"""The back office of integrations: every write to another system, and what became of it."""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup
from sqlalchemy import func, select

from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.db import db
from app.integrations.models import SyncIntent
from app.integrations.states import SYNC
from app.orders.models import Order


def _order(view: Any, row: SyncIntent) -> Any:
    order = db.session.get(Order, row.stream_id) if row.stream_id else None
    if order is None:
        return Markup('<span class="cell-none">–</span>')
    address = view.get_url("order_page.page", ref=order.ref)
    return Markup('<a class="ref" href="{}">{}</a>').format(address, order.ref)


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
    column_list = ("target", "order", "state", "attempts", "created_at", "sent_at")
    column_details_list = (
        "target",
        "order",
        "key",
        "payload",
        "outcome",
        "error",
        "attempts",
        "created_at",
        "sent_at",
    )
    column_labels = {
        "target": "To",
        "attempts": "Tries",
        "payload": "What was meant",
        "outcome": "What came of it",
        "error": "What went wrong",
        "created_at": "Meant",
        "sent_at": "Written",
    }
    column_formatters = {"order": lambda view, context, row, name: _order(view, row)}
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

    def menu_count(self) -> tuple[int, bool] | None:
        """Return how many writes wait for a person to look."""
        query = select(func.count()).where(SyncIntent.state.in_(("failed", "unknown")))
        count = int(db.session.scalar(query) or 0)
        return (count, True) if count else None

    def row_title(self, row: SyncIntent) -> str:
        return f"{row.target.capitalize()} {row.payload.get('number', '')!s}".strip()


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [IntentView(SyncIntent, name="Integrations", endpoint="intents", url="intents")]
