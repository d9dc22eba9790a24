"""`flask seed`: a shop with a past that `flask check` finds nothing wrong with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.servers import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.extended]
ORDERS = 120


def flask(committed, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    environment = {**os.environ, **committed.environment}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600
    )


def test_a_seeded_shop_breaks_no_promise_and_is_seeded_once(committed):
    made = flask(committed, "seed", "--orders", str(ORDERS))
    assert made.returncode == 0, made.stderr[-2000:]
    with committed.owner_engine.connect() as connection:
        states = dict(
            connection.execute(sa.text("SELECT state, count(*) FROM orders GROUP BY 1")).all()
        )
        bare = connection.scalar(
            sa.text(
                "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND NOT relhasindex "
                "AND relnamespace = 'public'::regnamespace"
            )
        )
    assert sum(states.values()) == ORDERS
    assert {"closed", "declined", "cancelled"} <= set(states)
    assert bare == 0
    checked = flask(committed, "check")
    assert checked.returncode == 0, checked.stdout
    again = flask(committed, "seed", "--orders", "5")
    assert again.returncode == 1
    assert "This shop has orders already" in again.stderr
