"""The kinds of events of rates."""

from app.core.events import EventKind
from app.core.translations import _l

EventKind("rate.created", _l("Rate created"))
EventKind("rate.changed", _l("Rate changed"))
EventKind("rate.set", _l("Rate set"), number_fields=("value",), public=True)
EventKind("rate.archived", _l("Rate archived"), tone="done")
EventKind("rate.restored", _l("Rate restored"))
