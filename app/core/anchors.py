"""Anchors: the heads of the chains of events, written outside the database once an hour, signed and numbered.

Whoever holds the database and the shop's storage key can rewrite every chain, but can't sign an anchor: the key
that signs is held by the process `anchors` alone, and what it signs is checked with a public key. Each anchor
names the hash of the one before it. The check reads what is in storage, so removed rows hide nothing.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import false, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.anchor_keys import is_signed, sign
from app.core.chain import OVERLAP
from app.core.clock import now
from app.core.db import AppendOnly, Model, Record, db
from app.core.events import Event
from app.core.invariants import invariant
from app.core.settings import BadSettings, current

GROWN = text(
    "SELECT DISTINCT s.stream_id, s.head_seq, s.head_hash FROM event_streams s "
    "JOIN events e ON e.stream_id = s.stream_id WHERE e.id > :floor"
)


class Anchor(AppendOnly, Record, Model):
    """Which chain heads were written to storage, under which key and hash. `is_former`: before the chains were
    hashed anew without personal data, so it is compared with the former hashes."""

    __tablename__ = "event_anchors"

    storage_key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    upto: Mapped[uuid.UUID]
    is_former: Mapped[bool] = mapped_column(default=False, server_default=false())


@dataclass(frozen=True)
class Signed:
    """An anchor as it is stored, its signature verified."""

    key: str
    number: int
    before: str
    upto: uuid.UUID
    heads: dict[str, list[object]]
    sha256: str


def _opened(key: str, stored: bytes) -> Signed | None:
    """Return the anchor, None where it is not what the anchoring process signed for this place."""
    try:
        outer = json.loads(stored)
        body, signature = str(outer["anchor"]), str(outer["signature"])
        if not is_signed(body, signature, current().anchor_public_key or ""):
            return None
        found = json.loads(body)
    except (ValueError, TypeError, KeyError):
        return None
    if key != _key(found["number"]):
        return None
    digest = hashlib.sha256(stored).hexdigest()
    return Signed(
        key, found["number"], found["before"], uuid.UUID(found["upto"]), found["heads"], digest
    )


def _key(number: int) -> str:
    return f"{current().anchor_prefix}{number:012d}.json"


def _number(key: str) -> int:
    digits = key.removeprefix(current().anchor_prefix).removesuffix(".json")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 12 else 0


def _is_signed(key: str) -> bool:
    return key.startswith(current().anchor_prefix) and _number(key) > 0


@invariant("No chain has lost events that were anchored outside the database")
def anchors_hold() -> Iterator[str]:
    """Read every anchor in storage, its row there or not, and compare each head with the event that
    stands at its place now. Then name anchors that are missing, forged or out of their order."""
    from app.core import anchor_store, storage

    columns = (Anchor.storage_key, Anchor.sha256, Anchor.is_former)
    rows = db.session.execute(select(*columns).order_by(Anchor.id)).all()
    for key, sha256, is_former in rows:  # written before anchors were signed
        if _is_signed(key):
            continue
        db.session.rollback()  # storage is read without a transaction
        if not storage.exists(key):
            yield f"Anchor {key} is missing from the storage."
        elif hashlib.sha256(body := storage.read_bytes(key)).hexdigest() != sha256:
            yield f"Anchor {key} is not what was written there."
        else:
            yield from _departures(key, json.loads(body)["heads"], is_former)
    db.session.rollback()
    if current().anchor_bucket is None or current().anchor_public_key is None:
        yield "Anchors can't be verified: ANCHOR_BUCKET or ANCHOR_PUBLIC_KEY is not set."
        return
    last = Signed("", 0, "", uuid.UUID(int=0), {}, "")
    former = {key: is_former for key, _sha256, is_former in rows}
    unsigned, unordered, missing = [], [], []
    for key in anchor_store.list_keys():
        db.session.rollback()
        anchor = _opened(key, anchor_store.read(key)) if _is_signed(key) else None
        if anchor is None:
            unsigned.append(key)
            continue
        yield from _departures(key, anchor.heads, former.get(key, False))
        missing += [_key(number) for number in range(last.number + 1, anchor.number)][:3]
        if anchor.number == last.number + 1 and anchor.before != last.sha256:
            unordered.append(key)
        last = anchor
    for key in unsigned:
        yield f"Anchor {key} is not signed with this shop's key for its place."
    for key in missing:
        yield f"Anchor {key} is missing from the storage."
    for key in unordered:
        yield f"Anchor {key} does not follow the one before it."
    for key in former:
        if _is_signed(key) and _number(key) > last.number:
            yield f"Anchor {key} is missing from the storage."


@invariant("Every anchor in storage has its row")
def anchors_have_rows() -> Iterator[str]:
    """Yield each anchor whose row was removed from the database."""
    from app.core import anchor_store

    if current().anchor_bucket is None:
        return
    known = set(db.session.scalars(select(Anchor.storage_key)))
    db.session.rollback()
    for key in anchor_store.list_keys():
        if key not in known:
            yield f"Anchor {key} is in storage, but its row was removed from the database."


def _departures(key: str, heads: dict[str, list[object]], is_former: bool) -> Iterator[str]:
    # a chain that did not verify was not hashed anew and has no former hashes
    found = func.coalesce(Event.former_hash, Event.hash) if is_former else Event.hash
    for stream_id, (seq, head_hash) in heads.items():
        event = (Event.stream_id == uuid.UUID(stream_id), Event.stream_seq == seq)
        if db.session.scalar(select(found).where(*event)) != head_hash:
            yield f"Chain {stream_id}: event {seq} differs from anchor {key}."


def heads_since(upto: uuid.UUID | None) -> tuple[dict[str, list[object]], uuid.UUID | None]:
    """Return the heads of all chains that grew after event `upto` (a UUIDv7), and the newest event's id.

    The ten minutes before `upto`, longer than any transaction lasts, are read twice for what committed late.
    """
    newest = db.session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1))
    if newest is None or newest == upto:
        return {}, None
    overlap_ms = OVERLAP // timedelta(milliseconds=1)
    floor = uuid.UUID(int=max(0, (upto.int >> 80) - overlap_ms) << 80 if upto else 0)
    rows = db.session.execute(GROWN, {"floor": floor})
    return {str(row.stream_id): [row.head_seq, row.head_hash] for row in rows}, newest


def anchor_heads() -> str | None:
    """Sign the heads of all chains that grew and write them to storage, once; return the key, None if none
    grew. The first anchor, and the one after a foreign object, holds every chain. Commits. Raises BadSettings."""
    from app.core import anchor_store

    signing_key = current().anchor_signing_key
    if None in (signing_key, current().anchor_bucket, current().anchor_public_key):
        raise BadSettings(
            "ANCHOR_SIGNING_KEY, ANCHOR_PUBLIC_KEY or ANCHOR_BUCKET is not set, so chains are not anchored "
            "outside the database. Make a pair of keys with: flask anchors keys"
        )
    last, number = _last()
    if last is not None:
        _keep_row(last)  # a crash between storage and row; others stay missing, and are named
    row = db.session.scalar(select(Anchor).where(Anchor.storage_key == last.key)) if last else None
    heads, newest = heads_since(last.upto if last and row and not row.is_former else None)
    db.session.commit()
    if newest is None or not heads:
        return None
    anchor = {
        "number": number,
        "before": last.sha256 if last else "",
        "at": now().isoformat(),
        "upto": str(newest),
        "heads": heads,
    }
    body = json.dumps(anchor, sort_keys=True)
    stored = json.dumps({"anchor": body, "signature": sign(body, signing_key or "")}).encode()
    found = _opened(_key(number), stored)
    if found is None:
        raise BadSettings("ANCHOR_SIGNING_KEY and ANCHOR_PUBLIC_KEY are not of one pair.")
    anchor_store.write(found.key, stored)
    _keep_row(found)
    db.session.commit()
    return found.key


def _last() -> tuple[Signed | None, int]:
    """Return the last anchor in storage that is ours, None without one, and the next free number."""
    from app.core import anchor_store

    listed = [key for key in anchor_store.list_keys() if _is_signed(key)]
    if not listed:
        return None, 1
    newest = max(listed, key=_number)
    return _opened(newest, anchor_store.read(newest)), _number(newest) + 1


def _keep_row(anchor: Signed) -> None:
    known = select(Anchor.id).where(Anchor.storage_key == anchor.key)
    if db.session.scalar(known) is None:
        db.session.add(Anchor(storage_key=anchor.key, sha256=anchor.sha256, upto=anchor.upto))
        db.session.flush()
