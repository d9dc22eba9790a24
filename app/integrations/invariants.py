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


booked_by_rate = no_rows(
    "The net and the taxes in the books are those of the accepted quote",
    "SELECT o.number, s.adapter_key, s.payload ->> 'net_minor' AS net, b.tax, "
    "q.net_minor AS agreed_net, q.tax_minor AS agreed_tax "
    "FROM outbound_intents s JOIN orders o ON o.id = s.stream_id "
    "JOIN quotes q ON q.order_id = o.id "
    "JOIN quote_answers a ON a.quote_id = q.id AND a.answer = 'accepted' "
    "CROSS JOIN LATERAL (SELECT coalesce(sum((t ->> 'amount_minor')::bigint), 0) AS tax "
    "FROM jsonb_array_elements(s.payload -> 'taxes') t) b "
    "WHERE s.kind = 'accounting' AND s.payload ? 'taxes' "
    "AND ((s.payload ->> 'net_minor')::bigint <> q.net_minor OR b.tax <> q.tax_minor) ORDER BY s.id",
    "Order MR-{number}: {adapter_key} has net {net} and tax {tax}, {agreed_net} and {agreed_tax} were agreed.",
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
