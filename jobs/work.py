"""A worker for one queue, inside the application's context."""

from __future__ import annotations

import logging

from flask import Flask

SANDBOXED = ("files", "uploads")


def work(app: Flask, queue_name: str) -> None:
    """Run jobs of `queue_name` until told to stop (TERM or INT: the job at hand is finished).

    Raises Unavailable for the queues of files where this machine can't confine what reads them.
    """
    from app import mount_pages
    from app.core.queue import worker
    from app.core.sandbox import require_walls

    if queue_name in SANDBOXED:
        require_walls()
    mount_pages(app)  # an export reads its rows through the list it was asked on
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    with app.app_context():
        worker(queue_name).work(with_scheduler=False, logging_level="WARNING")
