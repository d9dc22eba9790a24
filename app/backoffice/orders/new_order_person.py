"""Who an order is taken for: somebody we know, or somebody whose name is typed for the first time."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.errors import BadInput
from app.core.postal_address import PostalAddress, home_country
from app.core.text_input import clean_phone
from app.customers import services as customers
from app.customers.models import Contact
from app.orders.delivery import SHIP_FIELDS
from app.orders.models import Order

OFFERED = 6
FIELDS = ("name", "email", "company", "phone")


@dataclass(frozen=True)
class Known:
    """Somebody we know, with what they asked for so far."""

    contact: Contact
    order_count: int
    last_at: datetime | None

    @property
    def values(self) -> dict[str, str]:
        """What the form's fields about the person hold."""
        one = self.contact
        return {
            "contact_id": str(one.id),
            "name": one.name,
            "email": one.email,
            "company": one.customer.name if one.customer.name != one.name else "",
            "phone": one.phone,
        }


def known(values: Mapping[str, str], name: str = "contact_id") -> Known | None:
    """Return whom the field `name` means; None where it is empty or means nobody."""
    contact = _contact(values.get(name, ""))
    if contact is None:
        return None
    query = select(func.count(), func.max(Order.created_at)).where(Order.contact_id == contact.id)
    count, last_at = db.session.execute(query).one()
    return Known(contact, count, last_at)


def _contact(text: str) -> Contact | None:
    try:
        return db.session.get(Contact, uuid.UUID(text))
    except ValueError:
        return None


def with_person(values: dict[str, str], person: Known | None) -> dict[str, str]:
    """Return the form's values with those of the person who was picked, or with nobody picked."""
    if person is None:
        return values | {"contact_id": ""}
    return values | person.values


def with_address(values: dict[str, str], person: Known | None) -> dict[str, str]:
    """Return the values with the delivery of `person`'s last order: its address, or pickup.

    What somebody typed or chose stays: only an empty address, or the untouched one of whoever was picked
    before (``filled_from``), makes room.
    """
    typed = {key: values.get(f"ship.{key}", "").strip() for key in SHIP_FIELDS}
    before, _method = _last_delivery(_contact(values.get("filled_from", "")))
    is_chosen = values.get("delivery", "carrier") != "carrier" and not values.get("filled_from")
    is_typed = any(typed[key] for key in SHIP_FIELDS if key != "country") and typed != before
    if is_chosen or is_typed:
        return values | {"filled_from": ""}
    found, method = _last_delivery(person.contact if person else None)
    filled = {"filled_from": str(person.contact.id) if person and method else ""}
    chosen = {"delivery": method or "carrier"}
    return values | {f"ship.{key}": found[key] for key in SHIP_FIELDS} | chosen | filled


def _last_delivery(contact: Contact | None) -> tuple[dict[str, str], str | None]:
    """Return address and method of the contact's newest order that says them, else an empty one and None."""
    newest = _last_order(contact)
    found = newest.ship_to if newest else PostalAddress()
    address = {key: getattr(found, key) for key in SHIP_FIELDS}
    country = {"country": found.country or home_country()}
    return address | country, newest.delivery if newest else None


def _last_order(contact: Contact | None) -> Order | None:
    if contact is None:
        return None
    is_said = or_(Order.is_pickup, Order.ship_to != {})
    query = select(Order).where(Order.contact_id == contact.id, is_said)
    return db.session.scalar(query.order_by(Order.id.desc()).limit(1))


def taken_by(values: Mapping[str, str]) -> Contact | None:
    """Return whoever has the typed e-mail address already and is not who was typed beside it.

    An order goes to whom an address belongs to, so another name, company or number typed with it
    would be lost without a word.
    """
    try:
        contact = customers.find_contact(values.get("email", ""))
    except BadInput:
        return None
    if contact is None:
        return None
    theirs = {"name": contact.name, "company": contact.customer.name, "phone": contact.phone}
    typed = {key: " ".join(values.get(key, "").split()) for key in theirs}
    with suppress(BadInput):
        typed["phone"] = clean_phone(typed["phone"])
        theirs["phone"] = clean_phone(theirs["phone"])
    is_other = any(typed[key].casefold() != theirs[key].casefold() for key in theirs if typed[key])
    return contact if is_other else None
