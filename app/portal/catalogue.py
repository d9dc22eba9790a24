"""What the shop makes: the catalogue, one product, and its price while it is being configured."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from app.catalog.configuration import validate_configuration
from app.catalog.facts import Facts
from app.catalog.inheritance import hand_down
from app.catalog.models import Product
from app.catalog.pricing import ItemisedPrice, price_line
from app.catalog.properties import Properties
from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.core.settings import current
from app.files import services as files
from app.portal.faults import part
from app.portal.looks import look_of
from app.portal.visitor import owner_key
from app.portal.words import home_country


def register(blueprint: Blueprint) -> None:
    """Add the catalogue's pages."""
    blueprint.get("/")(catalogue)
    blueprint.get("/p/<slug>")(product)
    blueprint.post("/p/<slug>/price")(price)


@dataclass
class Form:
    """What a product page shows in its inputs, and the fault beside each."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, default: Any = "") -> str:
        return self.values.get(name, str(default))

    def fault(self, name: str) -> str:
        return self.faults.get(name, "")


def find(slug: str) -> tuple[Product, Properties]:
    """Return the product on offer under `slug` with its effective properties; 404 otherwise."""
    found = db.session.scalar(select(Product).where(Product.slug == slug, Product.active))
    if found is None:
        abort(404)
    return found, hand_down(found.family.properties, found.properties).properties


def catalogue() -> str:
    """All products on offer, by family."""
    products = list(
        db.session.scalars(
            select(Product)
            .where(Product.active)
            .options(joinedload(Product.family))
            .order_by(Product.family_id, Product.name)
        )
    )
    terms = {p.id: hand_down(p.family.properties, p.properties).properties for p in products}
    families: dict[str, list[Product]] = {}
    for one in products:
        families.setdefault(one.family.name, []).append(one)
    looks = {key: look_of(found) for key, found in terms.items()}
    return render_template("portal/catalogue.html", families=families, terms=terms, looks=looks)


def product(slug: str) -> str:
    """One product with its options, its words, the upload box and the price."""
    found, terms = find(slug)
    return page(found, terms, Form())


def page(found: Product, terms: Properties, form: Form) -> str:
    """Return the product page with what `form` holds."""
    defaults = {f"options.{o.key}": o.choices[0].key for o in terms.options if o.required}
    defaults["quantity"] = str(terms.quantity.default)
    form.values = defaults | form.values
    form.values.setdefault("request_key", str(uuid.uuid4()))
    return render_template(
        "portal/product.html",
        product=found,
        terms=terms,
        form=form,
        look=look_of(terms),
        today=today(current().timezone).isoformat(),
        home_country=home_country(),
        locale=current().locale.replace("_", "-"),
        **priced(terms, form.values),
    )


def priced(terms: Properties, values: dict[str, str]) -> dict[str, Any]:
    """Return what the price card says of the configuration in `values`."""
    quantity = values.get("quantity", "")
    facts = measured(terms, values)
    return {
        "price": quoted_price(terms, values, facts),
        "quantity": int(quantity) if quantity.isascii() and quantity.isdigit() else 0,
        "currency": terms.price.currency,
        "quantity_prices": _quantity_prices(terms, values, facts),
    }


def price(slug: str) -> str:
    """The price alone, for the configuration in the form."""
    _, terms = find(slug)
    values = flat(request.form)
    return render_template(
        "portal/price.html", terms=terms, is_fragment=True, **priced(terms, values)
    )


def flat(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the form's fields, one value each, with the typed quantity where “other” was picked."""
    values = {name: form.get(name, "") for name in form}
    if values.get("quantity") == "other":
        values["quantity"] = values.get("quantity_other", "")
    return values


def measured(terms: Properties, values: dict[str, str]) -> Facts | None:
    """Return what is known of this browser's checked file, where the price hangs on its measures."""
    if not terms.price.is_measured or not values.get("upload_id"):
        return None
    try:
        upload = files.find_upload(uuid.UUID(values["upload_id"]), owner_key=owner_key())
    except (ValueError, NotFound):
        return None
    return Facts.from_json(upload.asset.facts) if upload.asset else None


def quoted_price(
    terms: Properties, values: dict[str, str], facts: Facts | None = None
) -> ItemisedPrice | BadInput:
    """Return the price of the configuration in `values`, or the fault that keeps it from having one.

    `facts` are the measures of the file, where one was sent.
    """
    try:
        clean = validate_configuration(
            _without_required_words(terms), part(values, "options"), {}, values.get("quantity")
        )
    except BadInput as fault:
        return fault
    return price_line(
        terms,
        clean["options"],
        clean["quantity"],
        facts or Facts(),
        on=today(current().timezone),
    )


def _without_required_words(terms: Properties) -> Properties:
    return terms.model_copy(update={"personalisation": []})


def _quantity_prices(
    terms: Properties, values: dict[str, str], facts: Facts | None
) -> dict[int, int]:
    """Return suggested quantity → price of a piece in minor units, where the price is known."""
    prices = {}
    for quantity in terms.quantity.suggestions:
        found = quoted_price(terms, values | {"quantity": str(quantity)}, facts)
        if isinstance(found, ItemisedPrice) and not found.needs_person:
            prices[quantity] = (found.total_minor + quantity // 2) // quantity
    return prices
