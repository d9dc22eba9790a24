"""Runs every reaction that is due, in this process, as relay and workers would."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.core import relay
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.delivery_runner import run_delivery

MOST_ROUNDS = 60


def run_due_reactions(app: Flask) -> int:
    """Drain outbox and deliveries until nothing is pending; return how many were run.

    Raises AssertionError with the reaction and its error where one did not end well.
    """
    run = 0
    for _ in range(MOST_ROUNDS):
        drained = relay.drain(app.extensions["reactions"])
        pending = list(db.session.scalars(select(Delivery.id).where(Delivery.state == "pending")))
        if not drained and not pending:
            return run
        for delivery_id in pending:
            outcome = run_delivery(app, delivery_id)
            run += 1
            if outcome not in {"done", "skipped"}:
                row = db.session.get_one(Delivery, delivery_id)
                raise AssertionError(f"{row.reaction}: {outcome}: {row.error}")
    raise AssertionError("reactions go on for ever")
