"""What the price rule says for a line, with what is known of its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.artwork.models import ArtworkVersion
from app.catalog.facts import Facts
from app.catalog.pricing import ItemisedPrice, price_line
from app.catalog.properties import Properties
from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.files.models import Asset
from app.orders.models import OrderLine


@dataclass(frozen=True)
class Suggestion:
    """The rule's price of a line: rows as a quote keeps them, net in minor units, and who must look."""

    rows: list[dict[str, Any]]
    net_minor: int
    tax_permille: int
    tax_label: str
    needs_person: bool
    reason: str


def line_facts(line: OrderLine) -> dict[str, Any]:
    """Return the facts of the line's newest checked file; empty where there is none."""
    if line.artwork_slot_id is None:
        return {}
    query = (
        select(Asset.facts)
        .join(ArtworkVersion, ArtworkVersion.asset_id == Asset.id)
        .where(ArtworkVersion.slot_id == line.artwork_slot_id)
        .order_by(ArtworkVersion.number.desc())
        .limit(1)
    )
    return dict(db.session.scalar(query) or {})


def price(line: OrderLine) -> ItemisedPrice:
    """Return the itemised price of the line on the terms it was asked for."""
    return price_line(
        Properties.model_validate(line.terms),
        line.configuration.get("options", {}),
        line.quantity,
        Facts.from_json(line_facts(line)),
        on=today(current().timezone),
        rush=line.order.rush,
    )


def suggest(line: OrderLine) -> Suggestion:
    """Return what a quote would say for this line if nobody changed it."""
    found = price(line)
    return Suggestion(
        rows=[
            {"label": row.label, "how": row.how, "amount_minor": row.amount_minor}
            for row in found.rows
        ],
        net_minor=found.net_minor,
        tax_permille=Properties.model_validate(line.terms).price.tax_permille,
        tax_label=found.tax_label,
        needs_person=found.needs_person,
        reason=" ".join(found.reasons),
    )
