"""All row locks of this room: a shipment's row guards its lines, parcels and label intents."""

from __future__ import annotations

import uuid

from app.core.db import locked
from app.fulfilment.models import LabelIntent, Shipment


def shipment(shipment_id: uuid.UUID) -> Shipment:
    """Return the shipment under FOR UPDATE; raise NotFound where there is none."""
    return locked(Shipment, shipment_id)


def intent(intent_id: uuid.UUID) -> tuple[LabelIntent, Shipment]:
    """Return the label intent and its shipment, the shipment locked first."""
    from app.core.db import get

    held = shipment(get(LabelIntent, intent_id).shipment_id)
    return locked(LabelIntent, intent_id), held
