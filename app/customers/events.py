"""The kinds of events of customers and contacts."""

from app.core.events import EventKind
from app.core.translations import _l

GUARDED = dict.fromkeys(("email", "phone"), "customer.view")

EventKind(
    "customer.created",
    _l("Customer added"),
    personal_fields=("name", "vat_number"),
    guarded={"vat_number": "customer.view"},
    public=True,
)
# a sole trader's number is their own: it is sealed as an address is
TAX_FIELDS = ("vat_number", "exempt_reason", "exempt_certificate")
EventKind(
    "customer.tax_changed",
    _l("Tax status changed"),
    personal_fields=TAX_FIELDS,
    guarded=dict.fromkeys(TAX_FIELDS, "customer.view"),
)
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
