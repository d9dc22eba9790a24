"""The figures of the dashboard, in plain SQL. An empty shop gives zeros and None, never a fault.

Days are days in the shop's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from app.core.clock import today
from app.core.db import db
from app.core.settings import current

DAYS = 14
MONTH_DAYS = 30

# An order is off our hands once something left and nothing more is to be made or to leave.
OPEN_ORDERS = """
    SELECT o.id, o.number, o.promised_on FROM orders o
    WHERE o.state = 'placed' AND o.promised_on IS NOT NULL AND NOT (
        EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.id)
        AND NOT EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.id
                        AND s.state IN ('pending', 'picking', 'packed', 'labelled'))
        AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.order_id = o.id
                        AND j.state NOT IN ('finished', 'cancelled')))
"""
DUE = text(
    f"SELECT count(*) FILTER (WHERE promised_on = :today) AS due_today, "
    f"count(*) FILTER (WHERE promised_on < :today) AS late FROM ({OPEN_ORDERS}) AS open"
)
ON_TIME = text("""
    SELECT count(*) AS left_count, count(*) FILTER (WHERE left_on <= promised_on) AS on_time FROM (
        SELECT o.promised_on,
               max((coalesce(s.shipped_at, s.arrived_at) AT TIME ZONE :zone)::date) AS left_on
        FROM orders o JOIN shipments s ON s.order_id = o.id
        WHERE o.promised_on IS NOT NULL AND o.state IN ('placed', 'closed')
        GROUP BY o.id, o.promised_on
        HAVING bool_and(coalesce(s.shipped_at, s.arrived_at) IS NOT NULL)
    ) AS gone WHERE left_on > :since
""")
PIECES = text("""
    SELECT coalesce(sum(good), 0) AS good, coalesce(sum(spoiled), 0) AS spoiled
    FROM quantity_events WHERE (created_at AT TIME ZONE :zone)::date > :since
""")
PROOF_HOURS = text("""
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took) / 3600.0) FROM (
        SELECT signed.at - (
            SELECT max(sent.at) FROM events sent
            WHERE sent.name = 'proof.sent' AND sent.subject_kind = signed.subject_kind
              AND sent.subject_id = signed.subject_id AND sent.at <= signed.at
        ) AS took
        FROM events signed
        WHERE signed.name = 'proof.signed' AND (signed.at AT TIME ZONE :zone)::date > :since
    ) AS answers WHERE took IS NOT NULL
""")
PLACED_PER_DAY = text("""
    SELECT day::date AS day, count(e.id) AS placed
    FROM generate_series(CAST(:first AS date), CAST(:today AS date), interval '1 day') AS day
    LEFT JOIN events e ON e.name = 'order.placed' AND (e.at AT TIME ZONE :zone)::date = day::date
      AND e.at > CAST(:first AS date) - interval '2 days'
    GROUP BY day ORDER BY day
""")
PIECES_PER_DAY = text("""
    SELECT day::date AS day, coalesce(sum(q.good), 0) AS good, coalesce(sum(q.spoiled), 0) AS spoiled
    FROM generate_series(CAST(:first AS date), CAST(:today AS date), interval '1 day') AS day
    LEFT JOIN quantity_events q ON (q.created_at AT TIME ZONE :zone)::date = day::date
      AND q.created_at > CAST(:first AS date) - interval '2 days'
    GROUP BY day ORDER BY day
""")

PROMISED_PER_DAY = text(f"""
    SELECT day::date AS day, count(open.id) AS promised
    FROM generate_series(CAST(:today AS date), CAST(:last AS date), interval '1 day') AS day
    LEFT JOIN ({OPEN_ORDERS}) AS open ON open.promised_on = day::date
    GROUP BY day ORDER BY day
""")
SPOILED_BY_CAUSE = text("""
    SELECT coalesce(nullif(btrim(cause), ''), 'No cause noted') AS cause, sum(spoiled) AS spoiled
    FROM quantity_events
    WHERE spoiled > 0 AND (created_at AT TIME ZONE :zone)::date > :since
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit
""")
AGREED = text("""
    SELECT count(*) AS orders, coalesce(sum(q.net_minor), 0) AS net_minor
    FROM quotes q JOIN quote_answers a ON a.quote_id = q.id AND a.answer = 'accepted'
    WHERE q.currency = :currency AND (a.created_at AT TIME ZONE :zone)::date > :since
