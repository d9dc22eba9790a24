"""A worker process that sends messages until it is killed:
`python -m tests.notify.killed_sender alone|together DELIVERY_ID`."""

from __future__ import annotations

import sys
import uuid

from app import create_app
from app.core.delivery_runner import run_deliveries, run_delivery

if __name__ == "__main__":
    shop, ids = create_app(), [uuid.UUID(sys.argv[2])]
    with shop.app_context():
        if sys.argv[1] == "alone":
            run_delivery(shop, ids[0])
        else:
            run_deliveries(shop, ids)
