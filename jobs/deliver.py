"""The one RQ job: run a delivery by its id."""

from __future__ import annotations

import uuid

from flask import current_app


def deliver(delivery_id: str) -> None:
    """Run the delivery with this id. The worker has opened the application context."""
    from app.core.db import db
    from app.core.runner import run_delivery

    try:
        run_delivery(current_app._get_current_object(), uuid.UUID(delivery_id))  # type: ignore[attr-defined]
    finally:
        db.session.remove()
