"""Storefronts: one folder each."""

from app.core.outbound.adapters import Adapter, Kind, declare


class Storefront(Adapter):
    """A shop system whose orders come to us. Its requests are the intents' payloads."""

    kind = "storefront"


KIND = declare(Kind(Storefront.kind, "Storefronts", __name__, Storefront))
