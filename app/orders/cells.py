"""The number of an order as a link, for lists of other rooms: read once for all rows of a page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import g, url_for
from markupsafe import Markup
from sqlalchemy import select

from app.core.db import db
from app.orders.models import PREFIX, Order


def read_orders(stream_ids: Iterable[uuid.UUID | None]) -> None:
    """Read the numbers of those of `stream_ids` that are orders; one query, none where all are known."""
    known: dict[uuid.UUID, str] = g.setdefault("order_refs", {})
    wanted = {one for one in stream_ids if one is not None and one not in known}
    if not wanted:
        return
    known |= dict.fromkeys(wanted, "")
    rows = db.session.execute(select(Order.id, Order.number).where(Order.id.in_(wanted)))
    known.update({row[0]: f"{PREFIX}{row[1]}" for row in rows})


def order_ref(stream_id: uuid.UUID | None) -> str:
    """Return the order's number, an empty string for a stream that is none."""
    read_orders((stream_id,))
    return str(g.order_refs.get(stream_id, ""))


def order_link(stream_id: uuid.UUID | None) -> Markup | None:
    """Return the order's number as a link to its page; None for a stream that is no order."""
    ref = order_ref(stream_id)
    if not ref:
        return None
    url = url_for("order_page.page", ref=ref)
    return Markup('<a class="ref" href="{}">{}</a>').format(url, ref)
