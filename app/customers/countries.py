"""The countries an address may be in, by name."""

from functools import cache

from app.core.settings import current

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
