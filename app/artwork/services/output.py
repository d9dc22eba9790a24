"""What may be made, and what still waits for an answer."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, Proof
from app.artwork.services.approvals import approvals_of, newest_version
from app.artwork.states import APPROVED
from app.core.actor import Actor
from app.core.db import db, get
from app.core.errors import WrongState
from app.core.translations import _
from app.files.models import Asset


class NotApproved(WrongState):
    """The customer has not signed the newest version, so nothing may be made from this slot."""

    code = "not_approved"


def approved_output(slot_id: uuid.UUID, *, source_sha256: str | None = None) -> tuple[Asset, str]:
    """Return the file that may be produced, and its SHA-256.

    `source_sha256` is the hash of what is about to be made (an imposed sheet's source, a plate): it
    must be the approved version's. Raises NotApproved in every other case; a newer file that is
    still being checked is such a case. Read without a lock: ask again when the work starts.
    """
    slot = get(ArtworkSlot, slot_id)
    version = newest_version(slot.id)
    approval = signature(version) if version is not None else None
    if slot.state not in APPROVED or version is None or approval is None:
        raise NotApproved(
            _("“%(label)s” is not approved, so it can't be produced.", label=slot.label),
            next_step=_("It can be produced once the customer has approved the newest version."),
        )
    sha256 = version.asset.sha256
    if approval.source_sha256 != sha256 or source_sha256 not in (None, sha256):
        raise NotApproved(
            _("This file is not the one that was approved for “%(label)s”.", label=slot.label),
            next_step=_("Use version %(number)s, which was approved.", number=version.number),
        )
    return version.asset, sha256


def may_have(version: ArtworkVersion, actor: Actor) -> bool:
    """Whether `actor` gets the file: who works on artwork gets each, everybody else the approved one."""
    if any(actor.may(key) for key in ("artwork.check", "artwork.upload")):
        return True
    try:
        asset, _sha256 = approved_output(version.slot_id)
    except NotApproved:
        return False
    return asset.id == version.asset_id


def signature(version: ArtworkVersion) -> Approval | None:
    """Return the customer's signature under this version if nothing was said against it later."""
    found: Approval | None = None
    for row in approvals_of(version.id):
        if row.stage == "customer" and row.answer == "approved":
            found = row
        elif row.answer in {"changes_requested", "superseded"}:
            found = None
    return found


@dataclass(frozen=True)
class VisibleVersion:
    """What a person signs: put `number`, `sha256` and `proof.id` into the form."""

    slot: ArtworkSlot
    version: ArtworkVersion
    proof: Proof | None

    @property
    def number(self) -> int:
        return self.version.number

    @property
    def sha256(self) -> str:
        """The hash of the customer's file, which is what gets approved."""
        return self.version.asset.sha256

    @property
    def asset(self) -> Asset:
        """What to look at: the proof's PDF; without one, the file itself."""
        return self.proof.asset if self.proof else self.version.asset


def visible_version(slot_id: uuid.UUID) -> VisibleVersion | None:
    """Return the newest version as it is shown for signing, None where no file came yet.

    There is no proof where the rule says that the design file itself is signed, and as long as none
    is made.
    """
    slot = get(ArtworkSlot, slot_id)
    version = newest_version(slot.id)
    return visible(slot, version) if version else None


def visible(slot: ArtworkSlot, version: ArtworkVersion) -> VisibleVersion:
    """Return the slot's newest `version`, whose proofs were read, as it is shown for signing."""
    proof = None if slot.approval_kind == "design" else version.proof
    return VisibleVersion(slot, version, proof)


def newest_versions(slot_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, ArtworkVersion]:
    """Return slot id → its newest version with its file and proofs, in two queries.

    Slots that got no file yet are absent.
    """
    if not slot_ids:
        return {}
    rows = db.session.scalars(
        select(ArtworkVersion)
        .where(ArtworkVersion.slot_id.in_(slot_ids))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
        .options(
            joinedload(ArtworkVersion.asset),
            selectinload(ArtworkVersion.proofs).joinedload(Proof.asset),
        )
    )
    return {row.slot_id: row for row in rows}


def slots_of(stream_id: uuid.UUID) -> list[ArtworkSlot]:
    """Return the slots of an order in the order they were opened."""
    query = select(ArtworkSlot).where(ArtworkSlot.stream_id == stream_id)
    return list(db.session.scalars(query.order_by(ArtworkSlot.id)))


def assets_of(slot_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the ids of all files that belong to the slot: its versions and the proofs of these."""
    versions = select(ArtworkVersion.asset_id).where(ArtworkVersion.slot_id == slot_id)
    proofs = select(Proof.asset_id).join(ArtworkVersion, ArtworkVersion.id == Proof.version_id)
    return set(db.session.scalars(versions.union(proofs.where(ArtworkVersion.slot_id == slot_id))))
