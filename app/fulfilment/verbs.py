"""What can be done to shipments."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission(
    "shipment.view", "View shipments", "sales", "planner", "quality", "warehouse", "finance"
)
PACK = permission("shipment.pack", "Pack shipments", "warehouse")
LABEL = permission("shipment.label", "Purchase labels", "warehouse")
SHIP = permission("shipment.ship", "Hand parcels to the carrier", "warehouse")
DELIVER = permission("shipment.deliver", "Mark shipments as delivered", "sales", "warehouse")
