"""What the verbs on tax classes and rates do."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record, record_change
from app.core.translations import _
from app.core.web.formats import long_date
from app.tax.models import TaxClass, TaxRate


def find_class(key: str) -> TaxClass | None:
    """Return the class called `key`, None where there is none."""
    return db.session.scalar(select(TaxClass).where(TaxClass.key == key))


def create_class(
    none_yet: None,
    actor: Actor,
    key: str,
    name: str,
    kind: str = "taxed",
    supply: str = "goods",
    note: str = "",
) -> TaxClass:
    """Create a class of goods. Raises BadInput for a key that is taken, and for an exempt one without the
    sentence that its papers need. Records tax_class.created."""
    _require_note(kind, note)
    row = TaxClass(key=key, name=name, kind=kind, supply=supply, note=note)
    _insert(row, _("The key “%(key)s” is taken. Choose another.", key=key), "key")
    after = {"key": key, "name": name, "kind": kind, "supply": supply, "note": note}
    record("tax_class.created", row, actor, after=after)
    return row


def change_class(
    row: TaxClass,
    actor: Actor,
    name: str | None = None,
    kind: str | None = None,
    supply: str | None = None,
    note: str | None = None,
) -> TaxClass:
    """Change a class for what is priced from now on; None leaves as it is. Records tax_class.changed."""
    _require_note(kind or row.kind, row.note if note is None else note)
    given = {"name": name, "kind": kind, "supply": supply, "note": note}
    record_change("tax_class.changed", row, actor, given)
    return row


def _require_note(kind: str, note: str) -> None:
    if kind == "exempt" and not note:
        raise BadInput(
            _("Enter the reason that is printed on papers, such as the article of law."),
            field="note",
        )


def create_rate(
    none_yet: None,
    actor: Actor,
    tax_class: TaxClass,
    country: str,
    percent: Decimal,
    region: str = "",
    label: str = "VAT",
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> TaxRate:
    """Create a rate. Raises BadInput where its days overlap those of another one of the same class and place,
    which it names. Records tax_rate.created."""
    if valid_from and valid_until and valid_until < valid_from:
        raise BadInput(_("The last day is before the first."), field="valid_until")
    _require_free(tax_class.id, country, region, valid_from, valid_until)
    row = TaxRate(
        tax_class=tax_class, country=country, region=region, percent=percent, label=label,
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    _insert(row, _("Another rate of this class and country was just added."), "valid_from")
    record("tax_rate.created", row, actor, after=_recorded(row))
    return row


def _require_free(
    class_id: uuid.UUID,
    country: str,
    region: str,
    first: date | None,
    last: date | None,
    but: uuid.UUID | None = None,
) -> None:
    """Raise BadInput that names the rate which holds on one of these days already; `but` is the rate itself."""
    same = select(TaxRate).where(
        TaxRate.class_id == class_id, TaxRate.country == country, TaxRate.region == region
    )
    for other in db.session.scalars(same):
        begins, ends = other.valid_from or date.min, other.valid_until or date.max
        if other.id != but and begins <= (last or date.max) and (first or date.min) <= ends:
            raise _overlap(other)


def _overlap(other: TaxRate) -> BadInput:
    days = {
        (False, False): _("without an end"),
        (True, False): _("from %(day)s", day=long_date(other.valid_from or date.min)),
        (False, True): _("until %(day)s", day=long_date(other.valid_until or date.max)),
    }
    both = _(
        "from %(first)s to %(last)s",
        first=long_date(other.valid_from or date.min), last=long_date(other.valid_until or date.max),
    )  # fmt: skip
    when = days.get((bool(other.valid_from), bool(other.valid_until)), both)
    return BadInput(
        _("%(rate)s already applies %(when)s.", rate=str(other), when=when),
        next_step=_("End that rate first, or choose days outside it."),
        field="valid_from",
    )


def end_rate(row: TaxRate, actor: Actor, valid_until: date) -> TaxRate:
    """Let the rate apply until a day, the last one included. Raises BadInput for a day before its first,
    and where another rate of the class and place holds by then. Records tax_rate.ended."""
    if row.valid_from and valid_until < row.valid_from:
        raise BadInput(_("This is before the rate's first day."), field="valid_until")
    if valid_until == row.valid_until:
        raise AlreadyDone(_("The rate already ends on this day. Nothing was changed."))
    try:
        _require_free(row.class_id, row.country, row.region, row.valid_from, valid_until, row.id)
    except BadInput as overlap:
        overlap.field = "valid_until"
        raise
    before = {"valid_until": row.valid_until}
    row.valid_until = valid_until
    record("tax_rate.ended", row, actor, before=before, after=_recorded(row))
    return row


def _recorded(row: TaxRate) -> dict[str, Any]:
    names = ("country", "region", "percent", "label", "valid_from", "valid_until")
    return {"class": row.tax_class.key} | {name: getattr(row, name) for name in names}


def _insert(row: TaxClass | TaxRate, taken: str, field: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise BadInput(taken, field=field) from None
