"""Sending one message: claim and commit, hand over with no transaction open, commit the outcome.

A worker may be killed between any two of these. A row that stands at `sending` when its delivery is
run again is never sent blindly: the channel is asked whether it has the Message-ID, and where it
can't say, the message is `unknown` and staff decide. The table of reactions binds `take`, `hand_over`,
`keep`, `release` and `give_up` to message.queued.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.core.actor import system
from app.core.clock import now
from app.core.db import db, locked
from app.core.events import Event, record
from app.notify.channels import OutcomeUnknown, Outgoing, TransportError, channels
from app.notify.models import Message
from app.notify.rendering import with_link
from app.notify.states import MESSAGE


@dataclass(frozen=True)
class Parcel:
    """What `hand_over` needs, read while the row was locked."""

    message_id: uuid.UUID
    channel: str
    outgoing: Outgoing
    interrupted: bool
    """The row stood at `sending` already: an earlier try was cut off."""


@dataclass(frozen=True)
class Outcome:
    """How it ended: the chart's trigger and the sentence that says why or how."""

    trigger: str
    sentence: str = ""


def take(event: Event) -> Parcel | None:
    """Claim the message for sending; None where it is settled. The caller commits before the act."""
    message = locked(Message, event.subject_id)
    interrupted = message.state == "sending"
    if not interrupted:
        if not MESSAGE.can(message.state, "claim") or _sent_again(message):
            return None
        MESSAGE.fire(message, "claim")
    message.attempts += 1
    channel = channels()[message.channel]
    if message.provider_message_id is None:
        message.provider_message_id = channel.new_message_id(str(message.id))
    outgoing = Outgoing(
        message_id=message.provider_message_id,
        recipient=message.recipient,
        subject=message.subject,
        body_text=with_link(message.body_text, message.link),
        body_html=with_link(message.body_html, message.link, html=True),
    )
    return Parcel(message.id, message.channel, outgoing, interrupted)


def _sent_again(message: Message) -> bool:
    query = select(Message.id).where(Message.resend_of_id == message.id)
    return db.session.scalar(query) is not None


def hand_over(parcel: Parcel) -> Outcome:
    """Give the message to its channel. No transaction is open. Raises TransportError to try later."""
    channel = channels()[parcel.channel]
    if parcel.interrupted:
        known = channel.was_accepted(parcel.outgoing.message_id)
        if known:
            return Outcome("accept", "found at the other side after the sending was cut off")
        if known is None:
            return Outcome("lose", "The sending was cut off. It may or may not have arrived.")
    try:
        channel.send(parcel.outgoing)
    except OutcomeUnknown as problem:
        if channel.was_accepted(parcel.outgoing.message_id):
            return Outcome("accept", "found at the other side after its answer got lost")
        return Outcome("lose", str(problem))
    except TransportError as problem:
        if problem.permanent:
            return Outcome("fail", str(problem))
        raise
    return Outcome("accept", "accepted by the server")


def keep(event: Event, parcel: Parcel, outcome: Outcome) -> None:
    """Write the outcome: message.sent, message.failed or message.unknown."""
    message = locked(Message, parcel.message_id)
    change = MESSAGE.fire(message, outcome.trigger)
    message.link = None  # a secret that has done its work
    if outcome.trigger == "accept":
        message.sent_at, message.error = now(), None
    else:
        message.error = outcome.sentence[:2000]
    data = {"message_id": message.provider_message_id, "attempts": message.attempts}
    words = {"accept": "sent", "fail": "failed", "lose": "unknown"}
    record(
        f"message.{words[outcome.trigger]}",
        message,
        system(),
        stream_id=message.stream_id,
        **change,
        data={**data, "how": outcome.sentence},
    )


def release(event: Event, problem: BaseException) -> None:
    """Put a claimed message back in the queue after a try that surely sent nothing."""
    message = locked(Message, event.subject_id)
    if message.state != "sending":
        return
    if isinstance(problem, TransportError):
        MESSAGE.fire(message, "release")
    # any other fault: left at `sending`, so that the next try asks before it sends
    message.error = str(problem)[:2000]


def give_up(event: Event, problem: BaseException) -> None:
    """Mark a message failed when its last try is over. A replay of the dead letter sends it still."""
    message = locked(Message, event.subject_id)
    if not MESSAGE.can(message.state, "fail"):
        return
    sure = isinstance(problem, TransportError) or message.state == "queued"
    change = MESSAGE.fire(message, "fail" if sure else "lose")
    message.error = str(problem)[:2000]
    if not sure:
        message.link = None
    record(
        "message.failed" if sure else "message.unknown",
        message,
        system(),
        stream_id=message.stream_id,
        **change,
        data={"attempts": message.attempts, "how": message.error},
    )
