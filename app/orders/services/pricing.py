"""What the price rule says for a line, with what is known of its file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.catalog.facts import Facts
from app.catalog.pricing import ItemisedPrice, price_line
from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.files.file_facts import FileFacts
from app.files.models import Asset
from app.orders.models import OrderLine
from app.orders.quoted import QuotedRow


@dataclass(frozen=True)
class Suggestion:
    """The rule's price of a line: rows as a quote keeps them, net in minor units, and who must look."""

    rows: list[QuotedRow]
    net_minor: int
    tax_permille: int
    tax_label: str
    needs_person: bool
    reason: str

    @property
    def tax_minor(self) -> int:
        """The tax on `net_minor`."""
        return tax_minor(self.net_minor, self.tax_permille)


def tax_minor(net_minor: int, permille: int) -> int:
    """Return the tax on a line's net price, rounded half up."""
    return (net_minor * permille + 500) // 1000


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


def price(line: OrderLine, facts: FileFacts) -> ItemisedPrice:
    """Return the itemised price of the line on the terms it was asked for, for a file of `facts`."""
    return price_line(
        line.specification,
        line.configuration.options,
        line.quantity,
        Facts.of(facts),
        on=today(current().timezone),
        rush=line.order.rush,
    )


def suggest(lines: Iterable[OrderLine]) -> dict[uuid.UUID, Suggestion]:
    """Return line id → what a quote would say for it if nobody changed it; one query for all files."""
    lines = list(lines)
    facts = line_facts(lines)
    return {line.id: _suggestion(line, facts.get(line.id, FileFacts())) for line in lines}


def _suggestion(line: OrderLine, facts: FileFacts) -> Suggestion:
    found = price(line, facts)
    return Suggestion(
        rows=[
            QuotedRow(label=row.label, how=row.how, amount_minor=row.amount_minor)
            for row in found.rows
        ],
        net_minor=found.net_minor,
        tax_permille=line.specification.price.tax_permille,
        tax_label=found.tax_label,
        needs_person=found.needs_person,
        reason=" ".join(found.reasons),
    )
