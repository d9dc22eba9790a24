"""The figures of the dashboard, in plain SQL. An empty shop gives zeros and None, never a fault.

Days are days in the shop's time zone.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text

from app.core.clock import shop_day
from app.core.db import db
from app.core.shop.region import region
from app.reports import daily
from app.reports.charts import DayCount
from app.reports.daily import FIGURES

DAYS = 14
MONTH_DAYS = 30

DUE = text(
    "SELECT count(*) FILTER (WHERE promised_on = :today) AS due_today, "
    "count(*) FILTER (WHERE promised_on < :today) AS late "
    "FROM order_progress WHERE is_open AND promised_on <= :today"
)
ON_TIME = text("""
    SELECT count(*) AS left_30_days,
           count(*) FILTER (WHERE (left_at AT TIME ZONE :zone)::date <= promised_on)
               AS on_time_30_days
    FROM order_progress WHERE promised_on IS NOT NULL
      AND left_at >= CAST(:since + 1 AS timestamp) AT TIME ZONE :zone
""")
PIECES = text(f"""
    SELECT coalesce(sum(amount) FILTER (WHERE measure = 'good'), 0)::bigint AS good_30_days,
           coalesce(sum(amount) FILTER (WHERE measure = 'spoiled'), 0)::bigint AS spoiled_30_days
    FROM {FIGURES} WHERE measure IN ('good', 'spoiled')
""")
PROOF_HOURS = text(f"""
    SELECT avg(hours)::float FROM (
        SELECT hours FROM (
            SELECT hours, sum(amount) OVER (ORDER BY hours) AS upto, amount,
                   sum(amount) OVER () AS answers
            FROM (SELECT CAST(label AS numeric) AS hours, sum(amount) AS amount FROM {FIGURES}
                  WHERE measure = 'proof_hours' GROUP BY 1) AS counted
        ) AS places
        WHERE upto * 2 >= answers AND (upto - amount) * 2 <= answers
    ) AS middle
""")
PLACED_PER_DAY = text(f"""
    SELECT day, sum(amount) AS low, 0 AS high FROM {FIGURES} WHERE measure = 'placed' GROUP BY day
""")
PIECES_PER_DAY = text(f"""
    SELECT day, sum(amount) FILTER (WHERE measure = 'good') AS low,
           sum(amount) FILTER (WHERE measure = 'spoiled') AS high
    FROM {FIGURES} WHERE measure IN ('good', 'spoiled') GROUP BY day
""")
PROMISED_PER_DAY = text("""
    SELECT promised_on AS day, count(*) AS low, 0 AS high FROM order_progress
    WHERE is_open AND promised_on BETWEEN :today AND :last GROUP BY promised_on
""")
SPOILED_BY_CAUSE = text(f"""
    SELECT coalesce(nullif(label, ''), 'No cause recorded') AS cause, sum(amount)::bigint AS spoiled
    FROM {FIGURES} WHERE measure = 'spoiled' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit
""")
AGREED = text(f"""
    SELECT coalesce(sum(amount) FILTER (WHERE measure = 'quotes_accepted'), 0)::bigint AS orders,
           coalesce(sum(amount) FILTER (WHERE measure = 'agreed_minor'), 0)::bigint AS net_minor
    FROM {FIGURES} WHERE measure IN ('quotes_accepted', 'agreed_minor') AND label = :currency
""")


class Agreed(NamedTuple):
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
    placed_per_day: tuple[DayCount, ...]
    pieces_per_day: tuple[DayCount, ...]

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
    at = day or shop_day()
    month = daily.bounds(at - timedelta(days=MONTH_DAYS))
    due = db.session.execute(DUE, {"today": at}).one()
    left = db.session.execute(ON_TIME, month).one()
    pieces = db.session.execute(PIECES, month).one()
    return Figures(
        **due._mapping,
        **left._mapping,
        **pieces._mapping,
        proof_hours_median=db.session.scalar(PROOF_HOURS, month),
        placed_per_day=placed_per_day(at),
        pieces_per_day=pieces_per_day(at),
    )


def placed_per_day(last: date, *, days: int = DAYS) -> tuple[DayCount, ...]:
    """Return the orders placed on each of the `days` days up to `last`, oldest first, gaps as 0."""
    return _per_day(PLACED_PER_DAY, daily.bounds(last - timedelta(days=days)), last, days)


def pieces_per_day(last: date, *, days: int = DAYS) -> tuple[DayCount, ...]:
    """Return good and spoiled pieces of each of the `days` days up to `last`, as `placed_per_day`.

    Good ones may be below zero where some were found bad later.
    """
    return _per_day(PIECES_PER_DAY, daily.bounds(last - timedelta(days=days)), last, days)


def promised_per_day(first: date, *, days: int = DAYS) -> tuple[DayCount, ...]:
    """Return how many open orders are promised for each of the `days` days from `first` on."""
    last = first + timedelta(days=days - 1)
    return _per_day(PROMISED_PER_DAY, {"today": first, "last": last}, last, days)


def _per_day(query: TextClause, bounds: Any, last: date, days: int) -> tuple[DayCount, ...]:
    rows = db.session.execute(query, bounds)
    found = {row.day: (int(row.low or 0), int(row.high or 0)) for row in rows}
    oldest_first = (last - timedelta(days=ago) for ago in reversed(range(days)))
    return tuple(DayCount(day, *found.get(day, (0, 0))) for day in oldest_first)


def spoiled_by_cause(last: date, *, limit: int = 8) -> tuple[tuple[str, int], ...]:
    """Return (cause, spoiled pieces) of the 30 days up to `last`, the worst first."""
    month = daily.bounds(last - timedelta(days=MONTH_DAYS))
    rows = db.session.execute(SPOILED_BY_CAUSE, month | {"limit": limit})
    return tuple((row.cause, row.spoiled) for row in rows)


def agreed(last: date) -> Agreed:
    """Return how many quotes were accepted in the 30 days up to `last`, and their net sum."""
    currency = region().currency
    month = daily.bounds(last - timedelta(days=MONTH_DAYS))
    row = db.session.execute(AGREED, month | {"currency": currency}).one()
    return Agreed(row.orders, row.net_minor, currency)
