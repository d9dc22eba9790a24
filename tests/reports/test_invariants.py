"""What was packed beside what was made."""

from __future__ import annotations

from app.core.actor import system
from app.fulfilment.services import create_shipment
from app.production import verbs as production_verbs
from app.reports.invariants import packed_was_made
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for


def test_a_shipment_of_what_was_never_made_is_named(session):
    order = placed_order([10])
    job = jobs_for(order, route=SHORT_ROUTE[:1], gates=())[0]
    production_verbs.start_operation(job.operations[0].id, actor=system())
    production_verbs.count_pieces(job.operations[0].id, good=6, actor=system())
    line = order.lines[0].id
    create_shipment(order.id, {line: 6}, good_by_line={line: 6}, actor=system())
    assert list(packed_was_made()) == []
    create_shipment(order.id, {line: 1}, good_by_line={line: 7}, actor=system())
    assert order.ref in next(packed_was_made())
