"""The page of a shipment."""
