"""What the verbs on customers and contacts do, and how contacts are found or created."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import contains_eager

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record, record_change
from app.core.ids import new_id
from app.core.inputs import Faults
from app.core.postal_address import AddressForm, PostalAddress, country_name, form_of
from app.core.text_input import clean_country, clean_email, clean_line, clean_phone
from app.core.translations import _, _l
from app.customers.models import Contact, Customer
from app.tax.settings import tax_settings
from app.tax.vat_number import clean_vat_number

MOST_WORDS = 4


def find_contact(email: str) -> Contact | None:
    """Return the contact with this e-mail address in any spelling, or None."""
    return db.session.scalar(select(Contact).where(Contact.email == clean_email(email)))


def find_contacts(text: str, *, limit: int) -> list[Contact]:
    """Return up to `limit` contacts whose name, e-mail address or customer has each word of `text`.

    Names that begin with the text come first, then by name. One query, with the customers.
    """
    query = (
        select(Contact)
        .join(Contact.customer)
        .options(contains_eager(Contact.customer))
        .order_by(
            Contact.name.istartswith(text, autoescape=True).desc(), Contact.name, Contact.email
        )
    )
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    return list(db.session.scalars(query.where(*map(_has, words)).limit(limit)))


def _has(word: str) -> Any:
    """Each column is asked apart, so that each can use an index of its own."""
    parts = (
        select(Contact.id).where(Contact.name.icontains(word, autoescape=True)),
        select(Contact.id).where(Contact.email.icontains(word, autoescape=True)),
        select(Contact.id).join(Customer).where(Customer.name.icontains(word, autoescape=True)),
    )
    return Contact.id.in_(union(*parts).subquery().select())


def find_or_create_contact(
    name: str, email: str, phone: str = "", company: str = "", vat_number: str = "", *, actor: Actor
) -> Contact:
    """Return the contact with this address; create it, with a customer of its own, if there is none.

    The caller has checked that `actor` may place an order. An existing contact stays as it is:
    whoever enters an address must not rewrite somebody's name. Two requests at once end with the same
    contact (unique address; the later one waits for the earlier's commit). The customer is called
    `company`, or `name` without one; a new one has the `vat_number`. Raises BadInput with the field's name.
    """
    values = {
        "email": clean_email(email),
        "name": clean_line(name, "name", "name"),
        "phone": clean_phone(phone),
    }
    customer_name = clean_line(company, "company", "company", needed=False) or values["name"]
    same_email = select(Contact).where(Contact.email == values["email"])
    return db.session.scalar(same_email) or (
        _create(values, customer_name, clean_vat_number(vat_number), actor)
        or db.session.scalars(same_email).one()
    )


def _create(
    values: dict[str, str], customer_name: str, vat_number: str, actor: Actor
) -> Contact | None:
    """Return the new contact; None where another request has created it a moment before."""
    try:
        with db.session.begin_nested():
            kind = "business" if vat_number else "private"
            customer = Customer(name=customer_name, tax_kind=kind, vat_number=vat_number)
            db.session.add(customer)
            db.session.flush()
            contact = db.session.scalars(
                insert(Contact)
                .values(id=new_id(), customer_id=customer.id, version_id=1, **values)
                .on_conflict_do_nothing(index_elements=[Contact.email])
                .returning(Contact)
            ).one()
    except NoResultFound:  # the savepoint took our customer with it
        return None
    after = {"number": customer.reference, "name": customer_name, "terms": customer.terms}
    if vat_number:
        after |= {"vat_number": vat_number}
    record("customer.created", customer, actor, after=after)
    record("contact.created", contact, actor, stream_id=customer.id, after=values)
    return contact


def change_customer(
    customer: Customer, actor: Actor, name: str | None = None, terms: str | None = None
) -> Customer:
    """Change name or payment terms; None leaves as it is. Records customer.changed."""
    record_change("customer.changed", customer, actor, {"name": name, "terms": terms})
    return customer


def set_tax_status(
    customer: Customer,
    actor: Actor,
    tax_kind: str,
    vat_number: str = "",
    exempt_reason: str = "",
    exempt_certificate: str = "",
    exempt_until: date | None = None,
) -> Customer:
    """Set what the customer is for tax: quotes from now on follow it. A number without its country's letters is
    one of the shop's country. Raises BadInput for a business without a VAT number, a number that can't be one, and
    an exemption without its reason. Records customer.tax_changed."""
    number = clean_vat_number(vat_number, tax_settings().seller.country)
    if tax_kind == "business" and not number:
        raise BadInput(_("Enter the VAT number."), field="vat_number")
    if tax_kind == "exempt" and not exempt_reason:
        raise BadInput(_("Enter the reason, which quotes print."), field="exempt_reason")
    is_exempt = tax_kind == "exempt"
    given = {
        "tax_kind": tax_kind,
        "vat_number": number,
        "exempt_reason": exempt_reason if is_exempt else "",
        "exempt_certificate": exempt_certificate if is_exempt else "",
    }
    until = exempt_until if is_exempt else None
    before = {name: getattr(customer, name) for name in (*given, "exempt_until")}
    after = given | {"exempt_until": until}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        raise AlreadyDone(_("The tax status is already set this way. Nothing was changed."))
    for name in changed:
        setattr(customer, name, after[name])
    record("customer.tax_changed", customer, actor,
           before={name: before[name] for name in changed},
           after={name: after[name] for name in changed})  # fmt: skip
    return customer


def change_contact(
    contact: Contact,
    actor: Actor,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> Contact:
    """Change name, phone or e-mail address; None leaves as it is. Records contact.changed.

    Links were sent to the former address: the page revokes them, since this room does not know the
    orders. Raises BadInput for an address that is another contact's.
    """
    if email not in (None, contact.email):
        _require_free(email)
    given = {"name": name, "phone": phone, "email": email}
    stream_id = contact.customer_id
    record_change("contact.changed", contact, actor, given, stream_id=stream_id)
    return contact


def _require_free(email: str | None) -> None:
    """Raise BadInput that names who has the address, if somebody has."""
    other = db.session.scalar(select(Contact).where(Contact.email == email))
    if other is not None:
        raise BadInput(
            _("%(email)s already belongs to %(other)s.", email=email, other=other.name),
            next_step=_("Each address belongs to one contact."),
            field="email",
        )


# field: what it is called in a fault, its longest text, whether it must be filled in
ADDRESS_LINES = {
    "name": ("name", 200, True),
    "line_1": ("street", 200, True),
    "line_2": (_l("second line"), 200, False),
    "city": (_l("city"), 120, True),
    "region": ("region", 120, False),
    "postcode": ("postcode", 20, False),
}


def parse_address(fields: Mapping[str, str]) -> PostalAddress:
    """Return the address in `fields`, checked; raise BadInput with each field that is wrong."""
    faults, clean = Faults(), {}
    with faults.caught():
        clean["country"] = clean_country(fields.get("country", "GB"))
    form = form_of(clean.get("country", ""))
    needs = {"city": form.needs_city}
    for key, (label, longest, needed) in ADDRESS_LINES.items():
        needed = needs.get(key, needed)
        with faults.caught():
            clean[key] = clean_line(fields.get(key, ""), label, key, longest=longest, needed=needed)
    with faults.caught():
        clean["region"] = _region(form, clean.get("region", ""), clean.get("country", ""))
    with faults.caught():
        clean["phone"] = clean_phone(fields.get("phone", ""))
    faults.raise_all()
    return PostalAddress.of(clean)


def _region(form: AddressForm, typed: str, country: str) -> str:
    """Return the state, province or county as its country writes it; raise BadInput where it has to be
    there and is not."""
    names = {"region": form.region.lower(), "country": country_name(country)}
    if not typed and form.needs_region:
        raise BadInput(
            _("Enter the %(region)s, as addresses in %(country)s have one.", **names),
            field="region",
        )
    found = form.region_of(typed) if typed else ""
    if found is None:
        raise BadInput(
            _("“%(typed)s” is no %(region)s of %(country)s.", typed=typed[:40], **names),
            next_step=_(
                "Enter its name in full, or its letters such as %(code)s.",
                code=next(iter(form.regions.values())),
            ),
            field="region",
        )
    return found
