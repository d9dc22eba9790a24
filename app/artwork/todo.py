"""What waits at artwork: files that prepress decides about, files and approvals of customers."""

from dataclasses import replace
from typing import Any

from flask import url_for
from sqlalchemy import cast, exists, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.artwork.models import ArtworkSlot, ArtworkVersion, Proof
from app.artwork.states import ARTWORK, IN_REVIEW, ON_HOLD, TO_REVIEW, TO_SIGN
from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.holds import Hold, is_due, is_open
from app.core.translations import _, _l
from app.orders.cells import with_order
from app.orders.models import PREFIX, Order
from app.orders.states import OPEN

TITLES = {
    "on_hold": _l("%(label)s failed preflight"),
    "internal_review": _l("%(label)s needs internal approval"),
    "changes_requested": _l("%(label)s: customer requested changes"),
}
OWNER = aliased(Order)
OF_OPEN_ORDER = exists().where(OWNER.id == ArtworkSlot.stream_id, OWNER.state.in_(OPEN))
NEWEST = (
    select(ArtworkVersion.id)
    .where(ArtworkVersion.slot_id == ArtworkSlot.id)
    .order_by(ArtworkVersion.number.desc())
    .limit(1)
    .scalar_subquery()
)
#: What is approved must be there: the design itself, or a proof, which is made once the order is placed.
CAN_BE_DECIDED = or_(
    ArtworkSlot.state.not_in(IN_REVIEW),
    cast(ArtworkSlot.requirement, JSONB)["approval"].astext == "design",
    NEWEST.is_(None),
    exists().where(Proof.version_id == NEWEST),
)


def _slots() -> Rows:
    return with_order(ArtworkSlot.stream_id, ArtworkSlot).order_by(ArtworkSlot.entered_at)


def _item(row: Any, title: str, *more: str) -> TodoItem:
    slot: ArtworkSlot = row[0]
    return TodoItem(
        title, (row.name, f"{PREFIX}{row.number}", *more), slot.entered_at,
        ARTWORK.badge(slot.state),
        url_for("artwork.page", ref=slot.id), row.order_id,
    )  # fmt: skip


def _review(row: Any) -> TodoItem:
    slot: ArtworkSlot = row[0]
    why = (slot.hold_reason,) if slot.state in ON_HOLD and slot.hold_reason else ()
    return _item(row, str(TITLES[slot.state]) % {"label": slot.label}, *why)


def _holds() -> Rows:
    columns = (Hold.reason, Hold.owner_label, Hold.follow_up_on)
    found = _slots().add_columns(*columns).join(Hold, is_open(ArtworkSlot))
    return found.order_by(None).order_by(Hold.follow_up_on)


def _hold(row: Any) -> TodoItem:
    title = _("%(label)s is on hold: %(reason)s", label=row[0].label, reason=row.reason)
    item = _item(row, title, _("owner %(name)s", name=row.owner_label))
    return replace(item, badge=(_("On hold"), "held"), until=row.follow_up_on)


def _missing_file(row: Any) -> TodoItem:
    item = _item(row, _("Artwork: %(label)s", label=row[0].label))
    return replace(item, url=url_for("order_page.page", ref=f"{PREFIX}{row.number}"))


TODOS = (
    Todo(
        "artwork_holds",
        "artwork.check",
        _hold,
        query=_holds,
        where=(is_due(), OF_OPEN_ORDER),
        urgency=Urgency.BLOCKING,
        button=_l("Follow up"),
        icon="pause",
    ),
    Todo(
        "artwork_to_review",
        "artwork.check",
        _review,
        query=_slots,
        where=(ArtworkSlot.state.in_(TO_REVIEW), OF_OPEN_ORDER, CAN_BE_DECIDED),
        urgency=Urgency.BLOCKING,
        button=_l("Review artwork"),
        icon="image",
        page="artwork",
        counted=ArtworkSlot,
    ),
    Todo(
        "proofs_out",
        "order.view",
        lambda row: _item(row, _("Proof: %(label)s", label=row[0].label)),
        query=_slots,
        where=(ArtworkSlot.state.in_(TO_SIGN), OF_OPEN_ORDER),
        waits_for="customer",
        page="proofs_out",
        counted=ArtworkSlot,
    ),
    Todo(
        "missing_files",
        "order.view",
        _missing_file,
        query=_slots,
        where=(ArtworkSlot.state == ARTWORK.initial, OF_OPEN_ORDER),
        waits_for="customer",
    ),
)
