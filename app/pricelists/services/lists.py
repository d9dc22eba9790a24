"""Price lists: created as drafts, filled price by price, published for their days, archived."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from app.catalog.models import Product, ProductFamily
from app.catalog.pricing.terms import ListPrice
from app.catalog.properties import Break
from app.core.actor import Actor
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.translations import _
from app.customers.models import Customer, CustomerGroup
from app.pricelists.models import PriceList
from app.pricelists.states import IN_FORCE, PRICE_LIST


def create_price_list(
    none_yet: None,
    actor: Actor,
    name: str,
    audience: str,
    currency: str,
    group: CustomerGroup | None = None,
    customer: Customer | None = None,
    percent: Decimal = Decimal(0),
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> PriceList:
    """Create a draft: it makes no price until it is published. Raises BadInput for an audience that is not said,
    and for days that have passed or end before they begin. Records price_list.created."""
    if audience == "group" and group is None:
        raise BadInput(_("Choose the customer group."), field="group")
    if audience == "customer" and customer is None:
        raise BadInput(_("Choose the customer."), field="customer")
    row = PriceList(
        name=name, audience=audience, currency=currency, percent=percent,
        group=group if audience == "group" else None,
        customer=customer if audience == "customer" else None,
        entries=[], valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    _check_days(row, None)
    db.session.add(row)
    db.session.flush()
    record("price_list.created", row, actor, after=_recorded(row))
    return row


def change_price_list(
    row: PriceList,
    actor: Actor,
    name: str,
    percent: Decimal = Decimal(0),
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> PriceList:
    """Change name, percentage and days; prices from now on follow it, sent quotes keep theirs. Raises BadInput as
    create_price_list, and where a published one would be empty or overlap another. Records price_list.changed."""
    before, days = _recorded(row), (row.valid_from, row.valid_until)
    row.name, row.percent = name, percent
    row.valid_from, row.valid_until = valid_from, valid_until
    _check_days(row, days)
    if row.state == IN_FORCE:
        _require_ready(row)
    _save(row)
    _record_difference(row, actor, before)
    return row


def set_list_price(
    row: PriceList,
    actor: Actor,
    sku: str = "",
    family: str = "",
    percent: Decimal | None = None,
    breaks: Sequence[Break] = (),
) -> PriceList:
    """Set what the list says of a product (by SKU) or of a family (its address): breaks of its own, or a
    percentage; it replaces what was said of it. Raises BadInput for what there is not, for both or neither, and for
    breaks that don't rise. Records price_list.price_set."""
    if bool(sku) == bool(family):
        raise BadInput(_("Choose a product or a family, one of the two."), field="sku")
    if bool(breaks) == (percent is not None):
        raise BadInput(
            _("Enter prices per piece or a percentage, one of the two."), field="percent"
        )
    _require_known(sku, family)
    starts = [item.from_quantity for item in breaks]
    if starts != sorted(set(starts)):
        raise BadInput(_("Each price must start at a larger quantity."), field="breaks")
    if family and breaks:
        raise BadInput(
            _("Prices per piece are set for one product."),
            next_step=_("Enter a percentage for the family."),
            field="breaks",
        )
    entry = ListPrice(sku=sku, family=family, percent=percent, breaks=tuple(breaks))
    former = _entry(row, sku, family)
    if former == entry:
        raise AlreadyDone(_("The list already says this. Nothing was changed."))
    others = [one for one in row.entries if (one.sku, one.family) != (sku, family)]
    row.entries = sorted([*others, entry], key=lambda one: (one.family, one.sku))
    before = {"price": _words(former)} if former else None
    record("price_list.price_set", row, actor, before=before, after={"price": _words(entry)})
    return row


def remove_list_price(row: PriceList, actor: Actor, sku: str = "", family: str = "") -> PriceList:
    """Take out what the list says of a product or family. Raises BadInput where it says nothing of it, and where a
    published list would be left empty. Records price_list.price_removed."""
    former = _entry(row, sku, family)
    if former is None:
        raise BadInput(_("The list has no price for it."), field="sku")
    row.entries = [one for one in row.entries if one != former]
    if row.state == IN_FORCE:
        _require_content(row)
    record("price_list.price_removed", row, actor, before={"price": _words(former)})
    return row


def publish_price_list(row: PriceList, actor: Actor) -> PriceList:
    """Let the list make prices on its days. Raises BadInput for an empty one, one whose last day has passed, one
    that names what is gone, and one whose days overlap another's, which it names. Records price_list.published."""
    _require_ready(row)
    for one in row.entries:
        _require_known(one.sku, one.family)
    change = PRICE_LIST.fire(row, "publish_price_list")
    _save(row)
    record("price_list.published", row, actor, **change)
    return row


def archive_price_list(row: PriceList, actor: Actor) -> PriceList:
    """Let the list make no prices any more; sent quotes keep theirs. Records price_list.archived."""
    change = PRICE_LIST.fire(row, "archive_price_list")
    record("price_list.archived", row, actor, **change)
    return row


