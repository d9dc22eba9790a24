"""The form that asks for an order, whoever fills it in: its values, and all that is wrong at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.catalog.configuration import validate_configuration
from app.catalog.live_price import part, usual
from app.catalog.properties import Properties
from app.core.actor import Actor
from app.core.errors import BadInput
from app.customers import services as customers
from app.customers.address import PostalAddress
from app.customers.parse import clean_email, clean_line, clean_phone
from app.orders.models import Order
from app.orders.services.request import (
    RequestedLine,
    Requester,
    check_note,
    check_wanted_on,
    request_order,
)

SHIP_FIELDS = ("line_1", "line_2", "city", "postcode", "country")
CHANGED = "This form was changed on its way. Load the page again."


@dataclass
class Form:
    """What the page shows in its inputs, and the fault beside each."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, default: Any = "") -> str:
        return self.values.get(name, str(default))

    def fault(self, name: str) -> str:
        return self.faults.get(name, "")

    def begin(self, terms: Properties) -> None:
        """Fill in what nobody chose yet, and the key that makes two clicks one order."""
        self.values = usual(terms) | self.values
        self.values.setdefault("request_key", str(uuid.uuid4()))


def faults_of(terms: Properties, values: dict[str, str]) -> dict[str, str]:
    """Return field → sentence for each field of the form that can't be taken as it is."""
    found: dict[str, str] = {}
    for check in _checks(terms, values):
        try:
            check()
        except BadInput as fault:
            found.setdefault(fault.field or "form", str(fault))
    return found


def ship_to(values: dict[str, str]) -> PostalAddress:
    """Return the address, cleaned; empty where none was given. Raises BadInput with ``ship.FIELD``."""
    given = {key: values.get(f"ship.{key}", "") for key in SHIP_FIELDS}
    if not any(given[key].strip() for key in SHIP_FIELDS if key != "country"):
        return PostalAddress()
    try:
        return customers.parse_address({"name": values.get("name", "")[:200] or "–", **given})
    except BadInput as fault:
        fault.field = f"ship.{fault.field}"
        raise


def wanted_day(values: dict[str, str]) -> date | None:
    """Return the day it is needed by, None where none was given; raise BadInput for anything else."""
    text = values.get("wanted_on")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "Write the day as year, month, day: 2027-02-14.", field="wanted_on"
        ) from None


def key_of(values: dict[str, str], name: str) -> uuid.UUID | None:
    """Return the UUID in a hidden field, None where it is empty; raise BadInput for anything else."""
    text = values.get(name)
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadInput(CHANGED, field=name) from None


def request_key_of(values: dict[str, str]) -> uuid.UUID:
    """Return the key that the form was made with; raise BadInput without one."""
    key = key_of(values, "request_key")
    if key is None:
        raise BadInput(CHANGED)
    return key


def request_by(slug: str, values: dict[str, str], *, actor: Actor, owner_key: str) -> Order:
    """Make the order that the form's `values` ask for: one line of the product `slug`.

    Raises what `request_order` raises, and BadInput where the form was changed on its way.
    """
    wanted = RequestedLine(
        product_slug=slug,
        quantity=values.get("quantity"),
        options=part(values, "options"),
        personalisation=part(values, "personalisation"),
        upload_id=key_of(values, "upload_id"),
    )
    requester = Requester(
        name=values.get("name", ""),
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        company=values.get("company", ""),
    )
    return request_order(
        requester,
        [wanted],
        actor=actor,
        owner_key=owner_key,
        request_key=request_key_of(values),
        wanted_on=wanted_day(values),
        note=values.get("note", ""),
        ship_to=ship_to(values),
    )


def _checks(terms: Properties, values: dict[str, str]) -> list[Callable[[], Any]]:
    """Return one check for each field: the configuration's rule with all other fields left out."""
    options, written = part(values, "options"), part(values, "personalisation")
    quantity = values.get("quantity")
    usually = terms.quantity.default

    def only(**kept: Any) -> Properties:
        return terms.model_copy(update={"options": [], "personalisation": [], **kept})

    def option_check(one: Any) -> Callable[[], Any]:
        given = {one.key: options[one.key]} if one.key in options else {}
        return lambda: validate_configuration(only(options=[one]), given, {}, usually)

    # an option that is wrong is said by its own check; what is written is judged without it
    right = {o.key: options[o.key] for o in terms.options if o.choice(options.get(o.key, ""))}
    asked = [o.model_copy(update={"required": False}) for o in terms.options]

    def word_check(one: Any) -> Callable[[], Any]:
        given = {one.key: written[one.key]} if one.key in written else {}
        rule = only(options=asked, personalisation=[one])
        return lambda: validate_configuration(rule, right, given, usually)

    return [
        *(option_check(one) for one in terms.options),
        lambda: validate_configuration(only(), {}, {}, quantity),
        *(word_check(one) for one in terms.personalisation),
        lambda: validate_configuration(
            terms, options, written, quantity
        ),  # what fits no single field: a name the product does not have
        lambda: clean_line(values.get("name", ""), "name", "name"),
        lambda: clean_email(values.get("email", "")),
        lambda: clean_phone(values.get("phone", "")),
        lambda: clean_line(values.get("company", ""), "company", "company", needed=False),
        lambda: ship_to(values),
        lambda: check_wanted_on(wanted_day(values)),
        lambda: check_note(values.get("note", "")),
    ]
