"""What waits at integrations: entries that other systems did not take, as one line."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.core.backoffice.todo import Todo, TodoItem, Urgency
from app.core.web.formats import plural
from app.integrations.models import SyncIntent
from app.integrations.states import NOT_WRITTEN


def _item(row: Any) -> TodoItem:
    title = f"{plural(row.number, 'sync')} to other systems failed"
    return TodoItem(
        title, ("no order is held up by this",), row.oldest, ("Failed", "bad"),
        url_for("intents.index_view"),
    )  # fmt: skip


TODOS = (
    Todo(
        "failed_syncs",
        "integration.view",
        _item,
        query=lambda: select(
            func.count().label("number"), func.min(SyncIntent.created_at).label("oldest")
        ).having(func.count() > 0),
        where=(SyncIntent.state.in_(NOT_WRITTEN),),
        urgency=Urgency.FAILED,
        button="View details",
        icon="plug",
        page="intents",
        counted=SyncIntent,
    ),
)
