"""The one RQ job: run deliveries by their ids."""

from __future__ import annotations

import uuid

from flask import current_app


def deliver(*delivery_ids: str) -> None:
    """Run these deliveries one after the other. The worker has opened the application context.

    A fault of one does not keep the others from being run; the last fault is raised at the end.
    """
    from app.core.db import db
    from app.core.runner import run_delivery

    fault: Exception | None = None
    for delivery_id in delivery_ids:
        try:
            run_delivery(current_app._get_current_object(), uuid.UUID(delivery_id))  # type: ignore[attr-defined]
        except Exception as problem:
            fault = problem
        finally:
            db.session.remove()
    if fault is not None:
        raise fault
