"""What a line was priced with, as it is stored, so that the price can be calculated again."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from app.catalog.configuration import Configuration
from app.catalog.facts import Facts
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.terms import PriceTerms
from app.catalog.properties import Properties


class PriceInputs(BaseModel):
    """Everything a price hangs on beside the product's revision, the configuration and the quantity.

    `entered_minor` is the net that staff set instead, None where the rule's price was taken.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    on: date
    rush: str = ""
    facts: Facts = Facts()
    breakdown: dict[str, int] = {}
    terms: PriceTerms = PriceTerms()
    entered_minor: int | None = None

    def line(self, product: Properties, configuration: Configuration, quantity: int) -> LineToPrice:
        """Return the line to price again."""
        return LineToPrice(
            product=product,
            options=configuration.options,
            quantity=quantity,
            facts=self.facts,
            on=self.on,
            rush=self.rush,
            personalisation=configuration.personalisation,
            breakdown=self.breakdown or configuration.quantities,
            terms=self.terms,
        )
