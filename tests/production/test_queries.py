"""What the board, the stations and the scanner are told."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from app.backoffice.board import lanes as board
from app.backoffice.board.filters import BoardFilters
from app.backoffice.stations.station import read_station
from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.production import invariants, queries, verbs
from app.production.models import QuantityEvent
from app.production.states import LANES
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for, open_all


@contextmanager
def counted():
    """How many statements the block sends."""
    sent: list[str] = []

    def note(connection, cursor, statement, *rest):
        if "FROM shop_settings" not in statement and "SAVEPOINT" not in statement:
            sent.append(statement)  # the shop's settings are read once a second, whoever asks

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def on_board(state, filters=None):
    lane = next(lane for lane in board.read(filters or BoardFilters()) if lane.state == state)
    return [card.number for card in lane.cards]


def test_the_board_has_a_lane_for_each_state_rush_first_then_by_date(session):
    soon = jobs_for(placed_order([5]), due_on=today() + timedelta(days=2))[0]
    later = jobs_for(placed_order([5]), due_on=today() + timedelta(days=9))[0]
    rush = jobs_for(placed_order([5], rush=True), due_on=today() + timedelta(days=20))[0]
    undated = jobs_for(placed_order([5]))[0]
    lanes = board.read(BoardFilters())
    assert [lane.state for lane in lanes] == list(LANES)
    assert on_board("new") == [rush.number, soon.number, later.number, undated.number]
    assert (lanes[0].count, lanes[0].pieces) == (4, 20)


def test_a_card_says_who_it_waits_for_and_where_it_stands(ready_job, people):
    waiting = jobs_for(placed_order([5]), due_on=today() - timedelta(days=1))[0]
    card = queries.job_card(waiting.id)
    assert card.is_late and card.customer_name == "Fernbank Weddings"
    assert {gate.key for gate in card.waits_for} == {"artwork", "material"}
    job = ready_job(10)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    card = queries.job_card(job.id)
    assert (card.word, card.colour, card.step.name) == ("Running", "working", "Print")
    assert card.step.open == card.step.countable == 10
    problems = [verbs.start_operation.refusal(step, people.operator) for step in card.steps[1:]]
    assert problems[0] is None and "has not started" in problems[1].sentence
    assert card.approved_short == "9f2c41"


def test_the_board_narrows_by_what_is_asked(session, people):
    early = placed_order([5], customer_name="Oddsock Robotics")
    first = jobs_for(early, due_on=date(2026, 11, 20))[0]
    late = placed_order([5], rush=True)
    second = open_all(jobs_for(late, due_on=date(2026, 12, 20), route=SHORT_ROUTE)[0])
    asked = {
        first.number: [
            BoardFilters(due_to=date(2026, 12, 1)),
            BoardFilters(customer=early.customer_id),
            BoardFilters(product=first.title),
            BoardFilters(blocked=True),
            BoardFilters(centre="desk"),
        ],
        second.number: [
            BoardFilters(due_from=date(2026, 12, 1)),
            BoardFilters(rush=True),
        ],
    }
    for number, filters in asked.items():
        for one in filters:
            shown = [card.number for lane in board.read(one) for card in lane.cards]
            assert shown == [number], one


def test_a_percent_sign_in_the_search_is_only_a_percent_sign(session):
    jobs_for(placed_order([5]))
    assert on_board("new", BoardFilters(product="%")) == []


def test_the_board_asks_as_often_for_many_jobs_as_for_few(session):
    jobs_for(placed_order([5]))
    db.session.commit()
    db.session.expunge_all()
    with counted() as few:
        board.read(BoardFilters())
    for _ in range(6):
        jobs_for(placed_order([5, 5]))
    db.session.commit()
    db.session.expunge_all()
    with counted() as many:
        board.read(BoardFilters())
    assert len(many) == len(few) <= 10


def test_a_long_lane_shows_its_first_and_counts_all(session):
    for _ in range(3):
        jobs_for(placed_order([5]))
    lane = board.read(BoardFilters(), per_lane=2)[0]
    assert (len(lane.cards), lane.count, lane.pieces) == (2, 3, 15)


def test_a_station_shows_what_runs_and_what_may_start(ready_job, people):
    running, next_job = ready_job(10), ready_job(10)
    jobs_for(placed_order([10]))
    verbs.start_operation(running.operations[0].id, actor=people.operator)
    press = read_station("press")
    assert [card.number for card in press.current] == [running.number]
    assert [card.number for card in press.next] == [next_job.number]
    assert [card.number for card in read_station("guillotine").next] == [running.number]
    with pytest.raises(NotFound):
        read_station("nowhere")


def test_a_held_order_is_not_next_at_any_station(session):
    order = placed_order([10])
    open_all(jobs_for(order)[0])
    order.hold_reason = "The customer rings back"
    db.session.flush()
    assert read_station("press").next == ()


def test_a_scanned_number_finds_its_job(ready_job, people):
    job = ready_job(10)
    _, second = verbs.split_job(job.id, [6, 4], actor=people.planner)
    serial = job.number.removeprefix("J-")
    for code in (job.number, job.number.lower(), serial, f"j{serial}", f"  J {serial}\n"):
        assert queries.find_by_barcode(code) is job
    assert queries.find_by_barcode(f"j{serial}-2") is second
    for wrong in ("", "MR-10428", "J-", "J-12x", "'; --", "J-1-"):
        with pytest.raises(BadInput):
            queries.find_by_barcode(wrong)
    for missing in ("J-999999999", f"{job.number}-3"):
        with pytest.raises(NotFound):
            queries.find_by_barcode(missing)


def test_progress_is_by_line_and_for_the_order(session, people):
    order = placed_order([10, 4])
    first, _ = jobs_for(order, route=SHORT_ROUTE[:1], gates=())
    assert not queries.work_started(order.id)
    verbs.start_operation(first.operations[0].id, actor=people.operator)
    verbs.count_pieces(
        first.operations[0].id, good=6, spoiled=1, cause="Ink", actor=people.operator
    )
    made = queries.progress(order.id)
    assert made.order.as_dict() == {
        "ordered": 14,
        "good": 6,
        "spoiled": 1,
        "open": 8,
        "cancelled": 0,
    }
    assert queries.good_by_line(order.id) == {order.lines[0].id: 6, order.lines[1].id: 0}
    assert made.lines[order.lines[1].id].open == 4
    assert queries.work_started(order.id) and not queries.is_made(order.id)


def test_an_order_is_released_once_one_of_its_jobs_may_be_made(session, people):
    order = placed_order([10, 4])
    first, second = jobs_for(order, route=SHORT_ROUTE[:1])
    assert not queries.is_released(order.id)
    first.state = "cancelled"
    session.flush()
    assert not queries.is_released(order.id)
    open_all(second)
    assert queries.is_released(order.id) and not queries.work_started(order.id)


def test_the_invariants_name_the_row_that_breaks_them(ready_job, people):
    job = ready_job(10)
    for ask in (
        invariants.pieces_add_up,
        invariants.parts_make_the_whole,
        invariants.jobs_make_what_was_ordered,
        invariants.only_approved_is_made,
    ):
        assert list(ask()) == []
    db.session.add(QuantityEvent(job_id=job.id, passed=11, good=11, actor_label="Nobody"))
    job.quantity, job.approved_sha256 = 10, None
    db.session.flush()
    assert job.number in next(invariants.pieces_add_up())
    assert job.number in next(invariants.only_approved_is_made())
    job.quantity = 12
    db.session.flush()
    assert job.number in next(invariants.jobs_make_what_was_ordered())
