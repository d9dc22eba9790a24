"""A tree of families with a product, made by the catalogue's verbs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from app.catalog import verbs
from app.catalog.models import Product, ProductFamily
from app.catalog.presets import WorkCentre
from app.core.actor import Actor
from app.production import services as production

EDITOR = Actor("staff", uuid.UUID(int=1), "Editor", "backoffice", frozenset({"catalog.edit"}))
PRINTED = {
    "price": {"setup_minor": 2900, "unit_breaks": [{"from_quantity": 1, "unit_minor": 142}]},
    "route": [{"key": "print", "name": "Print", "work_centre": "press"}],
    "options": [
        {
            "key": "paper",
            "label": "Paper",
            "choices": [{"key": "smooth", "label": "Smooth"}, {"key": "cotton", "label": "Cotton"}],
        }
    ],
}


@pytest.fixture
def editor() -> Actor:
    return EDITOR


@pytest.fixture
def make_family(session: Any) -> Callable[..., ProductFamily]:
    """Make a family by its name; its address is the name in small letters."""
    production.load_preset([WorkCentre(key="press", name="Press")])

    def make(name: str, parent: ProductFamily | None = None, **properties: Any) -> ProductFamily:
        values = {"slug": name.lower().replace(" ", "-"), "name": name, "parent": parent}
        return verbs.create_family(None, **values, properties=properties, actor=EDITOR)

    return make


@pytest.fixture
def make_product(session: Any) -> Callable[..., Product]:
    """Make a product on offer by its SKU."""

    def make(
        sku: str, family: ProductFamily, *, is_draft: bool = False, **properties: Any
    ) -> Product:
        values = {"slug": sku.lower(), "sku": sku, "name": f"Product {sku}", "family": family}
        made = verbs.create_product(None, **values, properties=properties, actor=EDITOR)
        return made if is_draft else verbs.publish(made.id, actor=EDITOR)

    return make
