from __future__ import annotations

import io
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from app.accounts.matrix import customer_permissions, permissions_of
from app.artwork import verbs as artwork_verbs
from app.artwork.proofing.job_data import JobData
from app.artwork.services.output import visible_version
from app.artwork.services.proofs import keep_proof, make_proof, proof_work
from app.artwork.services.slots import open_slot
from app.catalog.properties import Artwork
from app.core import storage
from app.core.actor import Actor, system
from app.core.clock import now
from app.core.db import db
from app.core.ids import new_id
from app.files.models import Asset, Upload
from app.files.services.storing import keep_asset, store_pictures
from app.inspection.inspect import inspect
from app.inspection.results import CheckedFile, Inspection

CARD = {
    "label": "Print file",
    "accept": ["pdf", "png", "jpeg"],
    "trim_width_mm": "105",
    "trim_height_mm": "148",
    "bleed_mm": "3",
    "safe_mm": "5",
    "min_dpi": 300,
    "pages_min": 1,
    "pages_max": 2,
    "approval": "proof",
}
DESIGN = {"label": "Design", "accept": ["pdf", "stl"], "pages_max": 20, "approval": "design"}
POINTS_PER_MM = 72 / 25.4


def a_pdf(width_mm: float = 111, height_mm: float = 154, *, pages: int = 1, tint: float = 0.3):
    """The bytes of a print PDF in CMYK, without text; every `tint` gives another file."""
    import pikepdf

    pdf = pikepdf.new()
    for number in range(pages):
        size = (width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM)
        page = pdf.add_blank_page(page_size=size)
        drawing = (
            f"0 {tint} 0.4 0 k 0 0 {size[0]} {size[1]} re f 0 0 0 1 k 80 90 {60 + number} 40 re f"
        )
        page.Contents = pdf.make_stream(drawing.encode())
        bleed = 3 * POINTS_PER_MM
        page.obj.TrimBox = pikepdf.Array([bleed, bleed, size[0] - bleed, size[1] - bleed])
        page.obj.BleedBox = pikepdf.Array([0, 0, *size])
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


class Shop:
    """One order's slot and the people around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.order_id = new_id()
        self.prepress = Actor(
            "staff", None, "Test Prepress", "backoffice", permissions_of(["prepress"])
        )
        self.operator = replace(
            self.prepress, label="Test Operator", permissions=permissions_of(["operator"])
        )
        self.customer = Actor(
            "customer",
            None,
            "Test Customer",
            "link",
            customer_permissions(),
            frozenset({self.order_id}),
        )
        self.stranger = replace(
            self.customer, label="Test Stranger", streams=frozenset({uuid.uuid4()})
        )
        self.made = 0

    def slot(self, requirement: dict | None = None, **changes: object):
        rule = Artwork.model_validate({**(requirement or CARD), **changes})
        return open_slot(self.order_id, rule.label, rule, actor=self.customer)

    def stored(self, body: bytes | None = None, name: str = "card.pdf", *, pictures: bool = False):
        """An asset of `body` (each time another PDF), stored and looked at as a worker does."""
        self.made += 1
        content = body if body is not None else a_pdf(tint=self.made / 100)
        path = self.folder / f"{self.made}.bin"
        path.write_bytes(content)
        folder = self.folder / f"{self.made}-pictures"
        folder.mkdir()
        want = ["facts", "previews"] if pictures else ["facts"]
        asked = {"path": str(path), "file_name": name, "out_dir": str(folder), "want": want}
        found = Inspection.model_validate(inspect(asked))
        key = f"uploads/test/{new_id()}"
        storage.put_bytes(key, content, found.media_type)
        return keep_asset(CheckedFile(found, store_pictures(found.previews, key), key))

    def upload(self, asset: Asset | None = None, name: str = "card.pdf", **changes: object):
        upload = Upload(
            id=new_id(),
            stream_id=self.order_id,
            owner_key="browser",
            file_name=name,
            declared_size_bytes=asset.size_bytes if asset else 100,
            part_size_bytes=8_000_000,
            storage_key=f"uploads/test/{new_id()}",
            state="ready" if asset else "uploaded",
            asset_id=asset.id if asset else None,
            looked_at=now(),
        )
        for key, value in changes.items():
            setattr(upload, key, value)
        db.session.add(upload)
        db.session.flush()
        return upload

    def with_file(self, slot, asset: Asset | None = None, name: str = "card.pdf"):
        """Send a file that was checked before: it is the slot's next version at once."""
        upload = self.upload(asset or self.stored(), name)
        return artwork_verbs.add_file(slot.id, upload.id, actor=self.customer)

    def in_review(self, requirement: dict | None = None, **changes: object):
        """A slot whose first version passed preflight."""
        slot = self.slot(requirement, **changes)
        self.with_file(slot)
        assert slot.state == "internal_review", slot.hold_reason
        return slot

    def held(self):
        """A slot whose first version is far too small for the card."""
        slot = self.slot()
        self.with_file(slot, self.stored(a_pdf(50, 50)))
        assert slot.state == "on_hold"
        return slot

    def sent(self):
        """A slot whose design is out for signing."""
        slot = self.in_review(DESIGN)
        artwork_verbs.approve_internally(slot.id, 1, actor=self.prepress)
        assert slot.state == "proof_sent"
        return slot

    def sign(self, slot, **changes: object):
        seen = visible_version(slot.id)
        given = {
            "version": seen.number,
            "typed_name": "Test Customer",
            "sha256": seen.sha256,
            "actor": self.customer,
            **changes,
        }
        return artwork_verbs.approve_proof(slot.id, **given)

    def approved(self):
        """A slot whose design the customer signed."""
        slot = self.sent()
        self.sign(slot)
        return slot

    def make_proof(self, slot, job: JobData | None = None):
        """Run the three steps of the reaction; return the proof's row."""
        work = proof_work(slot.id, job=job or JobData(order_number="MR-10001"))
        made = make_proof(work)
        return keep_proof(work, made, actor=system())


@pytest.fixture
def shop(session, tmp_path):
    return Shop(tmp_path)


def events_of(shop: Shop) -> list[str]:
    from app.core.events import timeline

    return [event.name for event in reversed(timeline(shop.order_id))]


def last_event(shop: Shop):
    from app.core.events import timeline

    return timeline(shop.order_id, limit=1)[0]
