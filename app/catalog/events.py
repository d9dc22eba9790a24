"""The kinds of events of product families and products."""

from __future__ import annotations

from app.core.events import EventKind

FAMILY_CREATED = EventKind("family.created", "Product family created")
FAMILY_CHANGED = EventKind("family.changed", "Product family changed")
PRODUCT_CREATED = EventKind("product.created", "Product created", public=True)
PRODUCT_CHANGED = EventKind("product.changed", "Product changed", public=True)
