"""The clock goes on while the database is away."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from jobs import clock


def test_the_clock_outlives_a_database_that_is_away(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    asked = []

    def away(task: clock.Task) -> bool:
        asked.append(task.name)
        if len(asked) > 1:
            stop.set()
        raise OperationalError("SELECT 1", {}, psycopg.OperationalError("no connection"))

    monkeypatch.setattr(clock, "run_once", away)
    clock.run(stop, (clock.Task("soon", 0, lambda: None),))
    assert asked == ["soon", "soon"]
