"""Putting products on offer, archiving and restoring them; what is missing before one can be ordered."""

from app.catalog.inheritance import field_of
from app.catalog.models import Product
from app.catalog.pricing.reasons import makes_price
from app.catalog.properties import Properties
from app.catalog.references import existing, missing_sentence, references_in
from app.catalog.services.price_checks import faults_of_formulas
from app.catalog.services.reading import draft_properties
from app.catalog.states import PRODUCT
from app.core.actor import Actor
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _


def publish(product: Product, actor: Actor) -> Product:
    """Put a draft on offer. Raises BadInput with everything that is missing, by field."""
    return _offer(product, actor, "publish", "product.published")


def restore(product: Product, actor: Actor) -> Product:
    """Put an archived product on offer again. Raises BadInput with everything that is missing, by field."""
    return _offer(product, actor, "restore", "product.restored")


def archive(product: Product, actor: Actor) -> Product:
    """Take a product off offer. Orders that name it are not touched."""
    record("product.archived", product, actor, **PRODUCT.fire(product, "archive"))
    return product


def _offer(product: Product, actor: Actor, trigger: str, event: str) -> Product:
    missing = missing_for_offer(product)
    for field, sentence in missing.items():
        raise BadInput(sentence, field=field, faults=missing)
    record(event, product, actor, **PRODUCT.fire(product, trigger))
    return product


def missing_for_offer(product: Product) -> dict[str, str]:
    """Return field → sentence for everything that keeps the product from being ordered; empty where nothing
    does. One query for each kind of reference."""
    found = draft_properties(product)
    missing = {field_of(path): sentence for path, sentence in found.faults.items()}
    terms = found.properties
    for field, sentence in _unset(terms):
        missing.setdefault(field, sentence)
    for path, sentence in faults_of_formulas(terms).items():
        missing.setdefault(field_of(path), sentence)
    named = references_in(terms.model_dump(mode="json"))
    for kind in {one.kind for one in named}:
        known = existing(kind, {one.key for one in named if one.kind == kind})
        for one in named:
            if one.kind == kind and one.key not in known:
                missing.setdefault(f"properties.{one.path}", missing_sentence(kind, one.key))
    return missing


def _unset(terms: Properties) -> list[tuple[str, str]]:
    found = []
    if not terms.route:
        sentence = _("The route has no step. Add at least one operation at a work centre.")
        found.append(("properties.route", sentence))
    if terms.variants.options and not terms.variants.offered:
        sentence = _("No variant is offered. Generate the variants, or offer at least one.")
        found.append(("properties.variants.rows", sentence))
    if not has_price(terms):
        sentence = _(
            "There is no price. Enter a price per piece or a rate, or say why it is priced by hand."
        )
        found.append(("properties.price", sentence))
    return found


def has_price(terms: Properties) -> bool:
    """Return whether the price rule can come to an amount, or says that a person sets it."""
    by_choice = any(
        choice.per_cm3_minor or choice.per_gram_minor
        for option in terms.options
        for choice in option.choices
    )
    return makes_price(terms.price) or by_choice
