"""Files and proofs, as the customer sends, looks at and signs them."""

import uuid
from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request

from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.artwork.proofing.wording import check_wording
from app.artwork.services.output import assets_of, visible_version
from app.catalog.labels import wording
from app.core.backoffice.row_verbs import offered_verb
from app.core.db import db
from app.core.errors import Problem
from app.core.translations import _
from app.core.web.stored import show_picture
from app.files.models import Preview
from app.files.services.downloads import download_url
from app.orders.models import Order, OrderLine
from app.portal import blueprint, owner_key
from app.portal.orders import do, find, page_of


def slot_of(order: Order, slot_id: uuid.UUID) -> tuple[ArtworkSlot, OrderLine]:
    """Return the slot if it is this order's; 404 otherwise."""
    line = next((line for line in order.lines if line.artwork_slot_id == slot_id), None)
    slot = db.session.get(ArtworkSlot, slot_id)
    if line is None or slot is None or slot.stream_id != order.id:
        abort(404)
    return slot, line


@blueprint.get("/orders/<ref>/proof/<uuid:slot_id>")
def proof(ref: str, slot_id: uuid.UUID) -> Any:
    """The newest version, beside what it is made of, with the place to sign."""
    return _page(slot_id, find(ref))


def _page(slot_id: uuid.UUID, order: Order, problem: Problem | None = None) -> str:
    slot, line = slot_of(order, slot_id)
    shown = visible_version(slot.id)
    if shown is None:
        return page_of(order, problem, slot_id=slot_id) if problem else abort(404)
    pictures = shown.asset.previews or shown.version.asset.previews
    return render_template(
        "portal/proof.html",
        order=order,
        line=line,
        slot=slot,
        shown=shown,
        pictures=[row for row in pictures if row.kind.startswith("page-")] or pictures[:1],
        report=shown.version.report,
        wording=check_wording(
            wording(line.specification, line.configuration), shown.version.asset.facts
        ),
        problem=problem,
        typed=request.form if problem else {},
    )


@blueprint.get("/orders/<ref>/proof/<uuid:slot_id>/news", endpoint="proof_news")
def news(ref: str, slot_id: uuid.UUID) -> Any:
    """Whether the version that is looked at is still the one to answer; nothing while it is."""
    order = find(ref)
    slot, _line = slot_of(order, slot_id)
    shown = visible_version(slot.id)
    seen = (request.args.get("version", ""), request.args.get("proof", ""))
    drawn = str(shown.proof.id) if shown and shown.proof else ""
    is_same = shown is not None and seen == (str(shown.number), drawn)
    if is_same and request.args.get("state", "") == slot.state:
        return ""
    return render_template("portal/proof_news.html", order=order, slot=slot, is_same=is_same)


@blueprint.post("/orders/<ref>/proof/<uuid:slot_id>/<verb>", endpoint="act_on_artwork")
def act(ref: str, slot_id: uuid.UUID, verb: str) -> Any:
    """Do one of the customer's verbs with the artwork: upload a file, approve the proof, request changes."""
    entry = offered_verb("artwork", verb, "portal")
    slot, _line = slot_of(find(ref), slot_id)
    if entry is artwork_verbs.add_file:
        show = partial(page_of, slot_id=slot_id)
        return do(entry, slot, ref, show, owner_key=owner_key())
    return do(entry, slot, ref, partial(_page, slot_id), ip=request.remote_addr)


@blueprint.get("/orders/<ref>/proof/<uuid:slot_id>/paper", endpoint="proof_paper")
def paper(ref: str, slot_id: uuid.UUID) -> Any:
    """Send the browser to the proof (or the design file itself) in storage, for five minutes."""
    slot, _line = slot_of(find(ref), slot_id)
    shown = visible_version(slot.id)
    if shown is None:
        abort(404)
    name = str(shown.version.file_name)
    if shown.proof:
        name = _("%(ref)s proof v%(shown_number)s.pdf", ref=ref, shown_number=shown.number)
    return redirect(download_url(shown.asset, file_name=name), 302)


@blueprint.get("/orders/<ref>/preview/<uuid:preview_id>")
def preview(ref: str, preview_id: uuid.UUID) -> Any:
    """Send the browser to a picture of one of this order's files."""
    order = find(ref)
    row = db.session.get(Preview, preview_id)
    mine = {
        asset
        for line in order.lines
        if line.artwork_slot_id
        for asset in assets_of(line.artwork_slot_id)
    }
    if row is None or row.asset_id not in mine:
        abort(404)
    return show_picture(row.storage_key)