def reopen_price_list(row: PriceList, actor: Actor) -> PriceList:
    """Make a draft of an archived list again. Records price_list.reopened."""
    change = PRICE_LIST.fire(row, "reopen_price_list")
    record("price_list.reopened", row, actor, **change)
    return row


def copy_price_list(row: PriceList, actor: Actor, name: str) -> PriceList:
    """Create a draft with the same audience, percentage and prices and without days, such as next year's list.
    Records price_list.created."""
    copy = PriceList(
        name=name, audience=row.audience, currency=row.currency, percent=row.percent,
        group=row.group, customer=row.customer, entries=list(row.entries),
    )  # fmt: skip
    db.session.add(copy)
    db.session.flush()
    record("price_list.created", copy, actor, after=_recorded(copy))
    return copy


def _entry(row: PriceList, sku: str, family: str) -> ListPrice | None:
    return next((one for one in row.entries if (one.sku, one.family) == (sku, family)), None)


def _check_days(row: PriceList, former: tuple[date | None, date | None] | None) -> None:
    """Raise BadInput for days that make no sense; one that stays as it was in `former` may have passed."""
    first, last = row.valid_from, row.valid_until
    if first and last and last < first:
        raise BadInput(_("The last day is before the first."), field="valid_until")
    for field, day, was in zip(
        ("valid_from", "valid_until"), (first, last), former or (None, None), strict=True
    ):
        if day and day != was and day < shop_day():
            raise BadInput(_("This day has passed. Choose today or a later one."), field=field)


def _require_ready(row: PriceList) -> None:
    _require_content(row)
    if row.valid_until and row.valid_until < shop_day():
        raise BadInput(
            _("The list ended on its last day. Choose a later one."), field="valid_until"
        )
    other = _overlapping(row)
    if other is not None:
        raise BadInput(
            _("“%(name)s” already applies to %(whom)s %(days)s.",
              name=other.name, whom=other.for_whom, days=other.days),
            next_step=_("End that list first, or choose days outside it."),
            field="valid_from",
        )  # fmt: skip


def _require_content(row: PriceList) -> None:
    if not row.percent and not row.entries:
        raise BadInput(
            _("The list is empty."),
            next_step=_("Enter a percentage for everything, or the price of a product or family."),
            field="percent",
        )


def _overlapping(row: PriceList) -> PriceList | None:
    """Return the published list of the same audience and currency that holds on one of the row's days."""
    same = [
        PriceList.audience == row.audience,
        PriceList.currency == row.currency,
        PriceList.state == IN_FORCE,
        PriceList.id != row.id,
        PriceList.group_id.is_not_distinct_from(row.group.id if row.group else None),
        PriceList.customer_id.is_not_distinct_from(row.customer.id if row.customer else None),
    ]
    if row.valid_until:
        same.append(or_(PriceList.valid_from.is_(None), PriceList.valid_from <= row.valid_until))
    if row.valid_from:
        same.append(or_(PriceList.valid_until.is_(None), PriceList.valid_until >= row.valid_from))
    with db.session.no_autoflush:
        return db.session.scalars(select(PriceList).where(*same)).first()


def _save(row: PriceList) -> None:
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise BadInput(
            _("Another list for the same customers was just published for these days."),
            field="valid_from",
        ) from None


def _require_known(sku: str, family: str) -> None:
    if sku and not _there_is(Product.sku == sku):
        raise BadInput(_("There is no product with the SKU “%(sku)s”.", sku=sku[:64]), field="sku")
    if family and not _there_is(ProductFamily.slug == family):
        raise BadInput(_("There is no family “%(family)s”.", family=family[:80]), field="family")


def _there_is(condition: Any) -> bool:
    model = condition.left.table
    found: uuid.UUID | None = db.session.scalar(select(model.c.id).where(condition))
    return found is not None


def _words(entry: ListPrice) -> str:
    """Return an entry as the history tells it: ``INV-A6: 100: 120, 250: 95`` in minor units, or its percentage."""
    breaks = ", ".join(f"{item.from_quantity}: {item.unit_minor}" for item in entry.breaks)
    said = breaks or f"{(entry.percent or Decimal(0)).normalize():f} %"
    return f"{entry.sku or entry.family}: {said}"


def _recorded(row: PriceList) -> dict[str, Any]:
    names = ("name", "audience", "currency", "percent", "valid_from", "valid_until")
    return {name: getattr(row, name) for name in names} | {"for_whom": row.for_whom}


def _record_difference(row: PriceList, actor: Actor, before: dict[str, Any]) -> None:
    after = {name: value for name, value in _recorded(row).items() if value != before[name]}
    if after:
        former = {name: before[name] for name in after}
        record("price_list.changed", row, actor, before=former, after=after)
