"""A station reads as many rows as it shows, however much is under way and waits at its centre."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from app.backoffice.stations.station import read_station
from app.production.models import Job


def test_a_station_reads_what_is_started_and_what_is_next_by_indexes(
    ready_job: Callable[..., Job], session: Any
) -> None:
    ready_job()
    asked: list[tuple[str, Any]] = []

    def ask(_: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        if statement.startswith("SELECT anon_1.name"):
            asked.append((statement, parameters))

    event.listen(session.connection(), "before_cursor_execute", ask)
    read_station("press")
    event.remove(session.connection(), "before_cursor_execute", ask)
    ((statement, parameters),) = asked
    for way in ("seqscan", "bitmapscan", "sort"):  # in a shop of one job all ways cost the same
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    explained = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    plan = "\n".join(explained.scalars())
    assert re.search(r"Limit [^\n]*\n *-> +Index Scan Backward using ix_operations_started", plan)
    # which of the two indexes that begin with the job, and whether the table is looked at besides,
    # hangs on what was vacuumed and analysed
    pending = r"Index (Only )?Scan using (ix_operations_pending|uq_operations_job_id_position)"
    assert re.search(rf"Limit [^\n]*\n *-> +{pending}", plan)
    assert "Index Scan using ix_jobs_open_due_on" in plan
