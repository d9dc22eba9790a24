"""Whether the parts of the system work now: events, workers, storage, e-mail, accounting."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal_column, select, text

from app.core import storage
from app.core.clock import now
from app.core.db import db
from app.core.outbound.adapters import of_kind
from app.core.outbound.chart import NEEDS_PERSON
from app.core.outbound.intent import OutboundIntent
from app.core.shop.region import region
from app.core.translations import _, _l
from app.core.web.formats import ago, quantity
from app.integrations.accounting import Accounting
from app.notify.models import Message
from app.notify.states import RESENDABLE

GOOD, SLOW = (_l("Working"), "good"), (_l("Slow"), "attention")
STOPPED, CHECK = (_l("Stopped"), "bad"), (_l("Check"), "attention")
Badge = tuple[str, str]
SLOW_S, STOPPED_S = 30, 300
BACKLOG = text("""
    SELECT (SELECT count(*) FROM outbox) AS waiting,
           (SELECT extract(epoch FROM now() - min(e.at)) FROM outbox o
            JOIN events e ON e.id = o.event_id) AS oldest_s,
           count(*) FILTER (WHERE state <> 'dead') AS open,
           count(*) FILTER (WHERE state = 'dead') AS dead,
           max(attempts) FILTER (WHERE state <> 'dead') AS tries,
           extract(epoch FROM now() - min(due_at) FILTER (WHERE state = 'pending')) AS overdue_s
    FROM event_deliveries WHERE state IN ('pending', 'running', 'dead')
""")


@dataclass(frozen=True)
class Part:
    """One part, its status in a few words, and its badge (word, colour)."""

    name: str
    words: str
    badge: Badge


def read() -> list[Part]:
    """Return all parts. Three queries; then, with no transaction open, Redis and storage are asked."""
    parts = [*_line(db.session.execute(BACKLOG).one()), _mail(), *_accounting()]
    db.session.rollback()  # nothing was written, and no transaction is held while others answer
    return [*parts, _redis(), _storage()]


def _pace(seconds: Any) -> Badge:
    late = float(seconds or 0)
    return STOPPED if late > STOPPED_S else SLOW if late > SLOW_S else GOOD


def _line(row: Any) -> list[Part]:
    waiting = _("none waiting")
    if row.waiting:
        oldest = _length(row.oldest_s)
        waiting = _("%(number)s waiting, oldest %(time)s", number=row.waiting, time=oldest)
    work = [_("%(number)s open", number=quantity(row.open)) if row.open else _("all done")]
    if row.tries and row.tries > 1:
        work.append(_("some retried"))
    if row.dead:
        work.append(_("%(number)s failed", number=quantity(row.dead)))
    pace = _pace(row.overdue_s)
    if row.dead and pace is GOOD:
        pace = CHECK
    return [
        Part(_("Events"), waiting, _pace(row.oldest_s)),
        Part(_("Background tasks"), ", ".join(work), pace),
    ]


def _length(seconds: Any) -> str:
    whole = int(seconds or 0)
    if whole < 120:
        return str(_("%(number)s s", number=whole))
    return str(_("%(number)s min", number=quantity(whole // 60)))


def _mail() -> Part:
    midnight = func.date_trunc("day", func.timezone(region().timezone, func.now()))
    since = func.timezone(region().timezone, midnight)
    sent = func.count().filter(Message.sent_at >= since)
    bad = func.count().filter(Message.state.in_(RESENDABLE), Message.updated_at >= since)
    row = db.session.execute(
        select(sent, bad).where((Message.sent_at >= since) | (Message.updated_at >= since))
    ).one()
    words = [_("%(number)s sent today", number=quantity(row[0]))]
    if row[1]:
        words.append(_("%(number)s not delivered", number=quantity(row[1])))
    return Part(_("E-mail"), ", ".join(words), CHECK if row[1] else GOOD)


def _accounting() -> list[Part]:
    parts = []
    for key, adapter in sorted(of_kind(Accounting.kind).items()):
        mine = (
            OutboundIntent.kind == literal_column("'accounting'"),
            OutboundIntent.adapter_key == key,
        )
        last = select(func.max(OutboundIntent.sent_at)).where(*mine).scalar_subquery()
        bad = select(func.count()).where(*mine, OutboundIntent.state.in_(NEEDS_PERSON))
        at, wrong = db.session.execute(select(last, bad.scalar_subquery())).one()
        if not at and not wrong:
            continue
        words = [_("last sync %(time)s", time=ago(at)) if at else _("nothing synced yet")]
        if wrong:
            words.append(_("%(number)s failed", number=quantity(wrong)))
        parts.append(Part(adapter.name, ", ".join(words), STOPPED if wrong else GOOD))
    return parts


def _redis() -> Part:
    from app.core.queue import connection

    try:
        connection().ping()
    except Exception:
        return Part(_("Queue"), _("not responding; tasks wait, nothing is lost"), STOPPED)
    return Part(_("Queue"), _("responding"), GOOD)


def _storage() -> Part:
    began = now()
    try:
        storage.ping()
    except Exception:
        return Part(_("File storage"), _("not responding; uploads wait"), STOPPED)
    took_ms = int((now() - began).total_seconds() * 1000)
    words = _("responded in %(number)s ms", number=quantity(took_ms))
    return Part(_("File storage"), words, GOOD if took_ms < 2000 else SLOW)
