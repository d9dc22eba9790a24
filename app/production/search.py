"""Jobs are found by number and title."""

from typing import Any

from flask import url_for

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.orders.cells import with_order
from app.orders.models import PREFIX
from app.production.models import Job
from app.production.states import JOB


def _hit(row: Any) -> Hit:
    number = f"J-{row.serial}{row.suffix}"
    return Hit(
        number, f"{row.title} · {PREFIX}{row.number} · {row.name}",
        url_for("job_page.page", ref=number),
        JOB.badge(row.state), (number,), True,
    )  # fmt: skip


Searchable(
    "job",
    Job,
    (Words(Job.title),),
    number=Job.serial,
    suffix=Job.suffix,
    prefix="J",
    name=_l("Jobs"),
    icon="ticket",
    permission="job.view",
    rows=lambda: with_order(Job.order_id, Job.id, Job.serial, Job.suffix, Job.title, Job.state),
    hit=_hit,
)
