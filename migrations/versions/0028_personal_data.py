"""Personal data of events moves beside them; the events keep seals, and their chains are hashed anew.

A chain is rewritten only where it verifies: one that somebody changed stays as it is and is still
named by `flask check`. The former hash of each event is kept, so that anchors written before still
prove which events were there.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.core.canonical import canonical_text, moment_text, sha256_of

revision = "0028_personal_data"
down_revision = "0027_search_entries"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
STREAMS = 200
FILE, TYPED, WHY, CAUSE = ["file_name"], ["typed_name"], ["reason"], ["cause"]
#: The fields that held personal data when this was written, by event.
PERSONAL = {
    "access.denied": ["ip"],
    "address.added": ["name", "line_1", "line_2", "city", "region", "postcode", "phone"],
    "artwork.changes_requested": ["file_name", "note"],
    "artwork.checked": FILE,
    "artwork.file_received": FILE,
    "artwork.file_refused": ["problem"],
    "artwork.on_hold": FILE,
    "artwork.overridden": ["file_name", "reason"],
    "artwork.sent_back": ["file_name", "note"],
    "contact.changed": ["name", "email", "phone"],
    "contact.created": ["name", "email", "phone"],
    "customer.changed": ["name"],
    "customer.created": ["name"],
    "export.requested": ["filters"],
    "gate.closed": ["waits_for"],
    "gate.opened": ["waits_for"],
    "gate.waits": ["waits_for"],
    "job.cancelled": CAUSE,
    "job.created": CAUSE,
    "job.finished": ["short_cause"],
    "job.quality_failed": CAUSE,
    "job.reprinted": CAUSE,
    "link.issued": ["label"],
    "link.requested": ["email_key", "label"],
    "message.failed": ["how"],
    "message.queued": ["recipient", "subject"],
    "message.sent": ["how"],
    "message.suppressed": ["recipient", "subject", "reason"],
    "message.unknown": ["how"],
    "operation.paused": WHY,
    "operation.reopened": CAUSE,
    "operation.skipped": WHY,
    "order.answered": ["question", "answer"],
    "order.asked": ["question"],
    "order.cancelled": WHY,
    "order.declined": WHY,
    "order.held": ["hold_reason"],
    "order.payment_confirmed": ["note"],
    "order.placed": TYPED,
    "order.requested": ["contact", "lines"],
    "order.resumed": ["hold_reason"],
    "pieces.counted": CAUSE,
    "proof.sent": FILE,
    "proof.signed": ["file_name", "typed_name"],
    "proof.signed_internally": FILE,
    "quote.accepted": TYPED,
    "quote.rejected": ["note"],
    "quote.superseded": WHY,
    "shipment.collected": ["collected_by"],
    "shipment.exception": ["problem"],
    "shipment.label_failed": WHY,
    "shipment.label_unknown": WHY,
    "shipment.returned": ["problem"],
    "staff.changed": ["name"],
    "staff.created": ["name", "email"],
    "staff.signed_in": ["ip"],
    "sync.abandoned": ["error"],
    "sync.failed": ["error"],
    "sync.sent": ["error"],
    "sync.unknown": ["error"],
    "upload.abandoned": FILE,
    "upload.checked": FILE,
    "upload.completed": FILE,
    "upload.refused": ["file_name", "sentence"],
    "upload.started": FILE,
}
NEXT = sa.text(
    "SELECT stream_id FROM event_streams WHERE stream_id > :after ORDER BY stream_id LIMIT :limit"
)
LOCK = sa.text(
    "SELECT stream_id FROM event_streams WHERE stream_id = ANY(:ids) ORDER BY stream_id FOR UPDATE"
)
READ = sa.text("SELECT * FROM events WHERE stream_id = ANY(:ids) ORDER BY stream_id, stream_seq")
WRITE = sa.text(
    "UPDATE events SET actor_label = :label, before = CAST(:before AS jsonb), "
    "after = CAST(:after AS jsonb), data = CAST(:data AS jsonb), prev_hash = :prev, hash = :hash, "
    "former_hash = :former WHERE id = :id"
)
KEEP = sa.text(
    "INSERT INTO event_personal (event_id, field, salt, value) "
    "VALUES (:event_id, :field, :salt, CAST(:value AS jsonb))"
)
HEAD = sa.text("UPDATE event_streams SET head_hash = :hash WHERE stream_id = :id")


def upgrade() -> None:
    """Apply. Streams are rewritten some at a time, each batch in a transaction of its own."""
    op.create_table(
        "event_personal",
        sa.Column("event_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_event_personal")),
    )
    op.add_column("events", sa.Column("former_hash", sa.String(64), nullable=True))
    # every anchor that is there now was written over the former hashes
    op.add_column(
        "event_anchors",
        sa.Column("is_former", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.alter_column("event_anchors", "is_former", server_default=sa.false())
    if context.is_offline_mode():
        return  # a script of SQL can't hash: it is done by the command that is connected
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        after = "00000000-0000-0000-0000-000000000000"
        while ids := _next(after):
            _seal_streams(ids)
            after = str(ids[-1])
        # what was verified before was verified by the former hashes
        op.execute("DELETE FROM chain_checks")
        op.execute("SET statement_timeout = '60s'")


def _next(after: str) -> list[Any]:
    return list(op.get_bind().scalars(NEXT, {"after": after, "limit": STREAMS}))


def _seal_streams(ids: list[Any]) -> None:
    connection = op.get_bind()
    connection.execute(sa.text("BEGIN"))
    connection.execute(LOCK, {"ids": ids})
    rows: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    streams: dict[Any, list[Any]] = {}
    for event in connection.execute(READ, {"ids": ids}).mappings():
        streams.setdefault(event["stream_id"], []).append(event)
    for stream_id, events in streams.items():
        if not _is_whole(events):
            continue
        prev = GENESIS
        for event in events:
            row, values = _sealed(dict(event), prev)
            rows.append(row)
            kept += values
            prev = row["hash"]
        heads.append({"id": stream_id, "hash": prev})
    if rows:
        # the application's role may change nothing here; this is the tables' owner
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
        connection.execute(WRITE, rows)
        connection.execute(sa.text("ALTER TABLE events ENABLE TRIGGER events_append_only"))
        connection.execute(HEAD, heads)
        if kept:
            connection.execute(KEEP, kept)
    connection.execute(sa.text("COMMIT"))


def _is_whole(events: list[Any]) -> bool:
    prev = GENESIS
    for event in events:
        if event["prev_hash"] != prev or _digest(event, prev) != event["hash"]:
            return False
        prev = event["hash"]
    return True


def _sealed(event: dict[str, Any], prev: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    kept: list[dict[str, Any]] = []
    fields = PERSONAL.get(event["name"], ())

    def seal(field: str, value: Any) -> str:
        salt = secrets.token_hex(16)
        kept.append(
            {"event_id": event["id"], "field": field, "salt": salt, "value": json.dumps(value)}
        )
        digest = hashlib.sha256(f"{salt}{canonical_text(value)}".encode()).hexdigest()
        return f"sealed:{digest}"

    if event["actor_kind"] in ("staff", "customer"):
        event["actor_label"] = seal("actor", event["actor_label"])
    for side in ("before", "after", "data"):
        for name, value in (event[side] or {}).items():
            if name in fields and value not in (None, "", [], {}):
                event[side] = {**event[side], name: seal(f"{side}.{name}", value)}
    former, event["hash"] = event["hash"], _digest(event, prev)
    row = {
        "id": event["id"],
        "label": event["actor_label"],
        "prev": prev,
        "hash": event["hash"],
        "former": former,
    }
    for side in ("before", "after", "data"):
        row[side] = None if event[side] is None else json.dumps(event[side])
    return row, kept


def _digest(event: Any, prev: str) -> str:
    content: dict[str, Any] = {
        "id": str(event["id"]),
        "name": event["name"],
        "subject": [event["subject_kind"], str(event["subject_id"])],
        "stream": [str(event["stream_id"]), event["stream_seq"]],
        "actor": [event["actor_kind"], str(event["actor_id"]), event["actor_label"]],
        "door": event["door"],
        "before": event["before"],
        "after": event["after"],
        "data": event["data"],
        "at": moment_text(event["at"]),
        "prev": prev,
    }
    if event["seals"] is not None:
        content["seals"] = event["seals"]
    return sha256_of(content)


def downgrade() -> None:
    """Undo. Sealed values stay sealed: the values beside them are gone with the table, as by erasure."""
    op.drop_column("event_anchors", "is_former")
    op.drop_column("events", "former_hash")
    op.drop_table("event_personal")
