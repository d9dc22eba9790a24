"""How many rows a list has, without counting a million of them."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement

COUNT_COST = 1_000.0
"""Planner's cost up to which a query is counted exactly: some milliseconds."""


class Explain(Executable, ClauseElement):
    """EXPLAIN of a statement, as JSON."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain, "postgresql")
def _explain(element: Explain, compiler: Any, **kwargs: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **kwargs)}"


@dataclass(frozen=True)
class Total:
    """How many rows there are: `exactly` where it was cheap to count, else `about`."""

    exactly: int | None = None
    about: int | None = None


def total(session: Any, statement: Any) -> Total:
    """Return how many rows `statement` (a select without order or limit) has.

    Asks the planner first and counts only what is cheap; a large answer is rounded, because an
    estimate to the last digit would be taken for a count.
    """
    plan = session.execute(Explain(statement)).scalar()
    node = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    if node["Total Cost"] <= COUNT_COST:
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        return Total(exactly=int(session.execute(counted).scalar() or 0))
    return Total(about=round_estimate(int(node["Plan Rows"])))


def round_estimate(rows: int) -> int:
    """Return `rows` with two leading digits kept: 18,734 becomes 19,000."""
    if rows < 100:
        return rows
    step = int(10 ** (len(str(rows)) - 2))
    return round(rows / step) * step
