"""What must hold of all messages; `flask check` asks."""

from app.core.invariants import no_rows

sent_once = no_rows(
    "Each message that went out has exactly one event that says so, any other none",
    "SELECT m.id, m.state, count(e.id) AS told FROM messages m "
    "LEFT JOIN events e ON e.subject_id = m.id AND e.subject_kind = 'messages' "
    "AND e.name = 'message.sent' GROUP BY m.id, m.state "
    "HAVING count(e.id) <> CASE WHEN m.state IN ('sent', 'delivered', 'opened', 'bounced') "
    "THEN 1 ELSE 0 END ORDER BY m.id",
    "Message {id} is {state} and has {told} message.sent events.",
)
one_per_cause = no_rows(
    "No event has sent the same message twice to one person over one channel",
    "SELECT event_id, template, channel, recipient, count(*) AS copies FROM messages "
    "WHERE event_id IS NOT NULL AND resend_of_id IS NULL "
    "GROUP BY event_id, template, channel, recipient HAVING count(*) > 1 ORDER BY event_id",
    "Event {event_id} queued {copies} messages “{template}” to {recipient}.",
)
no_secret_left = no_rows(
    "No message holds the token of a link",
    "SELECT id FROM messages WHERE body_text || body_html || subject "
    "~ '/(t|choose-password)/[A-Za-z0-9_-]{43}' ORDER BY id",
    "Message {id} holds the token of a link.",
)
as_written = no_rows(
    "Each message is as its write to the channel ended",
    "SELECT m.id, m.state, i.state AS written FROM messages m "
    "JOIN outbound_intents i ON i.subject_id = m.id AND i.kind = 'channel' "
    "WHERE i.state <> CASE WHEN m.state = 'queued' THEN 'intended' "
    "WHEN m.state IN ('delivered', 'opened', 'bounced') THEN 'sent' ELSE m.state END "
    "AND NOT (i.state = 'abandoned' AND m.state IN ('failed', 'unknown')) "
    "AND NOT (i.state = 'intended' AND m.state = 'sending') ORDER BY m.id",
    "Message {id} is {state}, but its write is {written}.",
)
