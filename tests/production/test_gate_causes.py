"""Gates closed before they had a code get the one that their sentence meant."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import sqlalchemy as sa

from tests.order_rows import placed_order
from tests.production.conftest import jobs_for

FILL = importlib.import_module("migrations.versions.0024_gate_cause").FILL


@pytest.mark.parametrize(
    ("key", "sentence", "cause"),
    [
        ("material", "CARD: 9 sheets needed, 1 available.", "short_stock"),
        ("material", "the approval, then stock", "reservation"),
        ("artwork", "the customer's approval", "approval"),
        ("artwork", "the customer's approval of the new version", "new_version"),
        ("payment", "the payment", "payment"),
    ],
)
def test_a_closed_gate_of_before_gets_its_code(
    session: Any, key: str, sentence: str, cause: str
) -> None:
    gate = jobs_for(placed_order([5]), gates=(key,))[0].gates[0]
    gate.cause, gate.waits_for = "", sentence
    session.flush()
    session.execute(sa.text(FILL))
    session.expire(gate)
    assert gate.cause == cause
