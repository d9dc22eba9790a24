"""What fulfilment does. Each records its event, none commits; most run as verbs."""

from app.fulfilment.services.create import create_shipment
from app.fulfilment.services.delivery import follow_delivery

__all__ = ["create_shipment", "follow_delivery"]
