"""What waits at integrations: entries that other systems did not take, as one line."""

from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from app.core.backoffice.todo import Todo, TodoItem, Urgency
from app.core.outbound.adapters import KINDS
from app.core.outbound.chart import NEEDS_PERSON
from app.core.outbound.intent import OutboundIntent
from app.core.translations import _, _l

# a message or a label is acted on where it is shown, and counted there
ELSEWHERE = tuple(key for key, kind in KINDS.items() if not kind.ends_here)


def _item(row: Any) -> TodoItem:
    title = ngettext(
        "%(num)s sync to other systems failed", "%(num)s syncs to other systems failed", row.number
    )
    return TodoItem(
        title, (_("No order is held up by this"),), row.oldest, (_("Failed"), "bad"),
        url_for("intents.index_view", flt_needs_action_equals="1"),
    )  # fmt: skip


TODOS = (
    Todo(
        "failed_syncs",
        "integration.view",
        _item,
        query=lambda: select(
            func.count().label("number"), func.min(OutboundIntent.created_at).label("oldest")
        ).having(func.count() > 0),
        where=(OutboundIntent.state.in_(NEEDS_PERSON), OutboundIntent.kind.not_in(ELSEWHERE)),
        urgency=Urgency.FAILED,
        button=_l("View details"),
        icon="plug",
        page="intents",
        counted=OutboundIntent,
    ),
)
