"""The one RQ job: run deliveries by their ids."""

from __future__ import annotations

import uuid

from flask import current_app


def deliver(*delivery_ids: str) -> None:
    """Run these deliveries. The worker has opened the application context."""
    from app.core.db import db
    from app.core.delivery_runner import run_deliveries, run_delivery

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    ids = [uuid.UUID(one) for one in delivery_ids]
    try:
        if len(ids) == 1:
            run_delivery(app, ids[0])
        else:
            run_deliveries(app, ids)
    finally:
        db.session.remove()
