"""Suppliers: one folder each."""

from __future__ import annotations

from app.core.outbound import intent as intents
from app.core.outbound.adapters import Adapter, Kind, declare


class Supplier(Adapter):
    """A supplier who gets our purchase orders. Its requests are the intents' payloads."""

    kind = "supplier"


KIND = declare(
    Kind(
        Supplier.kind,
        "Suppliers",
        __name__,
        Supplier,
        prepare=lambda intent, adapter: dict(intent.payload, key=intent.key),
        follow=intents.follow_by_event,
    )
)
