"""The kinds of events of product families and products."""

from app.core.events import EventKind
from app.core.translations import _l

FAMILY_CREATED = EventKind("family.created", _l("Product family created"))
FAMILY_CHANGED = EventKind("family.changed", _l("Product family changed"))
PRODUCT_CREATED = EventKind("product.created", _l("Product created"), public=True)
PRODUCT_CHANGED = EventKind("product.changed", _l("Product changed"), public=True)
