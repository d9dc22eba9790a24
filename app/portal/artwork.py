"""Files and proofs, as the customer sends, looks at and signs them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.artwork.services.output import assets_of, visible_version
from app.core.db import db
from app.core.errors import Problem
from app.core.translations import _
from app.core.web.perform import perform
from app.core.web.stored import show_picture
from app.files.models import Preview
from app.files.services.downloads import download_url
from app.orders.models import Order, OrderLine
from app.portal.answering import carry_out, find_entry
from app.portal.orders import find, page_of
from app.portal.visitor import actor, owner_key


def register(blueprint: Blueprint) -> None:
    """Add the proof's page, its answers and the addresses of pictures and papers."""
    blueprint.get("/orders/<ref>/proof/<uuid:slot_id>", endpoint="proof")(proof)
    blueprint.get("/orders/<ref>/proof/<uuid:slot_id>/news", endpoint="proof_news")(news)
    blueprint.post("/orders/<ref>/proof/<uuid:slot_id>/<verb>", endpoint="act_on_artwork")(act)
    blueprint.get("/orders/<ref>/proof/<uuid:slot_id>/paper", endpoint="proof_paper")(paper)
    blueprint.get("/orders/<ref>/preview/<uuid:preview_id>", endpoint="preview")(preview)


def slot_of(order: Order, slot_id: uuid.UUID) -> tuple[ArtworkSlot, OrderLine]:
    """Return the slot if it is this order's; 404 otherwise."""
    line = next((line for line in order.lines if line.artwork_slot_id == slot_id), None)
    slot = db.session.get(ArtworkSlot, slot_id)
    if line is None or slot is None or slot.stream_id != order.id:
        abort(404)
    return slot, line


def proof(ref: str, slot_id: uuid.UUID) -> Any:
    """The newest version, beside what it is made of, with the place to sign."""
    return _page(find(ref), slot_id)


def _page(order: Order, slot_id: uuid.UUID, problem: Problem | None = None) -> str:
    slot, line = slot_of(order, slot_id)
    shown = visible_version(slot.id)
    if shown is None:
        abort(404)
    pictures = shown.asset.previews or shown.version.asset.previews
    return render_template(
        "portal/proof.html",
        order=order,
        line=line,
        slot=slot,
        shown=shown,
        pictures=[row for row in pictures if row.kind.startswith("page-")] or pictures[:1],
        report=shown.version.report,
        problem=problem,
        typed=request.form if problem else {},
    )


def news(ref: str, slot_id: uuid.UUID) -> Any:
    """Whether the version that is looked at is still the one to answer; nothing while it is."""
    order = find(ref)
    slot, _ = slot_of(order, slot_id)
    shown = visible_version(slot.id)
    seen = (request.args.get("version", ""), request.args.get("proof", ""))
    drawn = str(shown.proof.id) if shown and shown.proof else ""
    is_same = shown is not None and seen == (str(shown.number), drawn)
    if is_same and request.args.get("state", "") == slot.state:
        return ""
    return render_template("portal/proof_news.html", order=order, slot=slot, is_same=is_same)


def act(ref: str, slot_id: uuid.UUID, verb: str) -> Any:
    """Do one of the customer's verbs with the artwork: upload a file, approve the proof, request changes."""
    slot, _ = slot_of(find(ref), slot_id)
    entry = find_entry("artwork", verb)
    is_file = entry is artwork_verbs.add_file
    more = {"owner_key": owner_key()} if is_file else {"ip": request.remote_addr}

    def again(order: Order, problem: Problem) -> str:
        return (
            page_of(order, problem, slot_id=slot_id) if is_file else _page(order, slot_id, problem)
        )

    return carry_out(
        ref, lambda _: perform(entry, slot, actor(), **more), entry.done_for_customer, again
    )


def paper(ref: str, slot_id: uuid.UUID) -> Any:
    """Send the browser to the proof (or the design file itself) in storage, for five minutes."""
    slot, _ = slot_of(find(ref), slot_id)
    shown = visible_version(slot.id)
    if shown is None:
        abort(404)
    address = download_url(shown.asset, file_name=_paper_name(ref, shown))
    return redirect(address, 302)


def _paper_name(ref: str, shown: Any) -> str:
    return (
        _("%(ref)s proof v%(shown_number)s.pdf", ref=ref, shown_number=shown.number)
        if shown.proof
        else str(shown.version.file_name)
    )


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
