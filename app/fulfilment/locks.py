"""All row locks of this room: a shipment's row guards its lines, parcels and label."""

from __future__ import annotations

import uuid

from app.core.db import locked
from app.fulfilment.models import Shipment


def shipment(shipment_id: uuid.UUID) -> Shipment:
    """Return the shipment under FOR UPDATE; raise NotFound where there is none."""
    return locked(Shipment, shipment_id)
