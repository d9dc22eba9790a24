"""What production does. Each locks the job tree, records its event, never commits; most run as verbs."""

from app.production.services.create import LineToMake, create_jobs_for_order, load_preset
from app.production.services.gates import close_gate, open_gate, update_gate

__all__ = [
    "LineToMake",
    "close_gate",
    "create_jobs_for_order",
    "load_preset",
    "open_gate",
    "update_gate",
]
