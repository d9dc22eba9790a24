"""Jobs are found by number and title."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.customers.models import Customer
from app.orders.models import PREFIX, Order
from app.production.models import Job
from app.production.states import JOB


def _rows() -> Any:
    query = select(
        Job.id, Job.serial, Job.suffix, Job.title, Job.state, Order.number, Customer.name
    )
    query = query.join(Order, Order.id == Job.order_id)
    return query.join(Customer, Customer.id == Order.customer_id)


def _hit(row: Any) -> Hit:
    number = f"J-{row.serial}{row.suffix}"
    return Hit(
        number, f"{row.title} · {PREFIX}{row.number} · {row.name}",
        url_for("job_page.page", ref=number),
        (JOB.word(row.state), JOB.colour(row.state)), (number,), True,
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
    rows=_rows,
    hit=_hit,
)
