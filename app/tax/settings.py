"""What the shop has set about tax."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.core.text_input import shop_country
from app.tax.document import Rounding
from app.tax.rule import Registration, Seller

Shown = Literal["gross", "net"]


class TaxSettings(BaseModel):
    """Where the shop charges tax and how: `entered` and `shown` say whether the catalogue's prices are typed
    and shown with tax (gross) or without it (net), `rounding` where the tax is rounded."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    country: str = ""
    region: str = ""
    registrations: tuple[Registration, ...] = ()
    oss: bool = False
    charges_tax: bool = True
    no_tax_note: str = ""
    usual_class: str = "standard"
    entered: Shown = "net"
    shown: Shown = "gross"
    rounding: Rounding = "line"

    @property
    def seller(self) -> Seller:
        """The shop as a rule is found for it."""
        return Seller(
            country=self.country or shop_country(),
            region=self.region,
            registrations=self.registrations,
            oss=self.oss,
            charges_tax=self.charges_tax,
            no_tax_note=self.no_tax_note,
        )


def tax_settings() -> TaxSettings:
    """Return what the shop has set about tax."""
    return TaxSettings()
