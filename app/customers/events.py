"""The kinds of events of customers and contacts."""

from app.core.events import EventKind
from app.core.translations import _l

GUARDED = dict.fromkeys(("email", "phone"), "customer.view")

EventKind("customer.created", _l("Customer added"), personal_fields=("name",), public=True)
EventKind("customer.changed", _l("Customer changed"), personal_fields=("name",), public=True)
EventKind(
    "contact.created",
    _l("Contact added"),
    personal_fields=("name", "email", "phone"),
    guarded=GUARDED,
)
EventKind(
    "contact.changed",
    _l("Contact changed"),
    personal_fields=("name", "email", "phone"),
    guarded=GUARDED,
)
