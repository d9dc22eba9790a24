"""Many rows in every list of the back office, written in bulk: what a page costs is counted with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.catalog.models import Product, ProductFamily, ProductRevision
from app.core.clock import now
from app.core.db import Model, db
from app.core.deliveries import Delivery
from app.core.events import GENESIS, Event, EventStream
from app.core.ids import new_id
from app.core.outbound.intent import OutboundIntent
from app.customers.models import Contact, Customer
from app.files.models import Asset, Preview
from app.fulfilment.models import Parcel, Shipment, ShipmentLine
from app.notify.models import Message
from app.orders.models import Order, OrderLine, Quote, QuoteAnswer
from app.production.models import Job, JobGate, Operation, QuantityEvent, WorkCentre
from app.reports.models import Export
from app.stock.models import Reservation, StockItem, StockLevel, StockLocation, StockMovement

DAY = date(2030, 5, 1)


def fill(count: int) -> None:
    """Add `count` rows to every list, each with its own order, customer, product, place and file."""
    mark = new_id().hex[-8:]
    ids: dict[str, list[Any]] = {}

    def add(model: type[Model], name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Insert one row for each of the `count` numbers; their ids are kept under `name`."""
        made = [{"id": new_id(), **row} for row in rows]
        ids[name] = [row["id"] for row in made]
        db.session.execute(insert(model), made)

    every = range(count)
    add(Customer, "customer", ({"name": f"Many {mark} {n}"} for n in every))
    add(Contact, "contact", ({"customer_id": ids["customer"][n], "name": f"Ada {n}",
        "email": f"{mark}-{n}@example.com"} for n in every))  # fmt: skip
    add(ProductFamily, "family", ({"slug": f"f-{mark}-{n}", "name": "Many"} for n in every))
    add(Product, "product", ({"slug": f"p-{mark}-{n}", "sku": f"{mark}-{n}", "name": f"Card {n}",
        "family_id": ids["family"][n]} for n in every))  # fmt: skip
    add(Order, "order", ({"customer_id": ids["customer"][n], "contact_id": ids["contact"][n],
        "state": "placed", "currency": "GBP", "placed_at": now(), "promised_on": DAY}
        for n in every))  # fmt: skip
    for state in ("internal_review", "proof_sent"):
        add(ArtworkSlot, state, ({"stream_id": ids["order"][n], "label": f"File {n}",
            "requirement": {}, "state": state, "entered_at": now()} for n in every))  # fmt: skip
    add(Asset, "asset", ({"sha256": f"{new_id().int:064x}", "size_bytes": 1000,
        "media_type": "application/pdf", "storage_key": f"many/{mark}/{n}"} for n in every))  # fmt: skip
    add(Preview, "preview", ({"asset_id": ids["asset"][n], "kind": "thumb", "position": 0,
        "storage_key": f"many/{mark}/{n}.webp", "width_px": 24, "height_px": 34}
        for n in every))  # fmt: skip
    add(ArtworkVersion, "version", ({"slot_id": ids["proof_sent"][n], "number": 1,
        "asset_id": ids["asset"][n], "file_name": f"card-{n}.pdf", "uploaded_by_label": "Ada"}
        for n in every))  # fmt: skip
    add(ProductRevision, "revision", ({"product_id": ids["product"][n], "content": {},
        "sha256": f"{new_id().int:064x}"} for n in every))  # fmt: skip
    add(OrderLine, "line", ({"order_id": ids["order"][n], "position": 1, "sku": f"{mark}-{n}",
        "product_id": ids["product"][n], "product_name": f"Card {n}",
        "product_revision_id": ids["revision"][n], "configuration": {}, "quantity": 10,
        "artwork_slot_id": ids["proof_sent"][n]}
        for n in every))  # fmt: skip
    add(Quote, "quote", ({"order_id": ids["order"][n], "version": 1, "lines": [],
        "currency": "GBP", "net_minor": 100, "tax_minor": 20, "total_minor": 120,
        "tax_label": "VAT", "valid_until": DAY, "sent_by": "Wren"} for n in every))  # fmt: skip
    add(QuoteAnswer, "answer", ({"quote_id": ids["quote"][n], "answer": "accepted",
        "actor_label": "Ada"} for n in every))  # fmt: skip
    add(WorkCentre, "centre", ({"key": f"w_{mark}_{n}", "name": f"Press {n}"} for n in every))
    add(Job, "job", ({"order_id": ids["order"][n], "line_id": ids["line"][n], "title": "Card",
        "quantity": 10, "state": "running", "due_on": DAY} for n in every))  # fmt: skip
    add(JobGate, "gate", ({"job_id": ids["job"][n], "key": "material", "waits_for": "paper"}
        for n in every))  # fmt: skip
    add(Operation, "step", ({"job_id": ids["job"][n], "position": 1, "key": "print",
        "name": "Print", "work_centre_id": ids["centre"][n], "state": "running"}
        for n in every))  # fmt: skip
    add(QuantityEvent, "count", ({"job_id": ids["job"][n], "operation_id": ids["step"][n],
        "passed": 4, "good": 4, "spoiled": 1, "cause": "Ink", "actor_label": "Moss"}
        for n in every))  # fmt: skip
    add(Shipment, "shipment", ({"order_id": ids["order"][n], "state": "pending", "weight_g": 90}
        for n in every))  # fmt: skip
    add(ShipmentLine, "packed", ({"shipment_id": ids["shipment"][n], "line_id": ids["line"][n],
        "quantity": 4} for n in every))  # fmt: skip
    add(Parcel, "parcel", ({"shipment_id": ids["shipment"][n], "weight_g": 90} for n in every))
    add(Message, "message", ({"idempotency_key": f"{mark}:{n}", "stream_id": ids["order"][n],
        "channel": "email", "recipient": f"{mark}-{n}@example.com", "template": "proof_ready",
        "subject": f"Proof {n}", "body_text": "", "body_html": "", "state": "failed"}
        for n in every))  # fmt: skip
    add(OutboundIntent, "intent", ({"key": f"{mark}:{n}", "kind": "accounting",
        "adapter_key": "journal", "state": "failed", "subject_kind": "orders",
        "subject_id": ids["order"][n], "stream_id": ids["order"][n], "version_id": 1,
        "payload": {"number": f"MR-{n}"}} for n in every))  # fmt: skip
    add(Export, "export", ({"requested_by_label": f"Wren {n}", "kind": "orders", "name": "Orders",
        "filters": {"search": str(n)}, "state": "requested"} for n in every))  # fmt: skip
    for kind in ("internal", "production"):
        add(StockLocation, kind, ({"key": f"{kind[0]}_{mark}_{n}", "name": f"Shelf {n}",
            "kind": kind} for n in every))  # fmt: skip
    add(StockItem, "item", ({"sku": f"S-{mark}-{n}", "name": f"Paper {n}", "unit": "sheet",
        "home_location_id": ids["internal"][n]} for n in every))  # fmt: skip
    levels = [{"item_id": one, "location_id": ids["internal"][n], "lot": "", "on_hand": 100,
        "reserved": 10} for n, one in enumerate(ids["item"])]  # fmt: skip
    db.session.execute(insert(StockLevel), levels)
    add(Reservation, "claim", ({"item_id": ids["item"][n], "claim_id": ids["line"][n],
        "location_id": ids["internal"][n], "stream_id": ids["order"][n],
        "quantity": Decimal(10)} for n in every))  # fmt: skip
    add(StockMovement, "movement", ({"item_id": ids["item"][n], "quantity": Decimal(1),
        "from_location_id": ids["internal"][n], "to_location_id": ids["production"][n],
        "reason": "consumption", "reservation_id": ids["claim"][n], "stream_id": ids["order"][n]}
        for n in every))  # fmt: skip
    streams = [
        {"stream_id": one, "head_seq": 1, "head_hash": f"{one.hex:0>64}"} for one in ids["order"]
    ]
    db.session.execute(insert(EventStream), streams)
    add(Event, "event", ({"name": "order.placed", "subject_kind": "orders",
        "subject_id": ids["order"][n], "stream_id": ids["order"][n], "stream_seq": 1,
        "actor_kind": "customer", "sealed_actor_label": f"Ada {n}", "door": "link", "at": now(),
        "before": {"state": "quoted"}, "after": {"state": "placed"}, "prev_hash": GENESIS,
        "hash": streams[n]["head_hash"]} for n in every))  # fmt: skip
    add(Delivery, "delivery", ({"event_id": ids["event"][n], "reaction": "queue_messages",
        "queue": "events", "state": "dead", "attempts": 8, "due_at": now(), "error": "X: down"}
        for n in every))  # fmt: skip
    db.session.flush()
