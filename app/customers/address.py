"""Addresses as they are printed: the lines in order, empty ones left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIELDS = ("name", "company", "line_1", "line_2", "city", "region", "postcode", "country", "phone")


def clean(address: Mapping[str, Any]) -> dict[str, str]:
    """Return the known fields of `address`, trimmed, empty ones left out, country in capitals."""
    found = {key: str(address.get(key) or "").strip()[:200] for key in FIELDS}
    found["country"] = found["country"].upper()
    return {key: value for key, value in found.items() if value}


def missing(address: Mapping[str, Any]) -> list[str]:
    """Return the fields that a carrier needs and `address` has not."""
    wanted = ("name", "line_1", "city", "country")
    return [key for key in wanted if not str(address.get(key) or "").strip()]


def printed(address: Mapping[str, Any]) -> list[str]:
    """Return the address as lines for a label; the country as the last, in capitals."""
    a = clean(address)
    place = " ".join(part for part in (a.get("city", ""), a.get("region", "")) if part)
    rows = [a.get("name"), a.get("company"), a.get("line_1"), a.get("line_2"), place]
    rows += [a.get("postcode"), a.get("country")]
    return [row for row in rows if row]
