"""The kinds of events of product families and products."""

import uuid
from collections.abc import Mapping
from datetime import date

from app.core.events import EventKind, Payload
from app.core.translations import _, _l
from app.core.web.formats import long_date


class Made(Payload):
    """The product that a new one is a copy of."""

    copy_of: str | None = None


class Planned(Payload):
    """The scheduled change, its day, and why it was not applied."""

    change_id: uuid.UUID
    effective_on: date
    reason: str | None = None


def _copy(data: object) -> str:
    name = data.get("copy_of") if isinstance(data, dict) else None
    return _("copy of %(name)s", name=name) if name else ""


def _on(data: Mapping[str, object]) -> str:
    on = data.get("effective_on")
    return _("for %(day)s", day=long_date(date.fromisoformat(str(on)))) if on else ""


EventKind("family.created", _l("Product family created"))
EventKind("family.changed", _l("Product family changed"))
EventKind("family.deleted", _l("Product family deleted"))
EventKind("product.created", _l("Product created"), Made, detail=_copy, public=True)
EventKind("product.changed", _l("Product changed"), public=True)
EventKind("product.published", _l("Product published"), tone="good", public=True)
EventKind("product.archived", _l("Product archived"), tone="done", public=True)
EventKind("product.restored", _l("Product restored"), tone="good", public=True)
EventKind("catalog.change_scheduled", _l("Change scheduled"), Planned, detail=_on)
EventKind("catalog.change_applied", _l("Scheduled change applied"), Planned, tone="good")
EventKind("catalog.change_failed", _l("Scheduled change not applied"), Planned, tone="bad")
EventKind("catalog.change_cancelled", _l("Scheduled change cancelled"), Planned, detail=_on)
EventKind("product.deleted", _l("Draft deleted"))
