"""What can be done to jobs, and what production says to the verbs of an order."""

from __future__ import annotations

from app.core.actor import Actor
from app.core.errors import Problem, WrongState
from app.core.permissions import permission
from app.orders.models import Order
from app.orders.verbs import cancel as cancel_order
from app.production import queries

VIEW = permission(
    "job.view", "View jobs", "sales", "prepress", "planner", "operator", "quality", "warehouse"
)
PLAN = permission("job.plan", "Plan jobs", "planner")
RUN = permission("job.run", "Run operations at a station", "planner", "operator")
QUALITY = permission("job.quality", "Record quality checks", "quality")
REPRINT = permission("job.reprint", "Create reprints", "planner", "quality")


def _no_work_has_started(order: Order, actor: Actor) -> Problem | None:
    """What was made already must be decided on by a person; a customer asks from the release on."""
    if order.state != "placed":
        return None
    if actor.kind == "customer" and queries.is_released(order.id):
        return WrongState(
            "We've started preparing your order, so you can't cancel it here any more.",
            next_step="To request a cancellation, reply to any of our e-mails.",
        )
    if queries.work_started(order.id):
        return WrongState(
            "Pieces of this order are in production or already made.",
            next_step="Put the order on hold and agree with the customer what happens to them.",
        )
    return None


cancel_order.add_rule(_no_work_has_started)
