"""The catalogue, one product, and its price while it is being configured."""

import uuid

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.catalog.facts import Facts
from app.catalog.live_price import form_values, live_price
from app.catalog.models import Product
from app.catalog.properties import Properties
from app.catalog.services import effective_properties
from app.core.clock import today
from app.core.db import db
from app.core.errors import NotFound
from app.core.settings import current
from app.customers.countries import home_country
from app.files.services.uploads import find_upload
from app.orders.request_form import Form
from app.portal import blueprint
from app.portal.looks import look_of
from app.portal.visitor import owner_key


def find(slug: str) -> tuple[Product, Properties]:
    """Return the product on offer under `slug` with its effective properties; 404 otherwise."""
    found = db.session.scalar(select(Product).where(Product.slug == slug, Product.active))
    if found is None:
        abort(404)
    return found, effective_properties(found).properties


@blueprint.get("/")
def catalogue() -> str:
    """All products on offer, by family."""
    query = select(Product).where(Product.active).options(joinedload(Product.family))
    products = db.session.scalars(query.order_by(Product.family_id, Product.name)).all()
    terms = {p.id: effective_properties(p).properties for p in products}
    families: dict[str, list[Product]] = {}
    for one in products:
        families.setdefault(one.family.name, []).append(one)
    looks = {key: look_of(found) for key, found in terms.items()}
    return render_template("portal/catalogue.html", families=families, terms=terms, looks=looks)


@blueprint.get("/p/<slug>")
def product(slug: str) -> str:
    """One product with its options, its words, the upload box and the price."""
    found, terms = find(slug)
    return page(found, terms, Form())


def page(found: Product, terms: Properties, form: Form) -> str:
    """Return the product page with what `form` holds."""
    form.begin(terms)
    return render_template(
        "portal/product.html",
        product=found,
        terms=terms,
        form=form,
        look=look_of(terms),
        today=today(current().timezone).isoformat(),
        home_country=home_country(),
        locale=current().locale.replace("_", "-"),
        **vars(live_price(terms, form.values, measured(terms, form.values))),
    )


@blueprint.post("/p/<slug>/price")
def price(slug: str) -> str:
    """The price alone, for the configuration in the form."""
    _, terms = find(slug)
    values = form_values(request.form)
    return render_template(
        "components/price.html",
        terms=terms,
        is_fragment=True,
        **vars(live_price(terms, values, measured(terms, values))),
    )


def measured(terms: Properties, values: dict[str, str]) -> Facts | None:
    """Return what is known of this browser's checked file, where the price hangs on its measures."""
    if not terms.price.is_measured or not values.get("upload_id"):
        return None
    try:
        upload = find_upload(uuid.UUID(values["upload_id"]), owner_key=owner_key())
    except (ValueError, NotFound):
        return None
    return Facts.of(upload.asset.facts) if upload.asset else None
