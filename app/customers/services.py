"""The verbs on customers, contacts and addresses."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import Actor, require
from app.core.db import db, locked
from app.core.errors import BadInput, NotAllowed, Stale
from app.core.events import record
from app.core.ids import new_id
from app.core.inputs import Faults
from app.customers.address import PostalAddress
from app.customers.models import Address, Contact, Customer
from app.customers.parse import clean_country, clean_email, clean_line, clean_phone

TERMS = ("prepaid", "deposit", "net_14", "net_30")
ADDRESS_KINDS = ("delivery", "invoice")


def find_contact(email: str) -> Contact | None:
    """Return the contact with this e-mail address in any spelling, or None."""
    return db.session.scalar(select(Contact).where(Contact.email == clean_email(email)))


def find_or_create_contact(
    name: str, email: str, phone: str = "", company: str = "", *, actor: Actor
) -> Contact:
    """Return the contact with this address; make it, with a customer of its own, if there is none.

    One that exists stays as it is: whoever types an address must not rewrite somebody's name. Two
    requests at once end with the same contact (unique address; the later one waits for the
    earlier's commit). The customer is called `company`, or `name` without one. Raises BadInput with
    field name, email, phone or company.
    """
    if not (actor.may("customer.edit") or actor.may("order.create")):
        raise NotAllowed("You may not add a contact.", next_step="Ask for the role that may.")
    address = clean_email(email)
    person = clean_line(name, "name", "name")
    number = clean_phone(phone)
    called = clean_line(company, "company", "company", needed=False) or person
    known = db.session.scalar(select(Contact).where(Contact.email == address))
    if known is not None:
        return known
    return _create(person, address, number, called, actor)


class _Faster(Exception):
    """Somebody else made the contact a moment before; leaves the savepoint with our customer."""


def _create(person: str, email: str, phone: str, called: str, actor: Actor) -> Contact:
    try:
        with db.session.begin_nested():
            customer = Customer(name=called)
            db.session.add(customer)
            db.session.flush()
            made = _insert(customer, person, email, phone)
    except _Faster:
        return db.session.scalars(select(Contact).where(Contact.email == email)).one()
    record(
        "customer.created",
        customer,
        actor,
        after={"number": customer.reference, "name": called, "terms": customer.terms},
    )
    record(
        "contact.created",
        made,
        actor,
        stream_id=customer.id,
        after={"name": person, "email": email, "phone": phone},
    )
    return made


def _insert(customer: Customer, person: str, email: str, phone: str) -> Contact:
    values = {"name": person, "email": email, "phone": phone, "version_id": 1}
    made: Contact | None = db.session.scalar(
        insert(Contact)
        .values(id=new_id(), customer_id=customer.id, **values)
        .on_conflict_do_nothing(index_elements=[Contact.email])
        .returning(Contact)
    )
    if made is None:
        raise _Faster
    return made


def change_customer(
    customer_id: uuid.UUID,
    *,
    actor: Actor,
    version_id: int | None = None,
    name: str | None = None,
    terms: str | None = None,
) -> Customer:
    """Change name or terms (prepaid, deposit, net_14, net_30). Locks the customer.

    `version_id` is what the person saw. Raises BadInput, NotFound, Stale.
    """
    require(actor, "customer.edit")
    customer = locked(Customer, customer_id)
    if version_id is not None and customer.version_id != version_id:
        raise Stale(
            f"Someone else changed {customer.name} since you opened it.",
            next_step="Load the page again and put in your change once more.",
        )
    before = {"name": customer.name, "terms": customer.terms}
    if name is not None:
        customer.name = clean_line(name, "name", "name")
    if terms is not None:
        if terms not in TERMS:
            raise BadInput(f"“{terms}” is none of {', '.join(TERMS)}.", field="terms")
        customer.terms = terms
    after = {"name": customer.name, "terms": customer.terms}
    if after != before:
        record("customer.changed", customer, actor, before=before, after=after)
    return customer


def change_contact(
    contact_id: uuid.UUID,
    *,
    actor: Actor,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> Contact:
    """Change a contact's name, phone or e-mail address. Locks the contact.

    Links were sent to the old address: the door that corrects it takes them back, since this room
    does not know the orders. Raises BadInput, also for an address that is another contact's.
    """
    require(actor, "customer.edit")
    contact = locked(Contact, contact_id)
    before = {"name": contact.name, "phone": contact.phone, "email": contact.email}
    if name is not None:
        contact.name = clean_line(name, "name", "name")
    if phone is not None:
        contact.phone = clean_phone(phone)
    if email is not None:
        contact.email = _free_address(clean_email(email), contact)
    after = {"name": contact.name, "phone": contact.phone, "email": contact.email}
    changed = [key for key in before if after[key] != before[key]]
    if changed:
        record(
            "contact.changed",
            contact,
            actor,
            stream_id=contact.customer_id,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    return contact


def _free_address(address: str, contact: Contact) -> str:
    """Return `address` if nobody else has it; raise BadInput that names who does."""
    query = select(Contact).where(Contact.email == address, Contact.id != contact.id)
    with db.session.no_autoflush:
        other = db.session.scalar(query)
    if other is not None:
        raise BadInput(
            f"{address} belongs to {other.name} already.",
            next_step="Each address belongs to one contact.",
            field="email",
        )
    return address


# field: what it is called in a fault, its longest text, whether it must be filled in
ADDRESS_LINES = {
    "name": ("name", 200, True),
    "line_1": ("street", 200, True),
    "line_2": ("second line", 200, False),
    "city": ("town", 120, True),
    "region": ("region", 120, False),
    "postcode": ("postcode", 20, False),
}


def parse_address(fields: Mapping[str, str]) -> PostalAddress:
    """Return the address in `fields`, checked. Writes nothing: an order keeps its own copy.

    Raises BadInput with each field that is wrong.
    """
    faults, clean = Faults(), {}
    for key, (label, longest, needed) in ADDRESS_LINES.items():
        with faults.caught():
            clean[key] = clean_line(fields.get(key, ""), label, key, longest=longest, needed=needed)
    with faults.caught():
        clean["country"] = clean_country(fields.get("country", "GB"))
    with faults.caught():
        clean["phone"] = clean_phone(fields.get("phone", ""))
    faults.raise_all()
    return PostalAddress.of(clean)


def add_address(
    customer_id: uuid.UUID, fields: dict[str, str], *, actor: Actor, kind: str = "delivery"
) -> Address:
    """Keep an address with the customer; the same one twice is one row. Locks the customer."""
    require(actor, "customer.edit")
    if kind not in ADDRESS_KINDS:
        raise BadInput(f"“{kind}” is none of {', '.join(ADDRESS_KINDS)}.", field="kind")
    clean = parse_address(fields)
    customer = locked(Customer, customer_id)
    for known in customer.addresses:
        if known.kind == kind and known.postal() == clean:
            return known
    fields_kept = clean.model_dump(exclude={"company"})
    address = Address(customer_id=customer.id, kind=kind, **fields_kept)
    db.session.add(address)
    db.session.flush()
    db.session.expire(customer, ["addresses"])
    record(
        "address.added",
        address,
        actor,
        stream_id=customer.id,
        after={"kind": kind, **clean.model_dump(exclude_unset=True)},
    )
    return address
