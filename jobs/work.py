"""A worker for one queue, inside the application's context."""

from __future__ import annotations

import logging

from flask import Flask


def work(app: Flask, queue_name: str) -> None:
    """Run jobs of `queue_name` until told to stop (TERM or INT: the job at hand is finished)."""
    from app import mount_pages
    from app.core.queue import worker

    mount_pages(app)  # an export reads its rows through the list it was asked on
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    with app.app_context():
        worker(queue_name).work(with_scheduler=False, logging_level="WARNING")
