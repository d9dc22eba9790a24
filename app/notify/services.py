"""Queuing messages, and the verbs on them. What sends them is in `sending`."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import Actor, system
from app.core.db import db, get, locked
from app.core.errors import BadInput
from app.core.events import Event, record
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.chart import OUTBOUND
from app.core.translations import _
from app.notify import channels
from app.notify.context import Recipient
from app.notify.links import Link
from app.notify.messages import MessageType, message_types
from app.notify.models import Message
from app.notify.rendering import LINK_MARK, render
from app.notify.states import MESSAGE

#: What a message that is sent again without a new link takes over from the old one.
COPIED = (
    "stream_id", "event_id", "channel", "recipient", "recipient_id", "template", "subject",
    "body_text", "body_html",
)  # fmt: skip


def compose(
    template: str,
    context: dict[str, Any],
    recipient: str,
    *,
    key: str,
    actor: Actor,
    channel: str = "email",
    **columns: uuid.UUID | None,
) -> Message:
    """Put one message in the queue and return its row; with a `key` that exists, that row as it is.

    `context` fills the template; its `link` says what the address is made from. `columns` may
    be stream_id (the order), event_id, recipient_id and resend_of_id. A recipient that the channel
    can't reach gives a row in `suppressed` with the reason. Records message.queued or
    message.suppressed in the chain of `stream_id`, once per key however many callers.
    """
    link: Link | None = context.get("link")
    return _queue(
        key,
        actor,
        template=template,
        channel=channel,
        recipient=recipient.strip(),
        link_kind=link.kind if link else None,
        link_id=link.row_id if link else None,
        **vars(render(template, context)),
        **columns,
    )


def _queue(key: str, actor: Actor, **columns: Any) -> Message:
    refusal = channels.channel(columns["channel"]).refusal(columns["recipient"])
    columns["recipient"] = columns["recipient"][:320]
    made = db.session.scalar(
        insert(Message)
        .values(idempotency_key=key, **columns)
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Message.id)
    )
    if made is None:
        return db.session.scalars(select(Message).where(Message.idempotency_key == key)).one()
    message = locked(Message, made)
    stream_id = message.stream_id
    data = {name: columns[name] for name in ("template", "channel", "recipient", "subject")}
    if refusal is None:
        intent_key = f"message:{message.id}"
        intents.intend(
            channels.KIND.key, message.channel, message, {}, key=intent_key, stream_id=stream_id
        )
        after = {"state": message.state}
        record("message.queued", message, actor, stream_id=stream_id, after=after, data=data)
        return message
    message.suppressed_reason = refusal[:300]
    change = MESSAGE.fire(message, "suppress")
    data["reason"] = refusal
    record("message.suppressed", message, actor, stream_id=stream_id, data=data, **change)
    return message


def queue_messages(event: Event, *, actor: Actor | None = None) -> list[Message]:
    """Queue every message that `event` calls for, in the caller's transaction, and return their rows.

    One row for each message, channel and recipient, however often the event is delivered: rows of an
    earlier time are returned as they are, and no new link is made for them. None for an offer that was
    replaced before its message was queued.
    """
    rows: list[Message] = []
    for name, message_type in message_types().items():
        if event.name not in message_type.events or not message_type.is_current(event):
            continue
        for to in message_type.audience(event):
            rows += _queue_for(event, name, message_type, to, actor or system())
    return rows


def _queue_for(
    event: Event, name: str, message_type: MessageType, to: Recipient, actor: Actor
) -> list[Message]:
    keys = {f"{event.id}:{name}:{channel}:{to.id}": channel for channel in message_type.channels}
    # Former versions queued one e-mail for an event and named neither channel nor recipient in its key.
    former = f"{event.id}:{name}"
    query = select(Message).where(Message.idempotency_key.in_((former, *keys)))
    rows = list(db.session.scalars(query))
    queued = {row.idempotency_key for row in rows}
    missing = [] if former in queued else [key for key in keys if key not in queued]
    if not missing:
        return rows
    context = message_type.variables(event, to)
    return rows + [
        compose(
            name,
            context,
            getattr(to, channels.channel(keys[key]).address),
            key=key,
            actor=actor,
            channel=keys[key],
            stream_id=to.order.id if to.order else None,
            event_id=event.id,
            recipient_id=to.id,
        )
        for key in missing
    ]


def resend(old: Message, actor: Actor) -> Message:
    """Send a failed, bounced or unknown message again as a new row and return that.

    Runs as a verb: the old row is locked and everything was checked. The new row has a new link where
    the old one had a link, since only its hash was kept. Records message.resent about the old one.
    Raises BadInput where no new link can be made.
    """
    key = f"{old.id}:again"
    source = _source_of(old)
    if source is None:
        copied = {name: getattr(old, name) for name in COPIED}
        message = _queue(key, actor, resend_of_id=old.id, **copied)
    else:
        event, message_type, to = source
        message = compose(
            old.template,
            message_type.variables(event, to),
            getattr(to, channels.channel(old.channel).address) or old.recipient,
            key=key,
            actor=actor,
            stream_id=old.stream_id,
            channel=old.channel,
            event_id=old.event_id,
            recipient_id=to.id,
            resend_of_id=old.id,
        )
    _abandon_intent(old, actor)
    data = {"as": message.id, "was": old.state}
    record("message.resent", old, actor, stream_id=old.stream_id, data=data)
    return message


def _abandon_intent(old: Message, actor: Actor) -> None:
    """The new message takes its place: nobody has to look at the old write any more."""
    intent = intents.newest(old.id, channels.KIND.key)
    if intent is not None and OUTBOUND.can(intent.state, "abandon"):
        intent, kind = intents.lock(intent.id)
        driver.apply(intent, kind, driver.Result("abandon", sentence=intent.error or ""), actor)


def _source_of(old: Message) -> tuple[Event, MessageType, Recipient] | None:
    """Return what `old` is composed from, for a new link; None where a copy will do.

    Raises BadInput where it held a link and the event has no such recipient any more.
    """
    message_type = message_types().get(old.template)
    if old.event_id is not None and message_type is not None:
        event = get(Event, old.event_id)
        for to in message_type.audience(event):
            if old.recipient_id in (None, to.id):
                return event, message_type, to
    if LINK_MARK in old.body_text:
        raise BadInput(
            _("This message contained a personal link, which can't be created again from here."),
            next_step=_("Start again where the message came from; that creates a new link."),
        )
    return None


def confirm_delivery(message: Message, actor: Actor) -> Message:
    """Mark an unknown message as sent, as its recipient confirmed, and return it.

    Runs as a verb: the row is locked and everything was checked. Records message.sent. Raises
    WrongState where its write was ended meanwhile.
    """
    intent = intents.newest(message.id, channels.KIND.key)
    assert intent is not None, "an unknown message was written once"
    intent, kind = intents.lock(intent.id)
    outcome = {"message_id": message.provider_message_id, "confirmed_by": actor.label}
    driver.apply(intent, kind, driver.Result("settle", outcome, "confirmed by staff"), actor)
    return message


def of_stream(stream_id: uuid.UUID) -> list[Message]:
    """Return all messages of one order, newest first."""
    query = select(Message).where(Message.stream_id == stream_id).order_by(Message.id.desc())
    return list(db.session.scalars(query))
