"""What a rate that is about to be set does to prices, and which products keep one in use."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import String, cast, or_, select

from app.catalog.models import Product, ProductFamily
from app.catalog.pricing import price_order
from app.catalog.pricing.formula_check import sample_line
from app.catalog.pricing.rate_names import rate_keys
from app.catalog.properties import Properties
from app.catalog.services.preview import families_below
from app.catalog.services.reading import draft_properties
from app.catalog.states import ENDED
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Problem, WrongState
from app.core.translations import _
from app.core.web.formats import quantity
from app.rates.models import MaterialRate
from app.rates.rate import Rate
from app.rates.services import rates_on
from app.rates.verbs import archive_rate

SHOWN = 50
BATCH = 500
NAMED = 3


@dataclass(frozen=True)
class PriceMove:
    """A product whose sample price moves: net before (None while it had none) and after, in minor units."""

    product: Product
    currency: str
    before_minor: int | None
    after_minor: int

    @property
    def percent(self) -> Decimal:
        """By how much it moves; 0 where there was no price before."""
        if not self.before_minor:
            return Decimal(0)
        change = Decimal(self.after_minor - self.before_minor)
        return round(change * 100 / self.before_minor, 1)

    @property
    def percent_words(self) -> str:
        """The change with its sign, as ``+4.5 %``."""
        if self.before_minor is None:
            return _("new")
        sign = "+" if self.percent > 0 else ""
        return f"{sign}{quantity(self.percent)} %"


@dataclass(frozen=True)
class RatePreview:
    """All products that name the rate were calculated: `moved` have another price, `up` a higher one, `down` a
    lower one. `shown` are the first `SHOWN`, the largest change first."""

    moved: int
    up: int
    down: int
    shown: list[PriceMove]


def preview_rate(rate: Rate, on: date) -> RatePreview:
    """Return what this value of the rate from that day on does to the sample prices of products that are not
    archived. Reads the products in batches of 500."""
    before = rates_on(on)
    after = before | {rate.key: rate}
    moves = []
    for product, terms in products_with_rate(rate.key):
        sample = sample_line(terms, before, on)
        changed = replace(sample, terms=sample.terms.model_copy(update={"rates": after}))
        was, will = price_order([sample])[0], price_order([changed])[0]
        if (was.rows, was.reasons) != (will.rows, will.reasons):
            known = None if was.reasons and not was.is_for_staff else was.net_minor
            moves.append(PriceMove(product, will.currency, known, will.net_minor))
    moves.sort(key=lambda one: (-abs(one.percent), one.product.name))
    return RatePreview(
        moved=len(moves),
        up=sum(one.percent > 0 for one in moves),
        down=sum(one.percent < 0 for one in moves),
        shown=moves[:SHOWN],
    )


def products_with_rate(key: str) -> Iterator[tuple[Product, Properties]]:
    """Yield each product that is not archived and whose formulas name the rate, its own or inherited ones."""
    says = f"rate.{key}"
    families: set[object] = set()
    named = select(ProductFamily.id).where(cast(ProductFamily.properties, String).contains(says))
    for family_id in db.session.scalars(named):
        families |= set(db.session.scalars(families_below(family_id)))
    query = select(Product).where(
        Product.state != ENDED,
        or_(cast(Product.properties, String).contains(says), Product.family_id.in_(families)),
    )
    rows = db.session.scalars(query.order_by(Product.name, Product.id))
    for product in rows.yield_per(BATCH):
        terms = draft_properties(product).properties
        if key in rate_keys(terms.price):
            yield product, terms


def _is_in_use(rate: MaterialRate, actor: Actor) -> Problem | None:
    names = [product.name for product, _terms in products_with_rate(rate.key)]
    if not names:
        return None
    shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    return WrongState(
        _("Formulas of products name this rate (%(count)s): %(names)s.",
          count=quantity(len(names)), names=shown),
        next_step=_("Take it out of them first."),
    )  # fmt: skip


archive_rate.add_rule(_is_in_use)
