"""Files that customers sent are found by their name."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.states import ARTWORK
from app.core.search import Hit, Searchable, Words
from app.core.translations import _, _l
from app.customers.models import Customer
from app.orders.models import PREFIX, Order


def _rows() -> Any:
    query = select(
        ArtworkVersion.id, ArtworkVersion.file_name, ArtworkVersion.number.label("version"),
        ArtworkSlot.id.label("slot_id"), ArtworkSlot.label, ArtworkSlot.state, Order.number,
        Customer.name,
    )  # fmt: skip
    query = query.join(ArtworkSlot, ArtworkSlot.id == ArtworkVersion.slot_id)
    query = query.join(Order, Order.id == ArtworkSlot.stream_id)
    return query.join(Customer, Customer.id == Order.customer_id)


def _hit(row: Any) -> Hit:
    version = _("Version %(version)s of %(label)s", version=row.version, label=row.label)
    sub = f"{version} · {PREFIX}{row.number} · {row.name}"
    url = url_for("artwork.page", ref=row.slot_id, version=row.version)
    return Hit(row.file_name, sub, url, (ARTWORK.word(row.state), ARTWORK.colour(row.state)))


Searchable(
    "file",
    ArtworkVersion,
    (Words(ArtworkVersion.file_name),),
    name=_l("Files"),
    icon="file",
    permission="order.view",
    rows=_rows,
    hit=_hit,
)
