"""The verbs of stock. Callers import them from here.

Locks: levels in primary key order first, then reservations in theirs; the event chain comes last.
"""

from app.stock.services.claims import consume, release, reserve
from app.stock.services.items import (
    create_location,
    find_item,
    on_hand_per_day,
    open_claims,
    standard_location,
)
from app.stock.services.preset import load_preset

__all__ = [
    "consume",
    "create_location",
    "find_item",
    "load_preset",
    "on_hand_per_day",
    "open_claims",
    "release",
    "reserve",
    "standard_location",
]
