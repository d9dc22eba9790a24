"""How far an order has come, from its state and its quantities."""

from __future__ import annotations

import pytest

from app.orders.progress import Quantities, stage_of
from app.orders.states import ORDER

MADE = {"ordered": 10, "good": 10}


@pytest.mark.parametrize(
    ("made", "stage"),
    [
        (Quantities(), "placed"),
        (Quantities(ordered=10), "placed"),
        (Quantities(ordered=10, is_started=True), "in_production"),
        (Quantities(ordered=10, good=4), "in_production"),
        (Quantities(ordered=10, spoiled=1), "in_production"),
        (Quantities(ordered=10, good=8, cancelled=2), "ready_to_ship"),
        (Quantities(**MADE, shipments=1), "ready_to_ship"),
        (Quantities(**MADE, shipments=1, ready_for_pickup=1), "ready_for_pickup"),
        (Quantities(**MADE, shipments=2, shipped=1), "partly_shipped"),
        (Quantities(ordered=10, good=5, shipments=1, shipped=1), "partly_shipped"),
        (Quantities(**MADE, shipments=1, shipped=1), "shipped"),
        (Quantities(**MADE, shipments=2, shipped=2, arrived=1), "shipped"),
        (Quantities(**MADE, shipments=1, shipped=1, arrived=1), "arrived"),
    ],
)
def test_a_placed_order_stands_where_its_quantities_say(made: Quantities, stage: str) -> None:
    assert stage_of("placed", made).key == stage


@pytest.mark.parametrize("state", [state for state in ORDER.states if state != "placed"])
def test_every_other_state_is_what_the_chart_says(state: str) -> None:
    stage = stage_of(state, Quantities(**MADE, shipments=1, shipped=1))
    assert (stage.key, stage.label) == (state, ORDER.word(state))


def test_a_parcel_with_a_problem_at_the_carrier_has_left_and_a_returned_one_has_not() -> None:
    from app.reports.order_progress import shipment_counts

    assert shipment_counts(["exception"])["shipped"] == 1
    assert shipment_counts(["returned"]) == {
        "shipments": 0, "shipped": 0, "arrived": 0, "ready_for_pickup": 0,
    }  # fmt: skip
