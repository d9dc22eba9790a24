"""Files that customers sent are found by their name."""

from typing import Any

from flask import url_for

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.states import ARTWORK
from app.core.search import Hit, Searchable, Words
from app.core.translations import _, _l
from app.orders.cells import with_order
from app.orders.models import PREFIX


def _rows() -> Any:
    slot = (ArtworkSlot.id.label("slot_id"), ArtworkSlot.label, ArtworkSlot.state)
    file = (ArtworkVersion.id, ArtworkVersion.file_name, ArtworkVersion.number.label("version"))
    query = with_order(ArtworkSlot.stream_id, *slot, *file)
    return query.join(ArtworkVersion, ArtworkVersion.slot_id == ArtworkSlot.id)


def _hit(row: Any) -> Hit:
    version = _("Version %(version)s of %(label)s", version=row.version, label=row.label)
    sub = f"{version} · {PREFIX}{row.number} · {row.name}"
    url = url_for("artwork.page", ref=row.slot_id, version=row.version)
    return Hit(row.file_name, sub, url, ARTWORK.badge(row.state))


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
