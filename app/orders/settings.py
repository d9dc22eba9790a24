"""What the shop sets about its quotes; and since when its currency stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field
from sqlalchemy import select

from app.core.db import db
from app.core.inputs import Between, Text, WholeNumber
from app.core.settings import current
from app.core.shop import Section, shop
from app.core.shop.region import Region
from app.core.translations import _, _l
from app.orders.models import Quote


class QuoteSettings(Section):
    """How long quotes hold, and what is printed under each."""

    key: ClassVar[str] = "quotes"
    title: ClassVar[str] = _l("Quotes")
    sentence: ClassVar[str] = _l("How long a quote is valid, and the terms under it.")
    icon: ClassVar[str] = "quote"
    order: ClassVar[int] = 80

    valid_days: Annotated[
        WholeNumber,
        Between(1, 365, _l("Enter a number of days from 1 to 365.")),
        Field(
            title=_l("Valid for (days)"),
            description=_l("A quote gets this long unless whoever sends it says otherwise."),
        ),
    ] = 14
    terms: Annotated[
        str,
        Text(most=4000, rows=6, is_printed=True),
        Field(
            title=_l("Terms"),
            description=_l(
                "Shown under every quote, such as when payment is due and what applies to changes."
            ),
        ),
    ] = ""

    @classmethod
    def environment(cls) -> Mapping[str, int]:
        """Return what QUOTE_DAYS says."""
        return {"valid_days": current().quote_days}


def quote_settings() -> QuoteSettings:
    """Return how long quotes hold and their terms, as set now."""
    return shop(QuoteSettings)


def _first_quote_fixes_the_currency() -> str:
    query = select(Quote.currency).order_by(Quote.created_at).limit(1)
    sent = db.session.scalar(query)
    if sent is None:
        return ""
    return _(
        "Quotes were sent in %(currency)s, and sums of two currencies can't be added: it can't change any more.",
        currency=sent,
    )


Region.lock_field("currency", _first_quote_fixes_the_currency)
