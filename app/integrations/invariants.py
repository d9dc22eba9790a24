"""What must hold of all writes to other systems; `flask check` asks."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from app.core import storage
from app.core.db import db
from app.core.invariants import invariant, no_rows
from app.core.outbound.intent import OutboundIntent

booked_as_agreed = no_rows(
    "What the books say of an order is what was agreed",
    "SELECT o.number, s.payload ->> 'total_minor' AS booked, q.total_minor AS agreed "
    "FROM outbound_intents s JOIN orders o ON o.id = s.stream_id "
    "JOIN quotes q ON q.order_id = o.id "
    "JOIN quote_answers a ON a.quote_id = q.id AND a.answer = 'accepted' "
    "WHERE s.adapter_key = 'journal' "
    "AND (s.payload ->> 'total_minor')::bigint <> q.total_minor ORDER BY s.id",
    "Order MR-{number}: {booked} is booked, {agreed} was agreed.",
)


@invariant("Each journal entry is stored with the hash it was written with")
def entries_stored() -> Iterator[str]:
    sent = select(OutboundIntent).where(
        OutboundIntent.adapter_key == "journal", OutboundIntent.state == "sent"
    )
    for intent in db.session.scalars(sent.order_by(OutboundIntent.id)):
        outcome = intent.outcome or {}
        key = str(outcome.get("storage_key"))
        if not storage.exists(key):
            yield f"Intent {intent.id}: {key} is not in the storage."
        elif hashlib.sha256(storage.read_bytes(key)).hexdigest() != outcome.get("sha256"):
            yield f"Intent {intent.id}: {key} was changed after it was written."
