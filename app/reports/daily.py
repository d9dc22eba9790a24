"""What was counted on each day, kept once the day is over: pages add today's part to it.

What is counted is written once, with the moment of its writing, so a past day changes no more. The
clock keeps the days that are over, `flask rebuild` rebuilds all of them, and `flask check`
compares them with what they are the sums of.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text

from app.core.clock import now
from app.core.db import db
from app.core.settings import current
from app.reports.models import DailyFigure, DailyFiguresKept

# A transaction that began before midnight may commit after it, none so long after.
SETTLED = timedelta(hours=1)
DAYS_AT_ONCE = 60
# Hours are kept in two digits (0.3, 7.4, 52, 340), so that a day has few rows however many answers.
SUMS = """
    SELECT 'placed' AS measure, (at AT TIME ZONE :zone)::date AS day, '' AS label,
           count(*) AS amount
    FROM events WHERE name = 'order.placed' AND at >= :start AND at < :stop GROUP BY 2
    UNION ALL
    SELECT 'good', (created_at AT TIME ZONE :zone)::date, '', sum(good)
    FROM quantity_events WHERE created_at >= :start AND created_at < :stop GROUP BY 2
    UNION ALL
    SELECT 'spoiled', (created_at AT TIME ZONE :zone)::date, btrim(cause), sum(spoiled)
    FROM quantity_events WHERE spoiled > 0 AND created_at >= :start AND created_at < :stop
    GROUP BY 2, 3
    UNION ALL
    SELECT 'quotes_accepted', (a.created_at AT TIME ZONE :zone)::date, q.currency, count(*)
    FROM quote_answers a JOIN quotes q ON q.id = a.quote_id
    WHERE a.answer = 'accepted' AND a.created_at >= :start AND a.created_at < :stop GROUP BY 2, 3
    UNION ALL
    SELECT 'agreed_minor', (a.created_at AT TIME ZONE :zone)::date, q.currency, sum(q.net_minor)
    FROM quote_answers a JOIN quotes q ON q.id = a.quote_id
    WHERE a.answer = 'accepted' AND a.created_at >= :start AND a.created_at < :stop GROUP BY 2, 3
    UNION ALL
    SELECT 'proof_hours', (at AT TIME ZONE :zone)::date,
        round(hours, 1 - floor(log(greatest(hours, 1)))::int)::text, count(*)
    FROM (
        SELECT signed.at, extract(epoch FROM signed.at - (
            SELECT max(sent.at) FROM events sent
            WHERE sent.name = 'proof.sent' AND sent.subject_kind = signed.subject_kind
              AND sent.subject_id = signed.subject_id AND sent.at <= signed.at
        )) / 3600.0 AS hours
        FROM events signed
        WHERE signed.name = 'proof.signed' AND signed.at >= :start AND signed.at < :stop
    ) AS answers WHERE hours IS NOT NULL GROUP BY 2, 3
"""
#: Rows (measure, day, label, amount) of the days after :since, kept ones and those still open.
FIGURES = f"""(
    SELECT measure, day, label, amount FROM daily_figures
    WHERE day > :since AND day < :first_open_day
    UNION ALL {SUMS}
) AS figures"""


def bounds(since: date) -> dict[str, Any]:
    """Return the parameters of `FIGURES`: the days after `since` in the shop's zone."""
    zone = current().timezone
    first_open = db.session.scalar(
        select(DailyFiguresKept.first_open_day).where(DailyFiguresKept.zone == zone)
    )
    day = since + timedelta(days=1)
    open_day = max(first_open, day) if first_open else day
    start = _midnight(open_day, zone)
    return {"zone": zone, "since": since, "first_open_day": open_day} | {
        "start": start,
        "stop": datetime.max.replace(tzinfo=start.tzinfo) - timedelta(days=2),
    }


def keep() -> bool:
    """Keep the next days that are over, 60 at most; return whether any are left. The caller commits.

    Starts again where the shop's time zone changed. Holds the row that says how far it is.
    """
    zone = current().timezone
    found = db.session.scalar(select(DailyFiguresKept).with_for_update())
    over = (now() - SETTLED).astimezone(ZoneInfo(zone)).date()
    if found is None or found.zone != zone:
        db.session.execute(delete(DailyFigure))
        db.session.execute(delete(DailyFiguresKept))
        found = DailyFiguresKept(zone=zone, first_open_day=_first_day(zone) or over)
        db.session.add(found)
        db.session.flush()
    first, upto = found.first_open_day, min(found.first_open_day + timedelta(DAYS_AT_ONCE), over)
    if upto <= first:
        return False
    bounds = {"zone": zone, "start": _midnight(first, zone), "stop": _midnight(upto, zone)}
    db.session.execute(
        text(f"INSERT INTO daily_figures (measure, day, label, amount) {SUMS}"), bounds
    )
    found.first_open_day = upto
    db.session.flush()
    return upto < over


def forget() -> None:
    """Forget all kept days, so that `keep` starts again. The caller commits."""
    db.session.execute(delete(DailyFigure))
    db.session.execute(delete(DailyFiguresKept))


def differing() -> list[Any]:
    """Return kept figures that are not what their day's rows add up to, and those not kept."""
    found = db.session.scalar(select(DailyFiguresKept))
    if found is None:
        return []
    stop = _midnight(found.first_open_day, found.zone)
    bounds = {"zone": found.zone, "start": datetime(1970, 1, 2, tzinfo=stop.tzinfo), "stop": stop}
    kept = "SELECT measure, day, label, amount FROM daily_figures"
    query = text(f"({kept} EXCEPT ({SUMS})) UNION (({SUMS}) EXCEPT {kept}) ORDER BY 2, 1, 3")
    return list(db.session.execute(query, bounds))


def _first_day(zone: str) -> date | None:
    first = db.session.scalar(
        text(
            "SELECT least((SELECT min(at) FROM events WHERE name = 'order.placed'), "
            "(SELECT min(created_at) FROM quote_answers), "
            "(SELECT min(created_at) FROM quantity_events))"
        )
    )
    return first.astimezone(ZoneInfo(zone)).date() if first else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
