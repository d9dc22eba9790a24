"""Figures of past days are kept, add up to their rows, and are written anew where they don't."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core.clock import now
from app.core.ids import new_id
from app.fulfilment.models import Shipment
from app.production.models import Job
from app.reports import daily, order_progress, queries
from app.reports.invariants import figures_add_up, progress_follows
from app.reports.models import DailyFigure, OrderProgress
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for


@pytest.fixture
def counted(session) -> Iterator[date]:
    """Pieces of three past days and of today, at noon of it; gives today."""
    with time_machine.travel(_noon(), tick=False):
        yield _counted(session)


def _counted(session) -> date:
    (job,) = jobs_for(placed_order([100]))
    for days, good, spoiled in ((0, 5, 1), (1, 7, 2), (2, 11, 0), (200, 3, 3)):
        session.execute(
            sa.text(
                "INSERT INTO quantity_events (id, created_at, job_id, passed, good, spoiled, "
                "cancelled, cause, actor_label) "
                "VALUES (:id, :at, :job, :good, :good, :spoiled, 0, ' Ink ', 'tests')"
            ),
            {"id": new_id(), "at": _noon() - timedelta(days=days), "job": job.id, "good": good,
             "spoiled": spoiled},
        )  # fmt: skip
    return _noon().date()


def _noon() -> datetime:
    return now().astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def keep_all() -> None:
    while daily.keep():
        pass


def test_what_is_kept_changes_no_figure(session, counted):
    before = queries.figures(counted), queries.spoiled_by_cause(counted)
    keep_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) >= 4
    assert (queries.figures(counted), queries.spoiled_by_cause(counted)) == before
    assert (before[0].good_30_days, before[0].spoiled_30_days) == (23, 3)
    assert list(figures_add_up()) == []


def test_the_last_hour_is_not_kept_yet(session, counted):
    keep_all()
    assert session.scalar(sa.select(sa.func.max(DailyFigure.day))) == counted - timedelta(days=1)


def test_the_running_day_is_kept_as_it_goes_and_what_comes_later_is_added(session, counted):
    good = sa.select(DailyFigure.amount).filter_by(measure="good", day=counted)
    with time_machine.travel(_noon() + timedelta(hours=2), tick=False):
        keep_all()
        assert session.scalar(good) == 5
        session.execute(
            sa.text(
                "INSERT INTO quantity_events (id, created_at, job_id, passed, good, spoiled, "
                "cancelled, cause, actor_label) SELECT :id, :at, job_id, 4, 4, 0, 0, '', 'tests' "
                "FROM quantity_events LIMIT 1"
            ),
            {"id": new_id(), "at": now()},
        )
        before = queries.figures(counted)
    with time_machine.travel(_noon() + timedelta(hours=4), tick=False):
        assert queries.figures(counted) == before
        keep_all()
        assert session.scalar(good) == 9
        assert queries.figures(counted) == before
    assert list(figures_add_up()) == []


def test_a_shop_in_another_zone_reads_no_figure_of_the_former_days(session, counted):
    keep_all()
    before = queries.figures(counted)
    session.execute(sa.text("UPDATE daily_figures_kept SET zone = 'Asia/Tokyo'"))
    assert queries.figures(counted) == before


def test_keeping_twice_changes_nothing(session, counted):
    keep_all()
    before = session.execute(sa.text("SELECT * FROM daily_figures ORDER BY 1, 2, 3")).all()
    keep_all()
    assert session.execute(sa.text("SELECT * FROM daily_figures ORDER BY 1, 2, 3")).all() == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE daily_figures SET amount = amount + 1 WHERE measure = 'good'",
        "DELETE FROM daily_figures WHERE measure = 'spoiled'",
        "INSERT INTO daily_figures VALUES ('good', '2001-01-01', '', 5)",
    ],
)
def test_a_kept_figure_that_does_not_add_up_is_named_and_mended_by_keeping_anew(
    session, counted, damage
):
    keep_all()
    session.execute(sa.text(damage))
    assert list(figures_add_up())
    daily.forget()
    keep_all()
    assert list(figures_add_up()) == []


def test_progress_follows_jobs_and_shipments(session):
    order = placed_order([5], promised_on=date(2030, 5, 1))
    session.flush()
    assert _progress(session, order) == (True, False, None)
    (job,) = jobs_for(order)
    assert _progress(session, order) == (True, True, None)
    session.execute(sa.update(Job).where(Job.id == job.id).values(state="finished"))
    at = _noon()
    session.add(
        Shipment(order_id=order.id, state="shipped", tracking_number=new_id().hex, shipped_at=at)
    )
    session.flush()
    assert _progress(session, order) == (False, True, at)
    assert list(progress_follows()) == []
    order.state = "cancelled"
    session.flush()
    assert _progress(session, order) is None


def test_progress_that_is_not_what_jobs_say_is_named_and_mended(session):
    order = placed_order([5])
    session.flush()
    session.execute(sa.update(OrderProgress).values(has_job=True))
    assert str(order.id) in next(progress_follows())
    order_progress.rebuild()
    assert list(progress_follows()) == []


def _progress(session, order):
    session.flush()
    row = session.execute(
        sa.select(OrderProgress.is_open, OrderProgress.has_job, OrderProgress.left_at).where(
            OrderProgress.order_id == order.id
        )
    ).one_or_none()
    return tuple(row) if row else None
