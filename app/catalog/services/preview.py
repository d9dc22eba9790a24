"""What a change of a family or a move would do to products, before it is saved."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.catalog.inheritance import Layer, Merged, Owner, inherit, merge
from app.catalog.live_price import default_values, fields_of
from app.catalog.models import Product, ProductFamily
from app.catalog.pricing import ItemisedPrice, PriceTerms, price_line
from app.catalog.pricing.tax_terms import with_tax_terms
from app.catalog.services.price_checks import check_formulas
from app.catalog.services.price_terms import current_rates
from app.catalog.services.reading import layers_of
from app.catalog.services.whole_check import WholeCheck
from app.catalog.states import ENDED, OFFERED, PRODUCT
from app.core.canonical import sha256_of
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.translations import _
from app.core.workflow import Chart
from app.tax.book import current_book

SHOWN = 50
BATCH = 500
Removed = tuple[str, str]
"""An option's key and a choice's; the choice is empty where the whole option goes."""


@dataclass(frozen=True)
class Consequence:
    """One product that would change: the price of its sample configuration before and after (None where
    there is none), or the sentence why it would become invalid."""

    product: Product
    before: ItemisedPrice | None = None
    after: ItemisedPrice | None = None
    fault: str = ""
    field: str | None = None


@dataclass(frozen=True)
class Preview:
    """What a change would do. All products were checked; `shown` are the first `SHOWN` of `changed`, by
    name. `needs_confirmation`: products on offer would change. `notes` say what open orders keep. `token`
    is this very change of what there is now."""

    changed: int
    shown: list[Consequence]
    invalid: list[Consequence]
    needs_confirmation: bool
    token: str
    notes: list[str] = field(default_factory=list)
    chart: Chart = PRODUCT


class Unconfirmed(Problem):
    """A change that has consequences nobody has confirmed; `preview` lists them."""

    status, code = 409, "unconfirmed"

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            _("This changes products on offer. Nothing was saved yet."),
            next_step=_("Check the list and confirm the change."),
            field="confirm",
        )
        self.preview = preview

    def members(self) -> dict[str, object]:
        """Return the token that confirms the change, and the products that it would change."""
        shown = [
            {
                "sku": one.product.sku,
                "name": one.product.name,
                "currency": getattr(one.after or one.before, "currency", None),
                "before_minor": _amount(one.before),
                "after_minor": _amount(one.after),
            }
            for one in self.preview.shown
        ]
        preview = self.preview
        return {"confirm": preview.token, "changed": preview.changed, "products": shown}


def _amount(price: ItemisedPrice | None) -> int | None:
    return None if price is None or price.needs_person else price.total_minor


#: Asked with product ids and the options or choices that would be gone: sentences about what keeps them.
KEPT_BY: list[Callable[[Sequence[uuid.UUID], frozenset[Removed]], list[str]]] = []


def require_confirmed(preview: Preview, confirm: str) -> None:
    """Raise BadInput that names the first product that would become invalid, Unconfirmed unless `confirm`
    is the token of the preview."""
    for one in preview.invalid:
        names = {"product": one.product.name, "fault": one.fault}
        sentence = _("“%(product)s” would become invalid: %(fault)s", **names)
        raise BadInput(sentence, field=one.field)
    if preview.needs_confirmation and confirm != preview.token:
        raise Unconfirmed(preview)


def preview_change(row: ProductFamily | Product, layers: Sequence[Layer]) -> Preview:
    """Return what comes of it if `layers` took the place of the row's own and all above it.

    Products that are archived are left out. Reads all products below in batches of 500, and merges what
    they inherit once for each family.
    """
    changed: list[_Found] = []
    faulty: list[tuple[_Found, BadInput]] = []
    removed: set[Removed] = set()
    seen: list[list[Any]] = [[str(one.owner.id), one.properties] for one in layers]
    check = WholeCheck()
    for found in _below(row, layers):
        before, after = found.merged(0), found.merged(1)
        if before == after:
            continue
        changed.append(found)
        seen.append([str(found.id), found.version_id])
        removed |= _choices(before) - _choices(after)
        if found.state != OFFERED or check.is_whole(after):
            continue
        if fault := _fault(found.layers(1)):
            faulty.append((found, fault))
    shown = changed[:SHOWN]
    wanted = {one.id for one in [*shown, *(found for found, _ in faulty)]}
    rows = {
        one.id: one for one in db.session.scalars(select(Product).where(Product.id.in_(wanted)))
    }
    return Preview(
        changed=len(changed),
        shown=[_consequence(rows[one.id], one) for one in shown],
        invalid=[
            Consequence(rows[one.id], fault=fault.sentence, field=fault.field)
            for one, fault in faulty
        ],
        needs_confirmation=any(one.state == OFFERED for one in changed),
        token=sha256_of({"of": str(row.id), "seen": seen}),
        notes=_notes([one.id for one in changed], frozenset(removed)),
    )


@dataclass(frozen=True)
class _Found:
    """A product below, with what is above it before and after: as layers, and merged."""

    id: uuid.UUID
    state: str
    version_id: int
    own: Layer
    above: tuple[list[Layer], list[Layer]]
    bases: tuple[Merged | BadInput, Merged | BadInput]

    def layers(self, side: int) -> list[Layer]:
        return [*self.above[side], self.own]

    def merged(self, side: int) -> Mapping[str, Any]:
        base = self.bases[side]
        try:
            return {"": base.sentence} if isinstance(base, BadInput) else merge([self.own], base)[0]
        except BadInput as fault:
            return {"": fault.sentence}


def _below(row: ProductFamily | Product, layers: Sequence[Layer]) -> Iterator[_Found]:
    """Yield the products that the change may change, by name."""
    if isinstance(row, Product):
        # the own properties may change as well: they count to what is above
        above = layers_of(row), list(layers)
        bases = _base(above[0]), _base(above[1])
        own = Layer(layers[-1].owner, {})
        yield _Found(row.id, row.state, row.version_id, own, above, bases)
        return
    columns = (Product.id, Product.name, Product.state, Product.version_id, Product.family_id)
    query = select(*columns, Product.properties)
    query = query.where(Product.family_id.in_(families_below(row.id)), Product.state != ENDED)
    query = query.order_by(Product.name, Product.id).execution_options(yield_per=BATCH)
    families = select(ProductFamily).where(ProductFamily.id.in_(families_below(row.id)))
    sides = {}
    for family in db.session.scalars(families):
        before = layers_of(family)
        after = [*layers, *before[_place(before, row) + 1 :]]
        _refuse_faulty(family, before, after)
        sides[family.id] = ((before, after), (_base(before), _base(after)))
    for one in db.session.execute(query):
        own = Layer(Owner("product", one.id, one.name), one.properties)
        yield _Found(one.id, one.state, one.version_id, own, *sides[one.family_id])


def _refuse_faulty(family: ProductFamily, before: list[Layer], after: list[Layer]) -> None:
    """Raise BadInput where a family below would become invalid, which it was not before."""
    fault = _fault(after)
    if fault is not None and _fault(before) is None:
        names = {"product": family.name, "fault": fault.sentence}
        sentence = _("“%(product)s” would become invalid: %(fault)s", **names)
        raise BadInput(sentence, field=fault.field)


def families_below(family_id: uuid.UUID) -> Any:
    """Return the select of the ids of the family and all families below it."""
    below = select(ProductFamily.id).where(ProductFamily.id == family_id).cte(recursive=True)
    further = select(ProductFamily.id).join(below, ProductFamily.parent_id == below.c.id)
    return select(below.union(further).c.id)


def sample_price(layers: Sequence[Layer]) -> ItemisedPrice | None:
    """Return the price of the first choices in the usual quantity, None for unfinished properties."""
    try:
        terms = inherit(layers).properties
    except BadInput:
        return None
    sample = default_values(terms)
    options, quantities = fields_of(sample, "options"), fields_of(sample, "quantities")
    breakdown = {key: int(number) for key, number in quantities.items()}
    day = shop_day()
    under = PriceTerms(rates=current_rates(terms.price, day))
    under = with_tax_terms(under, terms, current_book(), day)
    return price_line(
        terms, options, terms.quantity.default, on=day, breakdown=breakdown, terms=under
    )


def _place(layers: Sequence[Layer], row: ProductFamily | Product) -> int:
    return next(place for place, one in enumerate(layers) if one.owner.id == row.id)


def _base(layers: Sequence[Layer]) -> Merged | BadInput:
    try:
        return merge(layers)
    except BadInput as fault:
        return fault


def _fault(layers: Sequence[Layer]) -> BadInput | None:
    try:
        check_formulas(inherit(layers).properties)
    except BadInput as fault:
        return fault
    return None


def _choices(merged: Mapping[str, Any]) -> set[Removed]:
    found: set[Removed] = set()
    for option in merged.get("options") or ():
        if isinstance(option, Mapping):
            key = str(option.get("key"))
            found.add((key, ""))
            found |= {(key, str(c.get("key"))) for c in option.get("choices") or ()}
    return found


def _consequence(product: Product, found: _Found) -> Consequence:
    fault = _fault(found.layers(1))
    before = sample_price(layers_of(product))
    if fault is not None:
        return Consequence(product, before, None, fault.sentence)
    return Consequence(product, before, sample_price(found.layers(1)))


def _notes(product_ids: Sequence[uuid.UUID], removed: frozenset[Removed]) -> list[str]:
    if not removed or not product_ids:
        return []
    return [sentence for ask in KEPT_BY for sentence in ask(product_ids, removed)]
