"""Who an order is taken for: somebody we know, or somebody whose name is typed for the first time."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import BadInput
from app.core.text_input import clean_phone
from app.customers import services as customers
from app.customers.address import PostalAddress, home_country
from app.customers.models import Contact
from app.orders.models import Order
from app.orders.request_form import SHIP_FIELDS

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
    """Return the values with the address that `person`'s last parcel went to.

    What somebody typed stays: only an empty address, or the untouched one of whoever was picked
    before (``filled_from``), makes room.
    """
    typed = {key: values.get(f"ship.{key}", "").strip() for key in SHIP_FIELDS}
    before = _last_address(_contact(values.get("filled_from", "")))
    if typed != before and any(typed[key] for key in SHIP_FIELDS if key != "country"):
        return values | {"filled_from": ""}
    found = _last_address(person.contact if person else None)
    filled = str(person.contact.id) if person and found["line_1"] else ""
    return values | {f"ship.{key}": found[key] for key in SHIP_FIELDS} | {"filled_from": filled}


def _last_address(contact: Contact | None) -> dict[str, str]:
    """Return the address of the contact's newest order that has one, else an empty one."""
    found = PostalAddress()
    if contact is not None:
        query = select(Order.ship_to).where(Order.contact_id == contact.id, Order.ship_to != {})
        newest = db.session.scalar(query.order_by(Order.id.desc()).limit(1))
        found = newest or found
    return {key: getattr(found, key) for key in SHIP_FIELDS} | {
        "country": found.country or home_country()
    }


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
