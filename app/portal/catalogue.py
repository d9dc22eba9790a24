"""The catalogue, one product, and its price while it is being configured."""

import uuid
from dataclasses import dataclass

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.catalog.facts import Facts
from app.catalog.live_price import LivePrice, form_values, shown_terms
from app.catalog.models import Product
from app.catalog.properties import Properties
from app.catalog.services import effective_properties
from app.catalog.shown_price import shows_gross
from app.core.db import db
from app.core.errors import NotFound
from app.core.shop.region import region
from app.files.services.uploads import find_upload
from app.orders.request_form import Form
from app.portal import blueprint, customer_id, owner_key, reader
from app.pricelists.live import live_price_for


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
    shown = {key: shown_terms(found, reader()) for key, found in terms.items()}
    return render_template(
        "portal/catalogue.html", families=families, terms=shown, looks=looks, is_gross=shows_gross()
    )


@blueprint.get("/p/<slug>")
def product(slug: str) -> str:
    """One product with its options, its words, the upload box and the price."""
    found, terms = find(slug)
    return page(found, terms, Form())


def page(found: Product, terms: Properties, form: Form) -> str:
    """Return the product page with what `form` holds."""
    form.begin(terms)
    live = _live(found, terms, form.values)
    owner_key()  # from now on this browser is known: the form's key counts within it
    return render_template(
        "portal/product.html",
        product=found,
        terms=shown_terms(terms, reader()),
        form=form,
        look=look_of(terms),
        locale=region().locale.replace("_", "-"),
        **vars(live),
    )


@blueprint.post("/p/<slug>/price")
def price(slug: str) -> str:
    """The price alone, for the configuration in the form."""
    found, terms = find(slug)
    values = form_values(request.form)
    return render_template(
        "components/price.html",
        terms=shown_terms(terms, reader()),
        is_fragment=True,
        **vars(_live(found, terms, values)),
    )


def _live(found: Product, terms: Properties, values: dict[str, str]) -> LivePrice:
    """Return what the price card says to this reader."""
    file = measured(terms, values)
    return live_price_for(found, terms, values, file, customer_id=customer_id(), reader=reader())


def measured(terms: Properties, values: dict[str, str]) -> Facts | None:
    """Return what is known of this browser's checked file, where the price hangs on its measures."""
    if not terms.price.reads_file or not values.get("upload_id"):
        return None
    try:
        upload = find_upload(uuid.UUID(values["upload_id"]), owner_key=owner_key())
    except (ValueError, NotFound):
        return None
    return Facts.of(upload.asset.facts) if upload.asset else None


MODELS = frozenset({"stl", "3mf"})
LARGE_SHEET_MM = 300
SMALL_BUILD_MM = 200
RAW = "#8d95a3"


@dataclass(frozen=True)
class Look:
    """What to draw: ``sheet``, ``part``, ``figure``, ``ring``, ``pendant`` or ``thing``."""

    kind: str
    width_mm: float = 0
    height_mm: float = 0
    words: tuple[str, ...] = ()
    colour: str = RAW

    @property
    def is_large(self) -> bool:
        """Whether it is a sheet for a wall rather than for a hand."""
        return max(self.width_mm, self.height_mm) >= LARGE_SHEET_MM


def look_of(terms: Properties) -> Look:
    """Return how a product with these properties is drawn."""
    art = terms.artwork
    if art is None:
        return Look("thing")
    if art.trim_width_mm and art.trim_height_mm:
        words = tuple(
            field.label for field in terms.personalisation if field.kind in {"text", "date"}
        )
        return Look("sheet", float(art.trim_width_mm), float(art.trim_height_mm), words[:2])
    if art.approval == "design":
        keys = {option.key for option in terms.options}
        return Look("ring" if "size" in keys else "pendant")
    if MODELS & set(art.accept):
        volume = art.build_volume_mm
        is_small = volume and max(volume) <= SMALL_BUILD_MM
        return Look("figure" if is_small else "part", colour=_colour(terms))
    return Look("thing")


def _colour(terms: Properties) -> str:
    """Return the first colour that is neither so light nor so dark that its faces vanish."""
    found = [choice.colour for option in terms.options for choice in option.choices]
    return next((one for one in reversed(found) if one), RAW)
