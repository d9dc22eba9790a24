"""Whether what the shop leans on works now: the event line, the workers, storage, mail, accounting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal_column, select, text

from app.core import storage
from app.core.clock import now
from app.core.db import db
from app.core.outbound.adapters import of_kind
from app.core.outbound.chart import NEEDS_PERSON
from app.core.outbound.intent import OutboundIntent
from app.core.settings import current
from app.core.web.formats import ago, quantity
from app.integrations.accounting import Accounting
from app.notify.models import Message

GOOD, SLOW, STOPPED = ("Working", "good"), ("Slow", "attention"), ("Stopped", "bad")
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
    """One thing, a few words about it, and its badge (word, colour)."""

    name: str
    words: str
    badge: tuple[str, str]


def read() -> list[Part]:
    """Return all parts. Three queries; then, with no transaction open, Redis and storage are asked."""
    parts = [*_line(db.session.execute(BACKLOG).one()), _mail(), *_accounting()]
    db.session.rollback()  # nothing was written, and no transaction is held while others answer
    return [*parts, _redis(), _storage()]


def _pace(seconds: Any) -> tuple[str, str]:
    late = float(seconds or 0)
    return STOPPED if late > STOPPED_S else SLOW if late > SLOW_S else GOOD


def _line(row: Any) -> list[Part]:
    waiting = (
        f"{quantity(row.waiting)} wait, oldest {_length(row.oldest_s)}"
        if row.waiting
        else "none waits"
    )
    work = [f"{quantity(row.open)} open" if row.open else "all done"]
    if row.tries and row.tries > 1:
        work.append("some tried again")
    if row.dead:
        work.append(f"{quantity(row.dead)} dead")
    pace = _pace(row.overdue_s)
    if row.dead and pace is GOOD:
        pace = ("Look", "attention")
    return [Part("Events", waiting, _pace(row.oldest_s)), Part("Reactions", ", ".join(work), pace)]


def _length(seconds: Any) -> str:
    whole = int(seconds or 0)
    return f"{whole} s" if whole < 120 else f"{quantity(whole // 60)} min"


def _mail() -> Part:
    midnight = func.date_trunc("day", func.timezone(current().timezone, func.now()))
    since = func.timezone(current().timezone, midnight)
    sent = func.count().filter(Message.sent_at >= since)
    bad = func.count().filter(
        Message.state.in_(("failed", "bounced", "unknown")), Message.updated_at >= since
    )
    row = db.session.execute(
        select(sent, bad).where((Message.sent_at >= since) | (Message.updated_at >= since))
    ).one()
    words = f"{quantity(row[0])} sent today" + (
        f", {quantity(row[1])} not delivered" if row[1] else ""
    )
    return Part("E-mail", words, ("Look", "attention") if row[1] else GOOD)


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
        words = f"last write {ago(at)}" if at else "nothing written yet"
        if wrong:
            words += f", {quantity(wrong)} failed"
        parts.append(Part(adapter.name, words, STOPPED if wrong else GOOD))
    return parts


def _redis() -> Part:
    from app.core.queue import connection

    try:
        connection().ping()
    except Exception:
        return Part("Queue", "does not answer; work waits and is not lost", STOPPED)
    return Part("Queue", "answers", GOOD)


def _storage() -> Part:
    began = now()
    try:
        storage.client().head_bucket(Bucket=current().s3_bucket)
    except Exception:
        return Part("File storage", "does not answer; uploads wait", STOPPED)
    took_ms = int((now() - began).total_seconds() * 1000)
    return Part(
        "File storage", f"answered in {quantity(took_ms)} ms", GOOD if took_ms < 2000 else SLOW
    )
