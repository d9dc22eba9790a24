"""The kinds of events of tax classes and rates."""

from app.core.events import EventKind
from app.core.translations import _l

EventKind("tax_class.created", _l("Tax class added"))
EventKind("tax_class.changed", _l("Tax class changed"))
EventKind("tax_rate.created", _l("Tax rate added"), number_fields=("percent",))
EventKind("tax_rate.ended", _l("Tax rate ended"), number_fields=("percent",))
