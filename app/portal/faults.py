"""Everything that is wrong with a request at once: each fault beside its field, none one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.catalog.configuration import validate_configuration
from app.catalog.properties import Properties
from app.core.errors import BadInput
from app.customers import services as customers
from app.customers.parse import clean_email, clean_line, clean_phone

SHIP_FIELDS = ("line_1", "line_2", "city", "postcode", "country")


def part(values: dict[str, str], group: str) -> dict[str, str]:
    """Return the fields of `group` (``options`` or ``personalisation``) without its prefix."""
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and value != ""
    }


def faults_of(terms: Properties, values: dict[str, str]) -> dict[str, str]:
    """Return field → sentence for each field of the form that can't be taken as it is."""
    found: dict[str, str] = {}
    for check in _checks(terms, values):
        try:
            check()
        except BadInput as fault:
            found.setdefault(fault.field or "form", str(fault))
    return found


def ship_to(values: dict[str, str]) -> dict[str, str]:
    """Return the address, cleaned; empty where none was given. Raises BadInput with ``ship.FIELD``."""
    given = {key: values.get(f"ship.{key}", "") for key in SHIP_FIELDS}
    if not any(given[key].strip() for key in SHIP_FIELDS if key != "country"):
        return {}
    try:
        clean = customers.parse_address({"name": values.get("name", "")[:200] or "–", **given})
    except BadInput as fault:
        fault.field = f"ship.{fault.field}"
        raise
    return {key: value for key, value in clean.items() if value}


def _checks(terms: Properties, values: dict[str, str]) -> list[Callable[[], Any]]:
    """Return one check for each field: the configuration's rule with all other fields left out."""
    options, written = part(values, "options"), part(values, "personalisation")
    quantity = values.get("quantity")
    usual = terms.quantity.default

    def only(**kept: Any) -> Properties:
        return terms.model_copy(update={"options": [], "personalisation": [], **kept})

    def option_check(one: Any) -> Callable[[], Any]:
        given = {one.key: options[one.key]} if one.key in options else {}
        return lambda: validate_configuration(only(options=[one]), given, {}, usual)

    def word_check(one: Any) -> Callable[[], Any]:
        given = {one.key: written[one.key]} if one.key in written else {}
        rule = only(options=terms.options, personalisation=[one])
        chosen = {o.key: options[o.key] for o in terms.options if o.key in options}
        return lambda: validate_configuration(rule, chosen, given, usual)

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
    ]
