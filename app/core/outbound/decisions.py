"""What people decide about writes that failed or whose outcome is unknown."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.adapters import Kind
from app.core.outbound.chart import MANAGE, OUTBOUND
from app.core.outbound.intent import OutboundIntent
from app.core.translations import _


def retry(intent_id: uuid.UUID, *, actor: Actor) -> OutboundIntent:
    """Queue a failed or unknown write again. Locks its subject, then it; records sync.retried.

    Raises NotAllowed, NotFound, WrongState, AlreadyDone. Of an unknown one the person says that the
    other side does not have it.
    """
    intent, _ = _for_person(intent_id, actor)
    change = OUTBOUND.fire(intent, "retry")
    data = {"key": intent.key, "target": intent.adapter_key}
    record("sync.retried", intent, actor, stream_id=intent.stream_id, **change, data=data)
    return intent


def end(intent_id: uuid.UUID, trigger: str, reason: str, *, actor: Actor) -> OutboundIntent:
    """End an intent as a person saw it at the other side: `trigger` is settle or abandon.

    Locks its subject, then it; its kind records the event. Raises NotAllowed, NotFound, WrongState,
    AlreadyDone, BadInput (no reason).
    """
    intent, kind = _for_person(intent_id, actor)
    if not reason.strip():
        raise BadInput(_("Say what you saw at the other side."), field="reason")
    sentence = reason.strip()[:500]
    outcome = {"confirmed_by": actor.label, "reason": sentence}
    driver.apply(intent, kind, driver.Result(trigger, outcome, sentence), actor)
    return intent


def _for_person(intent_id: uuid.UUID, actor: Actor) -> tuple[OutboundIntent, Kind]:
    require(actor, MANAGE)
    intent, kind = intents.lock(intent_id)
    if not kind.ends_here:
        raise WrongState(
            _("This is not done here."), next_step=_("Open the record it is about and act there.")
        )
    return intent, kind
