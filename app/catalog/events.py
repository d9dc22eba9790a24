"""The kinds of events of product families and products."""

from app.core.events import EventKind
from app.core.translations import _l

EventKind("family.created", _l("Product family created"))
EventKind("family.changed", _l("Product family changed"))
EventKind("product.created", _l("Product created"), public=True)
EventKind("product.changed", _l("Product changed"), public=True)
