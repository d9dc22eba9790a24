"""The kinds of events of customers and contacts."""

from __future__ import annotations

from app.core.events import EventKind

CUSTOMER_CREATED = EventKind(
    "customer.created", "Customer added", personal_fields=("name",), public=True
)
CUSTOMER_CHANGED = EventKind(
    "customer.changed", "Customer changed", personal_fields=("name",), public=True
)
CONTACT_CREATED = EventKind(
    "contact.created", "Contact added", personal_fields=("name", "email", "phone")
)
CONTACT_CHANGED = EventKind(
    "contact.changed", "Contact changed", personal_fields=("name", "email", "phone")
)
