"""A request that other transactions were in the way of is done again from its start, for some seconds."""

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
#: No new try begins later than this after the first: somebody waits for the answer.
LONGEST_S = 12.0
LONGEST_PAUSE_S = 0.5


def init(app: Flask) -> None:
    """Repeat the view of a request after a lock time-out, a deadlock or a serialisation failure, where that is
    safe: it only reads, or it carries the idempotency key that gives it one effect."""
    dispatch = app.dispatch_request

    def dispatch_again() -> Any:
        until = time.monotonic() + LONGEST_S
        number = 0
        while True:
            number += 1
            try:
                return dispatch()
            except DBAPIError as fault:
                db.session.rollback()
                too_late = time.monotonic() > until
                if too_late or not is_contention(fault) or not is_repeatable():
                    raise
                log.info("request.repeated", endpoint=request.endpoint, number=number)
            time.sleep(min(0.05 * number, LONGEST_PAUSE_S) * random.random())  # nosec B311

    app.dispatch_request = dispatch_again  # type: ignore[method-assign]


def is_repeatable() -> bool:
    """Return whether doing this request twice has the effect of doing it once."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return True
    return bool(request.headers.get(HEADER) or request.form.get(FIELD))
