"""Which countries are one tax territory, and what is printed on a supply that leaves one.

Sources: Council Directive 2006/112/EC, Articles 5 to 7 (territory of the member states; Monaco counts as
France) and 146 (exports); United Kingdom: Value Added Tax Act 1994, sections 30(6) (exports) and 96(11) with
the Isle of Man Act 1979 (Isle of Man); Switzerland: MWSTG Articles 3 (Liechtenstein) and 23 (exports); Norway:
merverdiavgiftsloven § 6-21. Parts of a member state outside its VAT territory (Canary Islands, Åland, Büsingen
and others) are told apart by postcode only and are not handled: enter their rates by region, or the tax by hand.
"""

from app.core.translations import _l

EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
#: Countries that count as another one's territory.
COUNTED_AS = {"MC": "FR", "IM": "GB", "LI": "CH"}

ART_138 = _l(
    "Intra-Community supply exempt from VAT under Article 138(1) Council Directive 2006/112/EC: "
    "VAT to be accounted for by the recipient."
)
ART_196 = _l(
    "Reverse charge: VAT to be accounted for by the recipient, Article 196 Council Directive 2006/112/EC."
)
EXPORT = {
    "EU": _l("Export exempt from VAT under Article 146(1)(a) Council Directive 2006/112/EC."),
    "GB": _l("Zero-rated export under section 30(6) Value Added Tax Act 1994."),
    "NO": _l("Zero-rated export under § 6-21 merverdiavgiftsloven."),
    "CH": _l("Export exempt from VAT under Article 23 MWSTG."),
    "": _l("Export: no tax is charged."),
}


def territory(country: str) -> str:
    """Return the country as whose territory `country` counts for tax."""
    return COUNTED_AS.get(country, country)


def export_note(country: str) -> str:
    """Return the sentence printed on what a seller in `country` exports."""
    key = "EU" if country in EU else country
    return str(EXPORT.get(key, EXPORT[""]))
