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
EventKind("customer.group_changed", _l("Customer group changed"), public=True)
EventKind("customer_group.created", _l("Customer group created"))
EventKind("customer_group.changed", _l("Customer group changed"))
EventKind("customer_group.archived", _l("Customer group archived"), tone="done")
EventKind("customer_group.restored", _l("Customer group restored"))