""")


@dataclass(frozen=True)
class DayOrders:
    """Orders placed on one day."""

    day: date
    placed: int


@dataclass(frozen=True)
class DayPieces:
    """Pieces counted on one day; `good` may be below zero where good ones were found bad later."""

    day: date
    good: int
    spoiled: int


@dataclass(frozen=True)
class Agreed:
    """What customers agreed to in the last 30 days, in the shop's currency, net of tax."""

    orders: int
    net_minor: int
    currency: str


@dataclass(frozen=True)
class Figures:
    """What the dashboard shows. A share or median of nothing is None."""

    due_today: int
    late: int
    left_30_days: int
    on_time_30_days: int
    good_30_days: int
    spoiled_30_days: int
    proof_hours_median: float | None
    placed_per_day: tuple[DayOrders, ...]
    pieces_per_day: tuple[DayPieces, ...]

    @property
    def on_time_percent(self) -> float | None:
        """Share of the orders of the last 30 days that left by the promised day, in percent."""
        if not self.left_30_days:
            return None
        return 100 * self.on_time_30_days / self.left_30_days

    @property
    def spoiled_percent(self) -> float | None:
        """Spoiled pieces of all that were counted in the last 30 days, in percent."""
        counted = self.good_30_days + self.spoiled_30_days
        return 100 * self.spoiled_30_days / counted if counted > 0 else None


def figures(day: date | None = None) -> Figures:
    """Return all figures as of `day` (default: today in the shop's zone)."""
    zone = current().timezone
    at = day or today(zone)
    month: dict[str, Any] = {"zone": zone, "since": at - timedelta(days=MONTH_DAYS)}
    due = db.session.execute(DUE, {"today": at}).one()
    gone = db.session.execute(ON_TIME, month).one()
    pieces = db.session.execute(PIECES, month).one()
    median = db.session.execute(PROOF_HOURS, month).scalar_one()
    return Figures(
        due_today=due.due_today,
        late=due.late,
        left_30_days=gone.left_count,
        on_time_30_days=gone.on_time,
        good_30_days=int(pieces.good),
        spoiled_30_days=int(pieces.spoiled),
        proof_hours_median=None if median is None else float(median),
        placed_per_day=placed_per_day(at),
        pieces_per_day=pieces_per_day(at),
    )


def _span(last: date, days: int) -> dict[str, Any]:
    return {"first": last - timedelta(days=days - 1), "today": last, "zone": current().timezone}


def placed_per_day(last: date, *, days: int = DAYS) -> tuple[DayOrders, ...]:
    """Return the orders placed on each of the `days` days up to `last`, oldest first, gaps as 0."""
    rows = db.session.execute(PLACED_PER_DAY, _span(last, days))
    return tuple(DayOrders(row.day, row.placed) for row in rows)


def pieces_per_day(last: date, *, days: int = DAYS) -> tuple[DayPieces, ...]:
    """Return the pieces counted on each of the `days` days up to `last`, oldest first, gaps as 0."""
    rows = db.session.execute(PIECES_PER_DAY, _span(last, days))
    return tuple(DayPieces(row.day, int(row.good), int(row.spoiled)) for row in rows)


def promised_per_day(first: date, *, days: int = DAYS) -> tuple[tuple[date, int], ...]:
    """Return (day, how many open orders are promised for it) from `first` on, gaps as 0."""
    span = {"today": first, "last": first + timedelta(days=days - 1)}
    rows = db.session.execute(PROMISED_PER_DAY, span)
    return tuple((row.day, row.promised) for row in rows)


def spoiled_by_cause(last: date, *, limit: int = 8) -> tuple[tuple[str, int], ...]:
    """Return (cause, spoiled pieces) of the 30 days up to `last`, the worst first."""
    month = {
        "zone": current().timezone,
        "since": last - timedelta(days=MONTH_DAYS),
        "limit": limit,
    }
    rows = db.session.execute(SPOILED_BY_CAUSE, month)
    return tuple((row.cause, int(row.spoiled)) for row in rows)


def agreed(last: date) -> Agreed:
    """Return how many quotes were accepted in the 30 days up to `last`, and their net sum."""
    settings = current()
    month = {
        "zone": settings.timezone,
        "since": last - timedelta(days=MONTH_DAYS),
        "currency": settings.currency,
    }
    row = db.session.execute(AGREED, month).one()
    return Agreed(row.orders, int(row.net_minor), settings.currency)
