"""What the verbs on rates do, and the rates of a day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor
from app.core.clock import now, shop_day
from app.core.db import db, find
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record, record_change
from app.core.translations import _
from app.rates.models import MaterialRate, RateValue
from app.rates.rate import Rate


def rates_on(on: date) -> dict[str, Rate]:
    """Return key → rate with the value that holds on this day, of all rates that are not archived; one query.
    A rate whose first value begins later is left out."""
    query = (
        select(MaterialRate, RateValue)
        .join(RateValue, RateValue.rate_id == MaterialRate.id)
        .where(MaterialRate.archived_at.is_(None), RateValue.valid_from <= on)
        .ext(distinct_on(MaterialRate.key))
        .order_by(MaterialRate.key, RateValue.valid_from.desc(), RateValue.id.desc())
    )
    rows = db.session.execute(query)
    return {
        rate.key: rate.as_of(held.value.normalize(), held.valid_from, held.source)
        for rate, held in rows
    }


def find_rate(ref: str) -> MaterialRate:
    """Return the rate with the key `ref`, or whose id that is; raise NotFound where there is none."""
    row = db.session.scalar(select(MaterialRate).where(MaterialRate.key == ref))
    return row or find(MaterialRate, ref)


def create_rate(
    none_yet: None,
    actor: Actor,
    key: str,
    name: str,
    currency: str,
    value: Decimal,
    source: str,
    unit: str = "",
    valid_from: date | None = None,
) -> MaterialRate:
    """Create a rate with its first value, which holds from today unless another day is named. Raises BadInput for
    a key that is taken. Records rate.created and rate.set."""
    row = MaterialRate(key=key, name=name, currency=currency, unit=unit)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        taken = _("The key “%(key)s” is taken. Choose another.", key=key)
        raise BadInput(taken, field="key") from None
    after = {"key": key, "name": name, "unit": unit, "currency": currency}
    record("rate.created", row, actor, after=after)
    _add_value(row, value, valid_from or shop_day(), source, actor)
    return row


def change_rate(row: MaterialRate, actor: Actor, name: str | None = None) -> MaterialRate:
    """Change the name. Key, unit and currency stay: formulas and quotes name them. Records rate.changed."""
    record_change("rate.changed", row, actor, {"name": name})
    return row


def set_rate(
    row: MaterialRate, actor: Actor, value: Decimal, source: str, valid_from: date | None = None
) -> MaterialRate:
    """Let the rate come to `value` from a day on, today unless another is named. Quotes that were sent keep theirs.

    Raises AlreadyDone where it comes to that on that day already. Records rate.set.
    """
    on = valid_from or shop_day()
    held = row.value_on(on)
    if held is not None and (held.value, held.source) == (value, source):
        raise AlreadyDone(_("The rate already has this value on that day. Nothing was changed."))
    _add_value(row, value, on, source, actor)
    return row


def archive_rate(row: MaterialRate, actor: Actor) -> MaterialRate:
    """Take the rate out of use; its values stay. The rooms above refuse it while prices name it. Records
    rate.archived."""
    row.archived_at = now()
    record("rate.archived", row, actor)
    return row


def restore_rate(row: MaterialRate, actor: Actor) -> MaterialRate:
    """Bring an archived rate back into use. Records rate.restored."""
    row.archived_at = None
    record("rate.restored", row, actor)
    return row


def _add_value(
    row: MaterialRate, value: Decimal, valid_from: date, source: str, actor: Actor
) -> None:
    held = row.value_on(valid_from)
    db.session.add(
        RateValue(rate=row, value=value, valid_from=valid_from, source=source, set_by=actor.label)
    )
    db.session.flush()
    db.session.expire(row, ["values"])
    after = {"value": value, "valid_from": valid_from, "source": source}
    before = {name: getattr(held, name) for name in after} if held else None
    record("rate.set", row, actor, before=before, after=after)
