"""The work order: the ticket on the job bag, made in three steps so that no transaction waits for it.

`load_work_order` reads in a short transaction, `render_work_order` draws and stores with none open,
`save_work_order` writes the row. The press lock stands in `load_work_order`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.catalog.configuration import Configuration
from app.catalog.labels import personalised
from app.catalog.properties import Properties
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, get
from app.core.errors import WrongState
from app.core.events import record
from app.core.settings import ROOT, current
from app.orders.models import OrderLine
from app.production.cards import JobCard
from app.production.job_tree import lock_job_tree
from app.production.models import Job, WorkOrder
from app.production.queries import job_card
from app.production.states import ENDED, STEP_SKIPPED

TEMPLATE = "papers/work_order.html"
FONTS = ("inter-latin.woff2", "inter-latin-ext.woff2")
PICTURE = "artwork"


@dataclass(frozen=True)
class ApprovedArtwork:
    """The approved version as handed down: its file's hash, words for it, and a small picture's key."""

    sha256: str
    label: str
    picture_key: str | None = None


@dataclass(frozen=True)
class WorkOrderWork:
    """Everything a work order shows, read beforehand."""

    job: JobCard
    version: int
    parent_number: str
    options: tuple[tuple[str, str], ...]
    personalisation: tuple[tuple[str, str], ...]
    pieces: str
    artwork: ApprovedArtwork | None
    shop_name: str


@dataclass(frozen=True)
class StoredPaper:
    """A rendered PDF in storage."""

    storage_key: str
    sha256: str
    size_bytes: int


def load_work_order(
    job_id: uuid.UUID, *, artwork: ApprovedArtwork | None = None
) -> WorkOrderWork | None:
    """Return what the job's ticket shows; None where the job is split, ended or not released.

    Raises NotFound, and WrongState where the job has an artwork gate and `artwork` is not the file
    that was approved for it: no ticket is ever printed with another picture.
    """
    card = job_card(job_id)
    if card.is_split or card.state in ENDED or card.waits_for:
        return None
    if any(gate.key == "artwork" for gate in card.gates):
        handed = artwork.sha256 if artwork else None
        if handed is None or handed != card.approved_sha256:
            raise WrongState(
                f"{card.number} is released for another file than the one handed to its ticket.",
                next_step="Open the artwork gate with the approved version.",
            )
    line = get(OrderLine, card.line_id)
    product = line.specification
    parent = get(Job, card.parent_id).number if card.parent_id else ""
    return WorkOrderWork(
        job=card,
        version=_next_version(job_id),
        parent_number=parent,
        options=options(product, card.configuration),
        personalisation=tuple(personalised(product, card.configuration)),
        pieces=product.wording.pieces,
        artwork=artwork,
        shop_name=current().shop_name,
    )


def work_order_html(work: WorkOrderWork) -> str:
    """Return the ticket as HTML that asks only for ``asset:`` addresses; needs an app context."""
    from flask import current_app

    from app.core.barcodes import code128_svg
    from app.core.web.formats import clock_time, day, quantity

    job = work.job
    steps = [step for step in job.steps if step.state not in STEP_SKIPPED]
    return current_app.jinja_env.get_template(TEMPLATE).render(
        job=job,
        version=work.version,
        parent_number=work.parent_number,
        barcode=code128_svg(job.number),
        quantity=quantity(job.figures.ordered),
        pieces=work.pieces,
        due=day(job.due_on) if job.due_on else "",
        scheduled=day(job.scheduled_on) if job.scheduled_on else "",
        minutes=[_duration(step.minutes) for step in steps],
        options=work.options,
        personalisation=work.personalisation,
        picture=PICTURE if work.artwork and work.artwork.picture_key else None,
        sha256=job.approved_sha256,
        artwork_label=work.artwork.label if work.artwork else "",
        shop_name=work.shop_name,
        made=f"{day(now(), year=True)} {clock_time(now())}",
    )


def render_work_order(work: WorkOrderWork) -> StoredPaper:
    """Draw the PDF (A5) in the sandbox and store it; no transaction may be open.

    The key holds the hash, so that a second try after a crash stores beside the first, never over it.
    """
    import hashlib

    from app.core import storage
    from app.core.pdf import render_pdf

    assets = {name: (ROOT / "app/static/fonts" / name).read_bytes() for name in FONTS}
    if work.artwork and work.artwork.picture_key:
        assets[PICTURE] = storage.read_bytes(work.artwork.picture_key)
    body = render_pdf(work_order_html(work), assets=assets)
    digest = hashlib.sha256(body).hexdigest()
    key = f"papers/work-orders/{work.job.id}/{digest}.pdf"
    storage.put_bytes(key, body, "application/pdf")
    return StoredPaper(key, digest, len(body))


def save_work_order(work: WorkOrderWork, paper: StoredPaper, *, actor: Actor) -> WorkOrder:
    """Append the work order's row under the next version of the job. Locks the job tree."""
    job = lock_job_tree(work.job.id).job
    row = WorkOrder(
        job_id=job.id,
        version=_next_version(job.id),
        storage_key=paper.storage_key,
        sha256=paper.sha256,
        size_bytes=paper.size_bytes,
        approved_sha256=work.job.approved_sha256,
    )
    db.session.add(row)
    db.session.flush()
    data = {"job": job.number, "version": row.version, "sha256": row.sha256}
    record("work_order.made", job, actor, stream_id=job.order_id, data=data)
    return row


def options(product: Properties, configuration: Configuration) -> tuple[tuple[str, str], ...]:
    """Return (label, choice) of each option in the product's order, with the choice's note."""
    return tuple(
        (option.label, f"{choice.label}, {choice.note}" if choice.note else choice.label)
        for option, choice in product.chosen(configuration.options)
    )


def _next_version(job_id: uuid.UUID) -> int:
    newest = select(func.max(WorkOrder.version)).where(WorkOrder.job_id == job_id)
    return (db.session.scalar(newest) or 0) + 1


def _duration(minutes: Decimal) -> str:
    whole = int(minutes.to_integral_value(rounding="ROUND_CEILING"))
    hours, rest = divmod(whole, 60)
    return f"{hours} h {rest:02d}" if hours else f"{rest} min"
