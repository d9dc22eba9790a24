"""What every order of the demo leans on: products, people, material without end, files to print."""

from __future__ import annotations

import hashlib
import io
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import delete, select

from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.catalog.services import effective_properties
from app.cli.shop import DEMO_PEOPLE
from app.core import storage
from app.core.actor import system
from app.core.clock import now
from app.core.db import db
from app.core.events import Outbox
from app.core.ids import new_id
from app.files.models import Asset, Upload
from app.files.services.storing import keep_asset, store_pictures
from app.inspection.inspect import inspect
from app.inspection.results import CheckedFile, Inspection
from app.stock import verbs as stock_verbs
from app.stock.models import StockItem
from app.stock.services.items import STANDARD, standard_location
from tests.files.sample_files import an_stl

POINTS_PER_MM = 72 / 25.4
PLENTY = 5_000_000_000


def prepare() -> None:
    """Load the presets and the demo's people where they are missing, fill the shelves, store files."""
    from app.accounts.services.staff import find_staff
    from app.accounts.verbs import create_staff
    from app.catalog.presets import NAMES
    from app.production.verbs import load_shop_preset

    actor = system("cli")
    for name in NAMES:
        load_shop_preset(None, name, actor=actor)
    for role, name in DEMO_PEOPLE:
        if find_staff(f"{role}@demo.example") is None:
            create_staff(None, f"{role}@demo.example", name, [role], actor=actor)
    for kind in STANDARD:
        standard_location(kind)
    for item in db.session.scalars(select(StockItem).order_by(StockItem.sku)):
        stock_verbs.receive(item.id, PLENTY, actor=actor, note="demo data")
    for product in db.session.scalars(select(Product).order_by(Product.sku)):
        revision_of(product, effective_properties(product).properties)
    store("card", _card(), "card.pdf")
    db.session.flush()
    db.session.execute(delete(Outbox))  # nobody is to be told of it
    store("part", an_stl(20), "bracket.stl")
    db.session.commit()


_assets: dict[str, tuple[uuid.UUID, int, str]] = {}


def store(key: str, body: bytes, name: str) -> None:
    """Store a file, look at it as a worker does, and remember it under `key`."""
    digest = hashlib.sha256(body).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        path, drawn = Path(folder) / name, Path(folder) / "pictures"
        path.write_bytes(body)
        drawn.mkdir()
        asked = {"path": str(path), "file_name": name, "out_dir": str(drawn)}
        found = Inspection.model_validate(inspect(asked))
        place = f"uploads/demo/{digest[:16]}"
        storage.put_bytes(place, body, found.media_type)
        asset = keep_asset(CheckedFile(found, store_pictures(found.previews, place), place))
    _assets[key] = (asset.id, len(body), name)


def upload(key: str, order_id: uuid.UUID) -> uuid.UUID:
    """Return a new upload of a stored file, checked, for the order."""
    asset_id, size_bytes, name = _assets[key]
    upload_id = new_id()
    row = Upload(
        id=upload_id,
        stream_id=order_id,
        owner_key="demo",
        file_name=name,
        declared_size_bytes=size_bytes,
        part_size_bytes=8_000_000,
        storage_key=f"uploads/demo/{upload_id}",
        state="ready",
        asset_id=asset_id,
        looked_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    assert db.session.get(Asset, asset_id)
    return row.id


def _card() -> bytes:
    """Return a print PDF of 148 × 105 mm with 3 mm bleed."""
    import pikepdf

    pdf = pikepdf.new()
    width, height = 154 * POINTS_PER_MM, 111 * POINTS_PER_MM
    page = pdf.add_blank_page(page_size=(width, height))
    drawing = f"0 0.3 0.4 0 k 0 0 {width} {height} re f 0 0 0 1 k 80 90 60 40 re f"
    page.Contents = pdf.make_stream(drawing.encode())
    bleed = 3 * POINTS_PER_MM
    page.obj.TrimBox = pikepdf.Array([bleed, bleed, width - bleed, height - bleed])
    page.obj.BleedBox = pikepdf.Array([0, 0, width, height])
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()
