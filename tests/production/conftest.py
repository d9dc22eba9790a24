"""A job that is ready to be made, and the people who make it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.catalog.properties import Step
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.orders.models import Order
from app.production import services, verbs
from app.production.models import Job
from tests.order_rows import placed_order, staff_actor

SHA = "9f2c41" + "0" * 58
ROUTE = (
    Step(key="print", name="Print", work_centre="press", setup_minutes=10, minutes_per_unit="0.1"),
    Step(key="trim", name="Trim", work_centre="guillotine", setup_minutes=5),
    Step(key="check", name="Check", work_centre="desk", quality_check=True),
)
SHORT_ROUTE = ROUTE[:2]


@pytest.fixture
def people() -> SimpleNamespace:
    """One of each role that production knows."""
    return SimpleNamespace(
        planner=staff_actor("planner"),
        operator=staff_actor("operator"),
        quality=staff_actor("quality"),
        warehouse=staff_actor("warehouse"),
        owner=system("backoffice"),
    )


def jobs_for(
    order: Order,
    *,
    route: Sequence[Step] = ROUTE,
    gates: Sequence[str] = ("artwork", "material"),
    due_on: date | None = None,
) -> list[Job]:
    """Make the first jobs of all lines of `order`, gates closed."""
    lines = [
        services.LineToMake(
            line.id,
            line.product_name,
            line.quantity,
            route,
            dict.fromkeys(gates, "Juno Marrowby"),
            due_on,
        )
        for line in order.lines
    ]
    return services.create_jobs_for_order(order.id, lines, actor=system())


def open_all(job: Job) -> Job:
    """Open every gate of the job."""
    for gate in list(job.gates):
        sha = SHA if gate.key == "artwork" else None
        services.open_gate(job.id, gate.key, approved_sha256=sha, actor=system())
    return job


@pytest.fixture
def ready_job(session: Any) -> Callable[..., Job]:
    """Make a job of `quantity` pieces whose gates are open."""

    def make(quantity: int = 10, **more: Any) -> Job:
        return open_all(jobs_for(placed_order([quantity]), **more)[0])

    return make


@pytest.fixture
def run_to(people: SimpleNamespace) -> Callable[[Job, int], None]:
    """Start and finish the first `steps` steps of a job, everything passing."""

    def run(job: Job, steps: int) -> None:
        for operation in job.operations[:steps]:
            verbs.start_operation(operation.id, actor=people.owner)
            verbs.finish_operation(operation.id, actor=people.owner)

    return run


def names(job: Job) -> list[str]:
    """The names of the order's events, oldest first."""
    query = select(Event.name).where(Event.stream_id == job.order_id)
    return list(db.session.scalars(query.order_by(Event.stream_seq)))


def last(job: Job, name: str) -> Event:
    """The newest event called `name` in the order's chain."""
    query = select(Event).where(Event.stream_id == job.order_id, Event.name == name)
    return db.session.scalars(query.order_by(Event.stream_seq.desc())).first()
