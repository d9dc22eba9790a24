"""What fulfilment does. Each records its event, none commits; most run as verbs."""

from app.fulfilment.services.create import create_shipment

__all__ = ["create_shipment"]
