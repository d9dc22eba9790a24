"""A postal address as an order, a parcel and a label keep it, and the countries it may be in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from app.core.settings import current

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
        return [key for key in ("name", "line_1", "city", "country") if not getattr(self, key)]

    def printed(self) -> list[str]:
        """Return the lines of a label, empty ones left out; the country is the last."""
        place = " ".join(part for part in (self.city, self.region) if part)
        rows = (self.name, self.company, self.line_1, self.line_2, place)
        return [row for row in (*rows, self.postcode, self.country) if row]


# names that Unicode lists among territories and that no parcel goes to
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AQ", "BV", "HM"})


def home_country() -> str:
    """Return the country of the shop's own locale, two letters."""
    found = current().locale.replace("-", "_").partition("_")[2][:2].upper()
    return found if found in dict(countries()) else "GB"


@cache
def countries() -> list[tuple[str, str]]:
    """Return (two letters, name) of every country, by name in the shop's language."""
    from babel import Locale

    names = Locale.parse(current().locale.replace("-", "_")).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda row: row[1].casefold())
