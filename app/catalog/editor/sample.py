"""What the product would cost with what is in the form: its usual configuration, and a warning where more
pieces would cost less than fewer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.catalog.editor.actions import Sheet
from app.catalog.editor.reading import read_layer
from app.catalog.facts import Facts
from app.catalog.inheritance import Layer, inherit
from app.catalog.live_price import default_values, fields_of
from app.catalog.pricing import ItemisedPrice, price_order
from app.catalog.pricing.formula_check import sample_line
from app.catalog.properties import Properties
from app.core.clock import shop_day
from app.core.errors import BadInput
from app.core.translations import _
from app.core.web.formats import money, quantity
from app.rates.services import rates_on


@dataclass(frozen=True)
class Sample:
    """The price of the usual configuration; `configuration` says which, `warnings` what is odd about it."""

    price: ItemisedPrice
    configuration: str
    warnings: list[str]


def sample_of(sheet: Sheet, layers: Sequence[Layer]) -> Sample | None:
    """Return the sample of what is in the form; None where that is not finished or faulty."""
    reading = read_layer(sheet.draft, sheet.above, sheet.dropped, sheet.currency)
    if reading.faults:
        return None
    try:
        terms = inherit([*layers[:-1], Layer(layers[-1].owner, reading.layer)]).properties
    except BadInput:
        return None
    options = fields_of(default_values(terms), "options")
    chosen = [f"{option.label}: {choice.label}" for option, choice in terms.chosen(options)]
    count = quantity(terms.quantity.default)
    return Sample(
        price=_price(terms, options, terms.quantity.default),
        configuration=", ".join([f"{count} {terms.wording.pieces}", *chosen]),
        warnings=dearer_than_more(terms, options),
    )


def dearer_than_more(terms: Properties, options: dict[str, str]) -> list[str]:
    """Return a sentence for each quantity that costs more than the next one at which prices change."""
    rule = terms.quantity
    marks = {one.from_quantity for one in terms.price.unit_breaks} | set(rule.suggestions)
    asked = sorted(one for one in marks | {rule.default} if rule.minimum <= one <= rule.maximum)
    prices: list[tuple[int, Any]] = [(one, _price(terms, options, one)) for one in asked]
    known = [(one, price) for one, price in prices if not price.needs_person]
    return [
        _(
            "%(fewer)s pieces cost %(high)s, and %(more)s cost only %(low)s. Check the price breaks.",
            fewer=quantity(fewer),
            high=money(first.net_minor, first.currency),
            more=quantity(more),
            low=money(second.net_minor, second.currency),
        )
        for (fewer, first), (more, second) in itertools.pairwise(known)
        if first.net_minor > second.net_minor
    ]


def _price(terms: Properties, options: dict[str, str], count: int) -> ItemisedPrice:
    """Return the price with sample texts and numbers, and today's rates, so that formulas come to something;
    where it hangs on a file, with a sample file."""
    day = shop_day()
    line = replace(sample_line(terms, rates_on(day), day), options=options, quantity=count)
    (price,) = price_order([replace(line, facts=Facts())])
    if not price.needs_person or not terms.price.formulas:
        return price
    (with_file,) = price_order([line])
    return price if with_file.needs_person else with_file
