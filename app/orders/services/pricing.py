"""The price of each line by its price rule and the measures of its file."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.catalog.facts import Facts
from app.catalog.pricing import ItemisedPrice, price_line
from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.files.models import Asset
from app.inspection.file_facts import FileFacts
from app.orders.models import OrderLine


def line_facts(lines: Iterable[OrderLine]) -> dict[uuid.UUID, FileFacts]:
    """Return line id → facts of its newest checked file, in one query; lines without are left out."""
    by_slot = {line.artwork_slot_id: line.id for line in lines if line.artwork_slot_id}
    if not by_slot:
        return {}
    query = (
        select(ArtworkVersion.slot_id, Asset.facts)
        .join(Asset, ArtworkVersion.asset_id == Asset.id)
        .where(ArtworkVersion.slot_id.in_(by_slot))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
    )
    return {by_slot[slot_id]: facts for slot_id, facts in db.session.execute(query)}


def suggest(lines: Iterable[OrderLine]) -> dict[uuid.UUID, ItemisedPrice]:
    """Return line id → its price by the rule that it was requested under; one query for all files."""
    lines = list(lines)
    facts, day = line_facts(lines), today(current().timezone)
    return {
        line.id: price_line(
            line.specification,
            line.configuration.options,
            line.quantity,
            Facts.of(facts.get(line.id)),
            on=day,
            rush=line.order.rush,
        )
        for line in lines
    }
