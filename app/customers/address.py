"""A postal address as an order, a parcel and a label keep it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

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
