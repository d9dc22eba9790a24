"""What other rooms call; what can be done to the catalogue is declared in app/catalog/verbs.py. None commits."""

from app.catalog.services.presets import load_preset
from app.catalog.services.reading import (
    draft_properties,
    effective_properties,
    find_product,
    inherited_paths,
    layers_of,
    price_rule,
)

__all__ = [
    "draft_properties",
    "effective_properties",
    "find_product",
    "inherited_paths",
    "layers_of",
    "load_preset",
    "price_rule",
]
