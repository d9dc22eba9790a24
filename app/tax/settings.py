"""What the shop has set about tax: a page of its settings."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from app.core.errors import BadInput
from app.core.inputs import Choice, Faults, Text
from app.core.postal_address import countries
from app.core.shop.details import shop_details
from app.core.shop.fields import Row, line, one_of
from app.core.shop.reading import shop
from app.core.shop.section import EDIT_MONEY, Section
from app.core.text_input import shop_country
from app.core.translations import _, _l
from app.tax.rule import Registration, Seller
from app.tax.territories import EU, territory
from app.tax.vat_number import clean_vat_number

ENTERED = {"net": _l("Without tax"), "gross": _l("With tax included")}
SHOWN = {"gross": _l("With tax"), "net": _l("Without tax, which is added")}
ROUNDINGS = {"line": _l("On each line"), "document": _l("Once per rate, on the whole document")}


def _places() -> dict[str, str]:
    return {"": str(_l("Choose a country")), **dict(countries())}


class ForeignRegistration(Row):
    """A further country where the shop is registered for tax."""

    country: Annotated[
        str, one_of(_places, _l("There is no country “%(value)s”.")), Field(title=_l("Country"))
    ] = ""
    number: Annotated[str, line(_l("VAT number"), 30), Field(title=_l("VAT number"))] = ""


class TaxSettings(Section):
    """Where the shop charges tax, how prices are typed and shown, where tax is rounded."""

    key: ClassVar[str] = "tax"
    title: ClassVar[str] = _l("Tax")
    sentence: ClassVar[str] = _l(
        "Where you charge tax and how prices show it. The rates themselves are under Tax rates."
    )
    icon: ClassVar[str] = "coin"
    order: ClassVar[int] = 40
    permission: ClassVar[str] = EDIT_MONEY

    charges_tax: Annotated[bool, Field(title=_l("We charge tax"))] = True
    no_tax_note: Annotated[
        str,
        Text(most=300, is_printed=True),
        Field(
            title=_l("Sentence on quotes where you charge none"),
            description=_l("Such as: No VAT charged, small business under § 19 UStG."),
        ),
    ] = ""
    entered: Annotated[
        str,
        Choice(ENTERED),
        Field(
            title=_l("Catalogue prices are entered"),
            description=_l(
                "With tax included, what you enter is exactly what customers at home pay."
            ),
        ),
    ] = "net"
    shown: Annotated[str, Choice(SHOWN), Field(title=_l("Customers see prices"))] = "gross"
    rounding: Annotated[
        str,
        Choice(ROUNDINGS),
        Field(
            title=_l("Tax is rounded"),
            description=_l("Electronic invoices (EN 16931) round once per rate."),
        ),
    ] = "line"
    oss: Annotated[
        bool,
        Field(
            title=_l("We use the EU One Stop Shop"),
            description=_l("Consumers in other member states then pay their own country's rate."),
        ),
    ] = False
    registrations: Annotated[
        list[ForeignRegistration],
        Field(
            title=_l("Registered in further countries"),
            description=_l("You charge the local rate there. Your own country is in Shop details."),
        ),
    ] = []

    def checked(self) -> TaxSettings:
        """Refuse what does not fit together, each at its field."""
        faults = Faults()
        home = territory(home_country())
        if self.oss and home not in EU:
            fault = _("The One Stop Shop of the Union scheme is for shops in a member state.")
            faults.found["oss"] = fault
        for at, row in enumerate(self.registrations):
            place = f"registrations.{at}."
            if not row.country:
                faults.found[f"{place}country"] = _("Choose the country.")
                continue
            with faults.caught():
                try:
                    clean_vat_number(row.number, row.country)
                except BadInput as fault:
                    raise BadInput(str(fault), field=f"{place}number") from None
        faults.raise_all()
        return self

    @property
    def seller(self) -> Seller:
        """The shop as a rule is found for it."""
        details = shop_details()
        return Seller(
            country=home_country(),
            region=details.region if details.country else "",
            registrations=tuple(
                Registration(country=one.country, number=one.number)
                for one in self.registrations
                if one.country
            ),
            oss=self.oss,
            charges_tax=self.charges_tax,
            no_tax_note=self.no_tax_note,
        )


def home_country() -> str:
    """Return the country where the shop is: of its address, else of its locale."""
    return shop_details().country or shop_country()


def tax_settings() -> TaxSettings:
    """Return what the shop has set about tax."""
    return shop(TaxSettings)
