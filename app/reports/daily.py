"""What was counted on each day, kept up to an hour ago: pages add what came since then.

What is counted is written once, with the moment of its writing, so the past changes no more. The
clock keeps what came meanwhile, `flask rebuild` rebuilds all of it, and `flask check` compares it
with what it is the sum of.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text

from app.core.clock import now
from app.core.db import db
from app.core.shop.region import region
from app.reports.models import DailyFigure, DailyFiguresKept

# A transaction that began before a moment may commit after it, none so long after.
SETTLED = timedelta(hours=1)
AT_ONCE = timedelta(days=60)
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
#: Rows (measure, day, label, amount) of the days after :since: what is kept, and what came since.
FIGURES = f"""(
    SELECT measure, day, label, amount FROM daily_figures WHERE day > :kept_since
    UNION ALL {SUMS}
) AS figures"""

KEEP = text(f"""
    INSERT INTO daily_figures AS kept (measure, day, label, amount) {SUMS}
    ON CONFLICT (measure, day, label) DO UPDATE SET amount = kept.amount + excluded.amount
""")


def bounds(since: date) -> dict[str, Any]:
    """Return the parameters of `FIGURES`: the days after `since` in the shop's zone."""
    zone = region().timezone
    until = db.session.scalar(select(DailyFiguresKept.until).where(DailyFiguresKept.zone == zone))
    start = datetime.combine(since + timedelta(days=1), time(), ZoneInfo(zone))
    return {"zone": zone, "since": since, "kept_since": since if until else date.max} | {
        "start": max(until, start) if until else start,
        "stop": datetime.max.replace(tzinfo=start.tzinfo) - timedelta(days=2),
    }


def keep() -> bool:
    """Keep what came since the last time, 60 days at most; return whether more is left.

    Starts again where the shop's time zone changed. Holds the row that says how far it is. The
    caller commits.
    """
    zone = region().timezone
    found = db.session.scalar(select(DailyFiguresKept).with_for_update())
    settled = now() - SETTLED
    if found is None or found.zone != zone:
        forget()
        found = DailyFiguresKept(zone=zone, until=_first() or settled, first_open_day=date.min)
        db.session.add(found)
    upto = max(found.until, min(found.until + AT_ONCE, settled))
    db.session.execute(KEEP, {"zone": zone, "start": found.until, "stop": upto})
    found.until, found.first_open_day = upto, upto.astimezone(ZoneInfo(zone)).date()
    db.session.flush()
    return upto < settled


def forget() -> None:
    """Forget all kept days, so that `keep` starts again. The caller commits."""
    db.session.execute(delete(DailyFigure))
    db.session.execute(delete(DailyFiguresKept))


def differing() -> list[Any]:
    """Return kept figures that are not what their day's rows add up to, and those not kept."""
    zone, until = (f"(SELECT {column} FROM daily_figures_kept)" for column in ("zone", "until"))
    sums = SUMS.replace(":zone", zone).replace(":start", "'-infinity'").replace(":stop", until)
    kept = "SELECT measure, day, label, amount FROM daily_figures"
    query = text(f"({kept} EXCEPT ({sums})) UNION (({sums}) EXCEPT {kept}) ORDER BY 2, 1, 3")
    return list(db.session.execute(query))


def _first() -> Any:
    return db.session.scalar(
        text(
            "SELECT least((SELECT min(at) FROM events WHERE name = 'order.placed'), "
            "(SELECT min(created_at) FROM quote_answers), "
            "(SELECT min(created_at) FROM quantity_events))"
        )
    )
