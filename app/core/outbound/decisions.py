"""What people decide about writes that failed or whose outcome is unknown."""

from app.core.actor import Actor
from app.core.events import record
from app.core.outbound import driver
from app.core.outbound.adapters import KINDS
from app.core.outbound.chart import OUTBOUND
from app.core.outbound.intent import OutboundIntent


def retry(intent: OutboundIntent, actor: Actor) -> OutboundIntent:
    """Queue a failed or unknown write again; records sync.retried.

    Of an unknown one the person says that the other side does not have it.
    """
    change = OUTBOUND.fire(intent, "retry")
    data = {"key": intent.key, "target": intent.adapter_key}
    record("sync.retried", intent, actor, stream_id=intent.stream_id, **change, data=data)
    return intent


def settle(intent: OutboundIntent, actor: Actor, reason: str) -> OutboundIntent:
    """Mark an unknown write as arrived, as a person found it; its kind records the event."""
    return _end(intent, actor, "settle", reason)


def abandon(intent: OutboundIntent, actor: Actor, reason: str) -> OutboundIntent:
    """Give up a failed or unknown write; its kind records the event."""
    return _end(intent, actor, "abandon", reason)


def _end(intent: OutboundIntent, actor: Actor, trigger: str, reason: str) -> OutboundIntent:
    outcome = {"confirmed_by": actor.label, "reason": reason}
    driver.apply(intent, KINDS[intent.kind], driver.Result(trigger, outcome, reason), actor)
    return intent
