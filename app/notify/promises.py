"""What must hold of all messages; `flask check` asks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from app.core.db import db
from app.core.promises import promise

SENT_ONCE = text(
    "SELECT m.id, m.state, count(e.id) AS told FROM messages m "
    "LEFT JOIN events e ON e.subject_id = m.id AND e.subject_kind = 'messages' "
    "AND e.name = 'message.sent' GROUP BY m.id, m.state "
    "HAVING count(e.id) <> CASE WHEN m.state IN ('sent', 'delivered', 'opened', 'bounced') "
    "THEN 1 ELSE 0 END ORDER BY m.id"
)
ONE_PER_CAUSE = text(
    "SELECT event_id, template, channel, recipient, count(*) AS copies FROM messages "
    "WHERE event_id IS NOT NULL AND resend_of_id IS NULL "
    "GROUP BY event_id, template, channel, recipient HAVING count(*) > 1 ORDER BY event_id"
)
APART = text(
    "SELECT m.id, m.state, i.state AS written FROM messages m "
    "JOIN outbound_intents i ON i.subject_id = m.id AND i.kind = 'channel' "
    "WHERE i.state <> CASE WHEN m.state = 'queued' THEN 'intended' "
    "WHEN m.state IN ('delivered', 'opened', 'bounced') THEN 'sent' ELSE m.state END "
    "AND NOT (i.state = 'abandoned' AND m.state IN ('failed', 'unknown')) "
    "AND NOT (i.state = 'intended' AND m.state = 'sending') ORDER BY m.id"
)
SECRET_LEFT = text(
    "SELECT id, state FROM messages WHERE link IS NOT NULL "
    "AND state NOT IN ('queued', 'sending', 'failed') ORDER BY id"
)


@promise("Each message that went out has exactly one event that says so, any other none")
def sent_once() -> Iterator[str]:
    for row in db.session.execute(SENT_ONCE):
        yield f"Message {row.id} is {row.state} and has {row.told} message.sent events."


@promise("No event has sent the same message twice to one person over one channel")
def one_per_cause() -> Iterator[str]:
    for row in db.session.execute(ONE_PER_CAUSE):
        yield f"Event {row.event_id} queued {row.copies} messages “{row.template}” to {row.recipient}."


@promise("No link is kept in clear once its message is settled")
def no_secret_left() -> Iterator[str]:
    for row in db.session.execute(SECRET_LEFT):
        yield f"Message {row.id} is {row.state} and still holds its link."


@promise("Each message is as its write to the channel ended")
def as_written() -> Iterator[str]:
    for row in db.session.execute(APART):
        yield f"Message {row.id} is {row.state}, but its write is {row.written}."
