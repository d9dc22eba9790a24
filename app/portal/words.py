"""Words the portal's templates need: countries, facts of a line."""

from typing import Any

from flask import Flask

from app.catalog import labels as catalog_labels
from app.catalog.properties import Properties
from app.core.translations import _
from app.customers.countries import countries
from app.files import words as file_words
from app.fulfilment.states import SHIPMENT
from app.orders.models import OrderLine


def init(app: Flask) -> None:
    """Give the templates these words."""
    catalog_labels.init(app)
    file_words.init(app)
    app.jinja_env.globals.update(
        countries=countries, line_facts=line_facts, shipment_chart=SHIPMENT
    )


def line_facts(line: OrderLine) -> list[tuple[str, Any]]:
    """Return (term, value) for the configuration of a line, in the words of its product."""
    terms = line.specification
    pairs: list[tuple[str, Any]] = [(_("Product"), _product(line, terms))]
    pairs += [
        (option.label, choice.label) for option, choice in terms.chosen(line.configuration.options)
    ]
    return pairs + catalog_labels.personalised(terms, line.configuration)


def _product(line: OrderLine, terms: Properties) -> str:
    art = terms.artwork
    if art is None or art.trim_width_mm is None or art.trim_height_mm is None:
        return line.product_name
    width, height = art.trim_width_mm.normalize(), art.trim_height_mm.normalize()
    return f"{line.product_name}, {width:f} × {height:f} mm"
