"""A home made before order lines had revisions is upgraded as it stands, and nothing in it breaks.

The dump is of a shop with three orders (closed, placed, requested), as that version wrote them. What
lies in object storage is not part of it.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import declarations
from app.artwork.models import ArtworkSlot
from app.core.db import db
from app.core.invariants import INVARIANTS, find_break
from app.orders.models import Order
from tests.conftest import Committed

DUMP = Path(__file__).parents[1] / "fixtures" / "homes" / "at_0015_search.sql.gz"
IN_STORAGE = {
    "No chain has lost events that were anchored outside the database",
    "Every stored file is there with its hash",
    "Every picture of a file is stored",
    "Each journal entry is stored with the hash it was written with",
}


@pytest.fixture
def old_home(committed: Committed) -> Iterator[Committed]:
    """The dump in a database of its own, upgraded to now."""
    dump = gzip.decompress(DUMP.read_bytes()).decode()
    raw = committed.owner_engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    cursor.execute(dump)
    raw.commit()
    raw.invalidate()  # the dump set the connection up for itself
    told = committed.app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert told.exit_code == 0, told.output
    with committed.app.app_context():
        yield committed
        db.session.remove()


def test_every_invariant_that_asks_no_storage_holds(old_home: Committed) -> None:
    declarations.load(declarations.INVARIANTS)
    broken = {name: row for name in INVARIANTS if (row := find_break(name))}
    assert {name: row for name, row in broken.items() if name not in IN_STORAGE} == {}


def test_what_was_agreed_and_made_is_read_as_it_was(old_home: Committed) -> None:
    orders = db.session.scalars(sa.select(Order).order_by(Order.number)).all()
    assert [order.state for order in orders] == ["closed", "placed", "requested"]
    for order in orders:
        (line,) = order.lines
        assert line.configuration.personalisation["names"] == "Ada & Grace"
        assert line.specification.price.currency == order.currency
        assert order.ship_to.city == "Sampleton"
    assert orders[0].quotes[0].lines[0].net_minor == orders[0].lines[0].price_minor
    slot = db.session.scalars(sa.select(ArtworkSlot).order_by(ArtworkSlot.id)).first()
    assert slot is not None and slot.requirement.bleed_mm == 3
    version = slot.versions[-1]
    assert version.asset.facts.pages == 1
    assert version.report is not None and version.report.findings[0].check == "file_type"
    assert version.proof is not None
    assert ("Paper", "Cotton 350 g") in version.proof.job_data.options
