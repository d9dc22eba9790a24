"""A request that other transactions were in the way of is done again from its start, a few times."""

import random
import time
from typing import Any

import structlog
from flask import Flask, request
from sqlalchemy.exc import DBAPIError

from app.core.database_faults import is_contention
from app.core.db import db
from app.core.idempotency import FIELD, HEADER

log = structlog.get_logger(__name__)
MOST_TRIES = 4
#: No new try begins later than this after the first: somebody waits for the answer.
LONGEST_S = 12.0


def init(app: Flask) -> None:
    """Repeat the view of a request after a lock time-out, a deadlock or a serialisation failure, where that is
    safe: it only reads, or it carries the idempotency key that gives it one effect."""
    dispatch = app.dispatch_request

    def dispatch_again() -> Any:
        began = time.monotonic()
        for number in range(1, MOST_TRIES + 1):
            try:
                return dispatch()
            except DBAPIError as fault:
                db.session.rollback()
                too_late = number == MOST_TRIES or time.monotonic() - began > LONGEST_S
                if too_late or not is_contention(fault) or not is_repeatable():
                    raise
                log.info("request.repeated", endpoint=request.endpoint, number=number)
            time.sleep(random.uniform(0.02, 0.1) * number)  # nosec B311
        raise AssertionError("unreachable")

    app.dispatch_request = dispatch_again  # type: ignore[method-assign]


def is_repeatable() -> bool:
    """Return whether doing this request twice has the effect of doing it once."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return True
    return bool(request.headers.get(HEADER) or request.form.get(FIELD))
