"""The kinds of events of product families and products."""

from app.core.events import EventKind, Payload
from app.core.translations import _, _l


class Made(Payload):
    """The product that a new one is a copy of."""

    copy_of: str | None = None


def _copy(data: object) -> str:
    name = data.get("copy_of") if isinstance(data, dict) else None
    return _("copy of %(name)s", name=name) if name else ""


EventKind("family.created", _l("Product family created"))
EventKind("family.changed", _l("Product family changed"))
EventKind("family.deleted", _l("Product family deleted"))
EventKind("product.created", _l("Product created"), Made, detail=_copy, public=True)
EventKind("product.changed", _l("Product changed"), public=True)
EventKind("product.published", _l("Product published"), tone="good", public=True)
EventKind("product.archived", _l("Product archived"), tone="done", public=True)
EventKind("product.restored", _l("Product restored"), tone="good", public=True)
EventKind("product.deleted", _l("Draft deleted"))
