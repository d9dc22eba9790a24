"""What waits at the back office itself: background tasks that failed for good, as one line."""

from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from app.core.backoffice.todo import Todo, TodoItem, Urgency
from app.core.deliveries import Delivery
from app.core.translations import _, _l


def _item(row: Any) -> TodoItem:
    return TodoItem(
        ngettext("%(num)s background task failed", "%(num)s background tasks failed", row.number),
        (_("Nothing is lost. Fix the cause, then replay"),), row.oldest, (_("Failed"), "bad"),
        url_for("dead_letters.index_view"),
    )  # fmt: skip


TODOS = (
    Todo(
        "dead_letters",
        "deadletter.replay",
        _item,
        query=lambda: select(
            func.count().label("number"), func.min(Delivery.updated_at).label("oldest")
        ).having(func.count() > 0),
        where=(Delivery.state == "dead",),
        urgency=Urgency.FAILED,
        button=_l("View details"),
        icon="skull",
        page="dead_letters",
        counted=Delivery,
    ),
)
