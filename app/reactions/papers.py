"""Work orders of ready jobs."""

import uuid

from sqlalchemy import select

from app.artwork.services.approvals import newest_version
from app.artwork.services.output import NotApproved, approved_output
from app.core.actor import system
from app.core.archive import StoredPaper
from app.core.db import db, get
from app.core.events import Event
from app.core.translations import _
from app.files.models import Preview
from app.orders.models import OrderLine
from app.production import work_orders
from app.production.models import Job

act = work_orders.render_work_order


def load(event: Event) -> work_orders.WorkOrderWork | None:
    """job.ready: what the ticket shows, with the picture of exactly the approved file."""
    job = get(Job, event.subject_id)
    line = get(OrderLine, job.line_id)
    if not line.order.is_placed or has_ticket_since(job, event):
        return None
    picture = None
    if line.artwork_slot_id is not None and job.approved_sha256 is not None:
        try:
            picture = approved_picture(line.artwork_slot_id, job.approved_sha256)
        except NotApproved:  # another file came: the job is made ready again with that one
            return None
    return work_orders.load_work_order(job.id, artwork=picture)


def has_ticket_since(job: Job, event: Event) -> bool:
    """Return whether a ticket for the job's approved file was made after `event`."""
    newest = work_orders.newest_work_order(job.id)
    if newest is None or newest.created_at < event.created_at:
        return False
    return newest.approved_sha256 == job.approved_sha256


def approved_picture(slot_id: uuid.UUID, sha256: str) -> work_orders.ApprovedArtwork:
    """Return the approved file for the ticket; raises NotApproved where another hash is asked for."""
    asset, approved = approved_output(slot_id, source_sha256=sha256)
    version = newest_version(slot_id)
    query = select(Preview.storage_key).where(Preview.asset_id == asset.id, Preview.kind == "thumb")
    label = (
        _("Version %(version_number)s", version_number=version.number)
        if version
        else _("Approved file")
    )
    return work_orders.ApprovedArtwork(approved, label, db.session.scalar(query.limit(1)))


def save(event: Event, work: work_orders.WorkOrderWork, paper: StoredPaper) -> None:
    """Keep the ticket as the job's next version."""
    work_orders.save_work_order(work, paper, actor=system())
