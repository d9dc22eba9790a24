"""The work order: the ticket on the job bag, made in three steps so that no transaction waits for it.

`load_work_order` reads in a short transaction, `render_work_order` draws and stores with none open,
`save_work_order` writes the row. The press lock stands in `load_work_order`.
"""

import uuid
from dataclasses import asdict, dataclass
from decimal import Decimal

from flask import current_app
from sqlalchemy import select

from app.catalog.breakdown import breakdown_rows
from app.catalog.labels import personalised
from app.core import archive, storage
from app.core.actor import Actor
from app.core.archive import StoredPaper
from app.core.barcodes import code128_svg
from app.core.clock import now
from app.core.db import db, get
from app.core.errors import WrongState
from app.core.events import record
from app.core.pdf import render_pdf
from app.core.shop.details import shop_details
from app.core.translations import _
from app.orders.details import work_order_details
from app.orders.models import Order, OrderLine
from app.production.job_tree import lock_job_tree
from app.production.models import Job, WorkOrder
from app.production.queries import job_card
from app.production.states import ENDED, STEP_SKIPPED

PICTURE = "artwork"


@dataclass(frozen=True)
class ApprovedArtwork:
    """The approved version as handed down: its file's hash, words for it, and a small picture's key."""

    sha256: str
    label: str
    picture_key: str | None = None


@dataclass(frozen=True)
class WorkOrderWork:
    """The page to draw, which asks only for ``asset:`` addresses, and what it shows."""

    job_id: uuid.UUID
    html: str
    approved_sha256: str | None
    picture_key: str | None


def load_work_order(
    job_id: uuid.UUID, *, artwork: ApprovedArtwork | None = None
) -> WorkOrderWork | None:
    """Return the job's ticket as HTML; None where the job is split, ended or not released.

    Raises NotFound, and WrongState where the job has an artwork gate and `artwork` is not the file
    that was approved for it: no ticket is ever printed with another picture.
    """
    card = job_card(job_id)
    if card.is_split or card.state in ENDED or card.waits_for:
        return None
    has_gate = any(gate.key == "artwork" for gate in card.gates)
    if has_gate and (artwork is None or artwork.sha256 != card.approved_sha256):
        raise WrongState(
            _("%(job)s is released for another file than the one on its ticket.", job=card.job),
            next_step=_("Open the artwork gate with the approved version."),
        )
    line = get(OrderLine, card.line_id)
    product = line.specification
    steps = [step for step in card.steps if step.state not in STEP_SKIPPED]
    picture_key = artwork.picture_key if artwork else None
    html = current_app.jinja_env.get_template("papers/work_order.html").render(
        job=card,
        steps=[(step, _duration(step.minutes)) for step in steps],
        version=_next_version(job_id),
        parent_number=get(Job, card.parent_id).number if card.parent_id else "",
        barcode=code128_svg(card.number),
        details=work_order_details(),
        delivery=_delivery(get(Order, line.order_id)),
        pieces=product.wording.pieces,
        chosen=product.chosen(line.configuration.options),
        variants=breakdown_rows(product, card.breakdown),
        personalisation=personalised(product, line.configuration),
        picture=PICTURE if picture_key else None,
        artwork_label=artwork.label if artwork else "",
        shop_name=shop_details().name,
        made_at=now(),
    )
    return WorkOrderWork(job_id, html, card.approved_sha256, picture_key)


def render_work_order(work: WorkOrderWork) -> StoredPaper:
    """Draw the PDF (A5) in the sandbox and store it; no transaction may be open."""
    assets = {PICTURE: storage.read_bytes(work.picture_key)} if work.picture_key else {}
    body = render_pdf(work.html, assets=assets)
    return archive.put_paper(f"work-orders/{work.job_id}", body)


def save_work_order(work: WorkOrderWork, paper: StoredPaper, *, actor: Actor) -> WorkOrder | None:
    """Append the work order's row under the next version of the job; None where the job was ended or
    released for another file meanwhile. Locks the job tree."""
    job = lock_job_tree(work.job_id).job
    if job.state in ENDED or job.approved_sha256 != work.approved_sha256:
        return None
    row = WorkOrder(
        job_id=job.id,
        version=_next_version(job.id),
        approved_sha256=work.approved_sha256,
        **asdict(paper),
    )
    db.session.add(row)
    db.session.flush()
    data = {"job": job.number, "version": row.version, "sha256": row.sha256}
    record("work_order.made", job, actor, data=data)
    return row


def newest_work_order(job_id: uuid.UUID) -> WorkOrder | None:
    """Return the job's newest ticket, None where none was made yet."""
    query = select(WorkOrder).where(WorkOrder.job_id == job_id)
    return db.session.scalars(query.order_by(WorkOrder.version.desc()).limit(1)).first()


def _next_version(job_id: uuid.UUID) -> int:
    newest = newest_work_order(job_id)
    return newest.version + 1 if newest else 1


def _delivery(order: Order) -> str:
    """Return how the order leaves, as everybody at the machines may read it: of an address the place alone."""
    if order.delivery == "carrier":
        place = ", ".join(part for part in (order.ship_to.city, order.ship_to.country) if part)
        return _("By carrier to %(place)s", place=place)
    return _("Pickup") if order.delivery else _("Not known yet")


def _duration(minutes: Decimal) -> str:
    whole = int(minutes.to_integral_value(rounding="ROUND_CEILING"))
    hours, rest = divmod(whole, 60)
    return f"{hours} h {rest:02d}" if hours else _("%(rest)s min", rest=rest)
