"""The steps of the set-up guide. Whether one is done is read from the shop, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import url_for
from sqlalchemy import exists, func, select

from app.accounts.models import Staff
from app.catalog.models import Product
from app.core.db import db
from app.core.shop import Section, shop
from app.core.shop.bank import Bank
from app.core.shop.details import ShopDetails
from app.core.shop.guide import Guide
from app.core.shop.opening import Opening
from app.core.shop.pickup import Pickup
from app.core.shop.reading import is_saved
from app.core.shop.region import Region
from app.core.shop.sender import Sender
from app.core.translations import _l
from app.files.settings import Branding
from app.orders.settings import QuoteSettings
from app.production.models import WorkCentre
from app.stock.models import StockItem, StockLocation
from app.tax.settings import TaxSettings


class Facts:
    """What the shop has; one query, when first asked."""

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Return how many there are of what the steps ask for."""
        internal = StockLocation.kind == "internal"
        query = select(
            select(func.count()).select_from(Staff).scalar_subquery().label("staff"),
            exists(select(Product.id)).label("products"),
            exists(select(WorkCentre.id)).label("work_centres"),
            exists(select(StockItem.id)).label("stock_items"),
            exists(select(StockLocation.id).where(internal)).label("locations"),
        )
        return {
            str(name): count for name, count in db.session.execute(query).mappings().one().items()
        }


@dataclass(frozen=True)
class Step:
    """One step: what it is about, where it is done, and what says that it is."""

    key: str
    title: str
    sentence: str
    icon: str
    endpoint: str
    is_done: Callable[[Facts], bool]
    button: str = _l("Open")

    @property
    def url(self) -> str:
        """The page where the step is done."""
        return url_for(self.endpoint)


@dataclass(frozen=True)
class SectionStep(Step):
    """A step that is done on the page of a section of the settings."""

    @property
    def url(self) -> str:
        """The section's page, which leads back to the guide."""
        return url_for("shop_settings.page", ref=self.key, back=1)


def _section(section: type[Section], sentence: str, *, once_saved: bool = False) -> Step:
    """Return the step of a section: done when it is complete, or where its defaults may do, once it was saved."""

    def is_done(_facts: Facts) -> bool:
        return shop(section).is_complete() and (is_saved(section) or not once_saved)

    return SectionStep(section.key, section.title, sentence, section.icon, "", is_done, _l("Enter"))


STEPS: tuple[Step, ...] = (
    _section(ShopDetails, _l("Name, address and VAT number: on every page, letter and document.")),
    _section(Bank, _l("Where customers pay by bank transfer.")),
    _section(
        Region, _l("Currency, time zone, how numbers and dates are written."), once_saved=True
    ),
    _section(TaxSettings, _l("Where you charge tax, and how prices show it."), once_saved=True),
    _section(Branding, _l("On the portal, on sign-in pages and in e-mails.")),
    _section(Sender, _l("The name and address that your e-mails come from."), once_saved=True),
    _section(Opening, _l("Your working days, which lead times count."), once_saved=True),
    _section(Pickup, _l("Where customers collect what they ordered.")),
    _section(QuoteSettings, _l("How long a quote is valid, and your terms."), once_saved=True),
    Step(
        "products",
        _l("Products"),
        _l("Load what shops like yours start with, or build your own products."),
        "tag",
        "products.index_view",
        lambda facts: bool(facts.row["products"]),
    ),
    Step(
        "work_centres",
        _l("Work centres"),
        _l("The machines and benches that jobs pass through."),
        "station",
        "work_centres.index_view",
        lambda facts: bool(facts.row["work_centres"]),
    ),
    Step(
        "stock",
        _l("Stock"),
        _l("The materials you use, and where they are kept."),
        "boxes",
        "stock_items.index_view",
        lambda facts: bool(facts.row["locations"] and facts.row["stock_items"]),
    ),
    Step(
        "staff",
        _l("Staff"),
        _l("Invite the people you work with. They get an e-mail to choose a password."),
        "people",
        "staff.index_view",
        lambda facts: facts.row["staff"] > 1,
        _l("Invite"),
    ),
)


@dataclass(frozen=True)
class StepNow:
    """A step as it is now: done, skipped, or missing."""

    step: Step
    is_done: bool
    is_skipped: bool

    @property
    def is_missing(self) -> bool:
        """Whether somebody still has to do it or to skip it."""
        return not (self.is_done or self.is_skipped)


def steps_now() -> list[StepNow]:
    """Return every step as it is now. One query."""
    facts, skipped = Facts(), set(shop(Guide).skipped)
    return [StepNow(step, step.is_done(facts), step.key in skipped) for step in STEPS]


def missing() -> list[Step]:
    """Return the steps that are neither done nor skipped; none once the guide was closed."""
    if shop(Guide).is_closed:
        return []
    return [one.step for one in steps_now() if one.is_missing]
