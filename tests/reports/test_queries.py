from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.catalog.configuration import Configuration
from app.core import settings
from app.core.db import db
from app.core.events import GENESIS, Event, EventStream
from app.core.ids import new_id
from app.core.shop.region import region
from app.fulfilment.models import Shipment
from app.orders.models import Order, Quote, QuoteAnswer
from app.production.models import QuantityEvent
from app.reports import queries
from tests.notify.conftest import an_order
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def promised(days: int, *, state: str = "placed") -> Order:
    order = an_order()
    order.state, order.promised_on = state, TODAY + timedelta(days=days)
    db.session.flush()
    return order


def sent(order: Order, days: int | None, *, state: str = "shipped") -> None:
    at = None if days is None else NOON + timedelta(days=days)
    db.session.add(
        Shipment(order_id=order.id, state=state, tracking_number=new_id().hex, shipped_at=at)
    )
    db.session.flush()


def happened(name: str, subject, at: datetime) -> None:
    """An event at a time of our choosing: a chain of one, since only `record` knows the time now."""
    stream = new_id()
    db.session.add(EventStream(stream_id=stream, head_seq=0, head_hash=GENESIS))
    db.session.flush()
    db.session.add(
        Event(
            name=name,
            subject_kind="things",
            subject_id=subject,
            stream_id=stream,
            stream_seq=1,
            actor_kind="system",
            sealed_actor_label="tests",
            door="job",
            at=at,
            prev_hash=GENESIS,
            hash=GENESIS,
        )
    )
    db.session.flush()


def test_an_empty_shop_has_zeros_and_no_shares(session):
    found = queries.figures()
    assert (found.due_today, found.late, found.left_30_days) == (0, 0, 0)
    assert (found.good_30_days, found.spoiled_30_days) == (0, 0)
    assert found.on_time_percent is found.spoiled_percent is found.proof_hours_median is None
    assert [day.low for day in found.placed_per_day] == [0] * 14
    assert [(day.low, day.high) for day in found.pieces_per_day] == [(0, 0)] * 14


def test_due_and_late_count_placed_orders_that_have_not_gone(session):
    promised(0)
    promised(-1)
    promised(-9)
    promised(1)
    promised(-1, state="closed")
    promised(-1, state="cancelled")
    found = queries.figures(TODAY)
    assert (found.due_today, found.late) == (1, 2)


def test_an_order_that_left_whole_is_late_no_more(session):
    gone, half = promised(-1), promised(-1)
    sent(gone, -2)
    sent(half, -2)
    sent(half, None, state="pending")
    assert queries.figures(TODAY).late == 1


def test_on_time_is_the_share_of_orders_that_left_by_the_promised_day(session):
    for days in (0, -3):
        sent(promised(0), days)
    sent(promised(-5), -1)
    sent(promised(-40), -40)
    found = queries.figures(TODAY)
    assert (found.left_30_days, found.on_time_30_days) == (3, 2)
    assert found.on_time_percent == pytest.approx(66.67, abs=0.01)


def test_an_order_in_two_shipments_left_with_the_last(session):
    order = promised(0)
    sent(order, -3)
    sent(order, 1)
    found = queries.figures(TODAY + timedelta(days=1))
    assert (found.left_30_days, found.on_time_30_days) == (1, 0)


def test_proof_to_signature_is_the_median_of_hours_since_the_last_proof(session):
    for hours in (2, 10, 40):
        slot = new_id()
        happened("proof.sent", slot, NOON - timedelta(hours=hours + 100))
        happened("proof.sent", slot, NOON - timedelta(hours=hours))
        happened("proof.signed", slot, NOON)
    happened("proof.signed", new_id(), NOON)  # overridden: no proof went out
    assert queries.figures(TODAY).proof_hours_median == pytest.approx(10)


def test_orders_are_counted_on_the_shops_own_day(session):
    happened("order.placed", new_id(), datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    happened("order.placed", new_id(), NOON)
    assert [d.low for d in queries.placed_per_day(TODAY, days=2)] == [1, 1]
    ours = settings.current()
    settings.use(ours.model_copy(update={"timezone": "Europe/Athens"}))
    try:
        assert [d.low for d in queries.placed_per_day(TODAY, days=2)] == [0, 2]
    finally:
        settings.use(ours)


def test_fourteen_days_end_today_and_have_no_gaps(session):
    days = [entry.day for entry in queries.placed_per_day(TODAY)]
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 8), TODAY, 14)


