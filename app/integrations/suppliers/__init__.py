"""Suppliers: one folder each."""

from app.core.outbound.adapters import Adapter, Kind, declare


class Supplier(Adapter):
    """A supplier who gets our purchase orders. Its requests are the intents' payloads."""

    kind = "supplier"


KIND = declare(Kind(Supplier.kind, "Suppliers", __name__, Supplier))
