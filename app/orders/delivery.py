"""How an order reaches its customer: sent to an address, or collected at the shop. Nothing is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from flask import Flask

from app.core.errors import BadInput
from app.core.inputs import Faults, Input
from app.core.postal_address import PostalAddress, countries, country_name, home_country, regions
from app.core.shop.bank import bank
from app.core.translations import _, _l
from app.customers import services as customers
from app.orders.models import Order
from app.orders.settings import quote_settings
from app.tax.rule import Destination

SHIP_FIELDS = ("line_1", "line_2", "city", "region", "postcode", "country")
Method = Literal["carrier", "pickup"]
METHOD_WORDS = {"carrier": _l("Delivery to an address"), "pickup": _l("Pickup")}
#: What staff may answer where they don't know yet; the order then waits for `set_delivery`.
LATER = "later"


def init(app: Flask) -> None:
    """Give the templates what the fields of a delivery are made of."""
    app.jinja_env.globals.update(
        bank=bank,
        countries=countries,
        country_name=country_name,
        delivery_words=METHOD_WORDS | {LATER: _l("Not known yet")},
        home_country=home_country,
        quote_settings=quote_settings,
        regions=regions,
    )


def read_delivery(
    values: Mapping[str, str], recipient: str, *, may_be_later: bool = False
) -> tuple[str, PostalAddress]:
    """Return the method and the address that a form's ``delivery`` and ``ship.…`` fields say.

    An address alone means delivery to it. Raises BadInput with everything that is wrong: neither an address
    nor an explicit pickup, or an address that is not whole.
    """
    address = {key: values.get(f"ship.{key}", "") for key in SHIP_FIELDS}
    is_typed = any(address[key].strip() for key in SHIP_FIELDS if key != "country")
    method = values.get("delivery", "") or ("carrier" if is_typed else "")
    if method not in METHOD_WORDS and not (may_be_later and method == LATER):
        raise BadInput(_("Choose delivery to an address, or pickup."), field="delivery")
    if method != "carrier":
        return method, PostalAddress()
    faults = Faults()
    with faults.caught("ship."):
        name = values.get("ship.name", "").strip() or recipient[:200].strip()
        # the name has a field and a fault of its own where there is none
        found = customers.parse_address({"name": name or "–", **address})
    faults.raise_all()
    return method, found


class DeliveryInput(Input):
    """Where the order goes: ``carrier`` with an address, or ``pickup``."""

    method: Method
    ship_to: PostalAddress | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Order) -> dict[str, Any]:
        """Read the form's fields as `read_delivery`; the recipient is the contact where no other is named."""
        method, ship_to = read_delivery(form, record.contact.name)
        return {"method": method, "ship_to": ship_to}


def checked_address(method: str, given: PostalAddress | None) -> PostalAddress:
    """Return the address to keep: whole for a carrier, none for a pickup. Raises BadInput."""
    if method == "pickup":
        return PostalAddress()
    if not given:
        raise BadInput(_("Enter the delivery address, or choose pickup."), field="ship_to")
    faults = Faults()
    with faults.caught("ship_to."):
        customers.parse_address({key: getattr(given, key) for key in PostalAddress.model_fields})
    faults.raise_all()
    return given


def destination_of(order: Order) -> Destination:
    """Return where the order goes, as its tax is found from it."""
    found = order.ship_to
    return Destination(country=found.country, region=found.region, is_pickup=order.is_pickup)


def delivery_values(order: Order) -> dict[str, str]:
    """Return what the form's fields hold for the delivery as it is."""
    found = {f"ship.{key}": getattr(order.ship_to, key) for key in SHIP_FIELDS}
    found["ship.name"] = order.ship_to.name or order.contact.name
    return {"delivery": order.delivery or "", **{k: v for k, v in found.items() if v}}