def test_pieces_are_summed_by_day(session):
    rows = [(0, 90, 10), (0, 5, 0), (-1, 0, 3), (-20, 7, 0), (-31, 50, 50)]
    job = a_job()
    for days, good, spoiled in rows:
        session.execute(
            sa.text(
                "INSERT INTO quantity_events (id, created_at, job_id, passed, good, spoiled, "
                "cancelled, cause, actor_label) "
                "VALUES (:id, :at, :job, :good, :good, :spoiled, 0, '', 'tests')"
            ),
            {
                "id": new_id(),
                "at": NOON + timedelta(days=days),
                "job": job,
                "good": good,
                "spoiled": spoiled,
            },
        )
    found = queries.figures(TODAY)
    assert (found.good_30_days, found.spoiled_30_days) == (102, 13)
    assert found.spoiled_percent == pytest.approx(100 * 13 / 115)
    assert [(day.low, day.high) for day in found.pieces_per_day[-2:]] == [(0, 3), (95, 10)]


def a_job():
    from app.catalog.models import Product, ProductFamily
    from app.catalog.properties import Properties
    from app.catalog.revisions import revision_of
    from app.orders.models import OrderLine
    from app.production.models import Job

    order = an_order()
    family = ProductFamily(slug=new_id().hex, name="Cards", properties={})
    db.session.add(family)
    db.session.flush()
    product = Product(
        slug=new_id().hex, sku=new_id().hex, name="Card", family_id=family.id, properties={}
    )
    db.session.add(product)
    db.session.flush()
    line = OrderLine(
        order_id=order.id,
        position=1,
        product_id=product.id,
        product_name="Card",
        sku=product.sku,
        product_revision_id=revision_of(product, Properties()),
        configuration=Configuration(),
        quantity=100,
    )
    db.session.add(line)
    db.session.flush()
    job = Job(order_id=order.id, line_id=line.id, title="Card", quantity=100)
    db.session.add(job)
    db.session.flush()
    return job.id


def test_what_is_promised_for_the_next_days_is_counted_without_what_left(session):
    promised(0)
    promised(3)
    promised(3)
    sent(promised(3), 0)
    promised(3, state="closed")
    promised(20)
    found = {one.day: one.low for one in queries.promised_per_day(TODAY)}
    assert len(found) == 14
    assert (found[TODAY], found[TODAY + timedelta(days=3)], sum(found.values())) == (1, 2, 3)


def test_causes_of_spoilage_are_summed_the_worst_first(session):
    (job,) = jobs_for(placed_order())
    for good, spoiled, cause in ((5, 2, "Ink"), (5, 4, ""), (5, 3, " Ink ")):
        db.session.add(
            QuantityEvent(
                job_id=job.id,
                passed=good,
                good=good,
                spoiled=spoiled,
                cause=cause.strip(),
                actor_label="Nobody",
            )
        )
    db.session.flush()
    today = db.session.scalar(sa.select(sa.func.current_date()))
    assert queries.spoiled_by_cause(today) == (("Ink", 5), ("No cause recorded", 4))
    assert queries.spoiled_by_cause(today, limit=1) == (("Ink", 5),)


def test_what_was_agreed_is_summed_before_tax(session):
    today = db.session.scalar(sa.select(sa.func.current_date()))
    ours = region().currency
    assert queries.agreed(today) == queries.Agreed(0, 0, ours)
    order = an_order()
    for version, answer in ((1, "rejected"), (2, "accepted")):
        quote = Quote(
            order_id=order.id,
            version=version,
            lines=[],
            net_minor=1000 * version,
            tax_minor=200 * version,
            total_minor=1200 * version,
            currency=ours,
            valid_until=today,
            tax_label="VAT",
            sent_by="Wren",
        )
        db.session.add(quote)
        db.session.flush()
        db.session.add(QuoteAnswer(quote_id=quote.id, answer=answer, actor_label="Ada"))
    db.session.flush()
    assert queries.agreed(today) == queries.Agreed(1, 2000, ours)
