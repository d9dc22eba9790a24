"""Webhooks in: every adapter that is called by its other side; an unknown source is no address."""

from app.core.errors import NotFound
from app.core.outbound.adapters import KINDS, WEBHOOKS, Adapter, of_kind
from app.core.outbound.credentials import open_adapter
from app.core.translations import _


def sources() -> dict[str, type[Adapter]]:
    """Return all adapters that take webhooks by their key."""
    every = (found for kind in KINDS for found in of_kind(kind).values())
    return {found.key: found for found in every if WEBHOOKS in found.abilities}


def source(name: str) -> Adapter:
    """Return the source called `name` with its settings; raise NotFound where there is none."""
    found = sources().get(name)
    if found is None:
        raise NotFound(_("There is no webhook at this address."))
    return open_adapter(found.kind, found.key)
