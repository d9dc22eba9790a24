"""Promotion codes: created, entered for an order, counted exactly once, given back.

A use is counted when the request is made, not when its quote is accepted: the price that the customer saw, and the
quote that follows, must not fail because others were quicker with their answer. It is given back when the order ends
without being placed, or is cancelled.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.catalog.models import Product, ProductFamily
from app.catalog.pricing.terms import Promotion
from app.core.actor import Actor
from app.core.clock import now, shop_day
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.money import exponent
from app.core.translations import _
from app.core.web.formats import long_date
from app.pricelists.promotion_models import PromotionCode, PromotionUse

FIELD = "promotion_code"


class NotForCustomer(BadInput):
    """A limit of the code that hangs on who orders: a stranger who typed an address isn't told of it."""


def create_promotion(
    none_yet: None,
    actor: Actor,
    code: str,
    label: str,
    currency: str,
    percent: Decimal = Decimal(0),
    fixed: Decimal = Decimal(0),
    min_net: Decimal = Decimal(0),
    most: Decimal = Decimal(0),
    first_order_only: bool = False,
    total_limit: int | None = None,
    customer_limit: int | None = None,
    skus: Sequence[str] = (),
    families: Sequence[str] = (),
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> PromotionCode:
    """Create a code; `fixed` is taken off, `min_net` is the least an order must come to without tax, `most` the most
    that is taken off (0 for no limit), in whole units of `currency`. Raises BadInput for one that is taken in any
    spelling, takes nothing off or two things, names a product or family that there is not, or ends before it begins.
    Records promotion.created."""
    if bool(percent) == bool(fixed):
        raise BadInput(_("Enter a percentage or an amount, one of the two."), field="percent")
    if valid_until and valid_until < (valid_from or shop_day()):
        raise BadInput(_("The last day is before the first."), field="valid_until")
    _require_known(skus, families)
    values: dict[str, Any] = {
        "code": code, "label": label, "currency": currency, "percent": percent,
        "fixed_minor": _minor(fixed, currency, "fixed"),
        "min_net_minor": _minor(min_net, currency, "min_net"),
        "most_minor": _minor(most, currency, "most") or None,
        "first_order_only": first_order_only, "total_limit": total_limit,
        "customer_limit": customer_limit, "skus": list(skus), "families": list(families),
        "valid_from": valid_from, "valid_until": valid_until,
    }  # fmt: skip
    row = PromotionCode(**values)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise BadInput(
            _("There already is a code %(code)s. Choose another.", code=code), field="code"
        ) from None
    after = {name: value for name, value in values.items() if value not in (None, [], 0, False)}
    record("promotion.created", row, actor, after=after)
    return row


def _minor(amount: Decimal, currency: str, field: str) -> int:
    minor = amount.scaleb(exponent(currency))
    if minor != int(minor):
        raise BadInput(_("%(currency)s has no such small amounts.", currency=currency), field=field)
    return int(minor)


def end_promotion(row: PromotionCode, actor: Actor, valid_until: date) -> PromotionCode:
    """Let the code be entered until a day, the last one included; orders that use it keep it. Raises BadInput for a
    day before its first, AlreadyDone. Records promotion.changed."""
    if row.valid_from and valid_until < row.valid_from:
        raise BadInput(_("The last day is before the first."), field="valid_until")
    if valid_until == row.valid_until:
        raise AlreadyDone(_("The code already ends on this day. Nothing was changed."))
    before, row.valid_until = {"valid_until": row.valid_until}, valid_until
    record("promotion.changed", row, actor, before=before, after={"valid_until": valid_until})
    return row


def archive_promotion(row: PromotionCode, actor: Actor) -> PromotionCode:
    """Let the code be entered no more; orders that use it keep it. Records promotion.archived."""
    row.archived_at = now()
    record("promotion.archived", row, actor)
    return row


def restore_promotion(row: PromotionCode, actor: Actor) -> PromotionCode:
    """Let an archived code be entered again. Records promotion.restored."""
    row.archived_at = None
    record("promotion.restored", row, actor)
    return row


def find_promotion(code: str, currency: str, names: Collection[str]) -> PromotionCode:
    """Return the code that was typed, in any spelling, where it can be entered today for products in this currency.
    `names` are the products' SKUs and families. Raises BadInput at the field of the code otherwise."""
    typed = code.strip().upper()
    row = db.session.scalar(select(PromotionCode).where(PromotionCode.code == typed))
    if row is None or row.archived_at is not None:
        raise BadInput(_("We don't know the code “%(code)s”.", code=code[:40]), field=FIELD)
    _require_valid(row, currency, names)
    return row


def _require_valid(row: PromotionCode, currency: str, names: Collection[str]) -> None:
    day, words = shop_day(), {"code": row.code}
    if row.valid_from and day < row.valid_from:
        first = long_date(row.valid_from)
        raise BadInput(_("The code %(code)s starts on %(day)s.", day=first, **words), field=FIELD)
    if row.valid_until and row.valid_until < day:
        last = long_date(row.valid_until)
        raise BadInput(_("The code %(code)s ended on %(day)s.", day=last, **words), field=FIELD)
    if row.currency != currency:
        raise BadInput(
            _("The code %(code)s is for prices in %(currency)s.", currency=row.currency, **words),
            field=FIELD,
        )
    if (row.skus or row.families) and not {*row.skus, *row.families} & set(names):
        raise BadInput(_("The code %(code)s is not for this product.", **words), field=FIELD)
    if row.total_limit is not None and _used(row) >= row.total_limit:
        raise BadInput(_("The code %(code)s has been used up.", **words), field=FIELD)


def use_promotion(
    code: str,
    *,
    order_id: uuid.UUID,
    customer_id: uuid.UUID,
    currency: str,
    names: Collection[str],
    is_first_order: bool,
    actor: Actor,
) -> PromotionUse:
    """Count a use of the code for an order. Locks the code, so that of two orders at once the limit lets one in.

    Raises BadInput where it can't be entered, NotForCustomer where this customer can't. Records promotion.used.
    """
    row = locked(PromotionCode, find_promotion(code, currency, names).id)
    _require_valid(row, currency, names)
    words = {"code": row.code}
    if row.first_order_only and not is_first_order:
        raise NotForCustomer(_("The code %(code)s is for a first order.", **words), field=FIELD)
    limit = row.customer_limit
    if limit is not None and _used(row, customer_id) >= limit:
        raise NotForCustomer(
            _("This customer has used the code %(code)s as often as it allows.", **words),
            field=FIELD,
        )
    use = PromotionUse(
        promotion=row, order_id=order_id, customer_id=customer_id, entered_on=shop_day()
    )
    db.session.add(use)
    db.session.flush()
    record("promotion.used", row, actor, data={"order_id": order_id})
    return use


def release_promotion(order_id: uuid.UUID, *, actor: Actor) -> bool:
    """Give the order's use back, so that it counts no more; return whether there was one. Records
    promotion.released."""
    use = db.session.scalar(_open_use(order_id).with_for_update())
    if use is None:
        return False
    use.released_at = now()
    record("promotion.released", use.promotion, actor, data={"order_id": order_id})
    return True


def promotion_of(order_id: uuid.UUID) -> Promotion | None:
    """Return the code that the order uses, as it was when it was entered; None where it uses none."""
    use = db.session.scalar(_open_use(order_id))
    return use.promotion.terms(use.entered_on) if use else None


def _open_use(order_id: uuid.UUID) -> Any:
    return select(PromotionUse).where(
        PromotionUse.order_id == order_id, PromotionUse.released_at.is_(None)
    )


def _used(row: PromotionCode, customer_id: uuid.UUID | None = None) -> int:
    query = select(func.count()).where(
        PromotionUse.promotion_id == row.id, PromotionUse.released_at.is_(None)
    )
    if customer_id is not None:
        query = query.where(PromotionUse.customer_id == customer_id)
    return db.session.scalar(query) or 0


def _require_known(skus: Sequence[str], families: Sequence[str]) -> None:
    for model, wanted, field in (
        (Product.sku, skus, "skus"),
        (ProductFamily.slug, families, "families"),
    ):
        found = set(db.session.scalars(select(model).where(model.in_(wanted))))
        missing = [one for one in wanted if one not in found]
        if missing:
            raise BadInput(_("There is no “%(name)s”.", name=missing[0][:80]), field=field)
