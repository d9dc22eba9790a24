"""Files and proofs, as the customer sends, looks at and signs them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from app.artwork import services as artwork
from app.artwork.models import ArtworkSlot
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.web.stored import show_picture
from app.files import services as files
from app.files.doors import wanted_upload
from app.files.models import Preview
from app.orders.models import Order, OrderLine
from app.portal.answering import carry_out
from app.portal.orders import find, page_of
from app.portal.visitor import actor, owner_key


def register(blueprint: Blueprint) -> None:
    """Add the proof's page, its answers and the addresses of pictures and papers."""
    blueprint.get("/orders/<ref>/proof/<uuid:slot_id>", endpoint="proof")(proof)
    blueprint.get("/orders/<ref>/proof/<uuid:slot_id>/news", endpoint="proof_news")(news)
    blueprint.post("/orders/<ref>/proof/<uuid:slot_id>/sign", endpoint="sign_proof")(sign)
    blueprint.post("/orders/<ref>/proof/<uuid:slot_id>/changes", endpoint="ask_changes")(changes)
    blueprint.post("/orders/<ref>/file/<uuid:slot_id>", endpoint="send_file")(send_file)
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
    shown = artwork.shown(slot.id)
    if shown is None:
        abort(404)
    pictures = files.previews_of(shown.asset.id) or files.previews_of(shown.version.asset_id)
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
    shown = artwork.shown(slot.id)
    seen = (request.args.get("version", ""), request.args.get("proof", ""))
    drawn = str(shown.proof.id) if shown and shown.proof else ""
    is_same = shown is not None and seen == (str(shown.number), drawn)
    if is_same and request.args.get("state", "") == slot.state:
        return ""
    return render_template("portal/proof_news.html", order=order, slot=slot, is_same=is_same)


def _seen() -> tuple[int, uuid.UUID | None, str]:
    """Return version, proof and hash that the form was shown for; 404 for nonsense."""
    given = request.form.get("proof_id", "")
    number = request.form.get("version", "")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        abort(404)
    try:
        return int(number), uuid.UUID(given) if given else None, request.form.get("sha256", "")
    except ValueError:
        abort(404)


def sign(ref: str, slot_id: uuid.UUID) -> Any:
    """Sign exactly the version that was shown."""
    slot_of(find(ref), slot_id)
    number, proof_id, sha256 = _seen()

    def verb(_: Order) -> Any:
        if request.form.get("checked") != "yes":
            raise BadInput("Tick that you have checked it, then sign.", field="checked")
        return artwork.sign(
            slot_id,
            number,
            request.form.get("typed_name", ""),
            sha256=sha256,
            proof_id=proof_id,
            actor=actor(),
            ip=request.remote_addr,
        )

    def again(order: Order, problem: Problem) -> str:
        return _page(order, slot_id, problem)

    done = "Thank you, it is signed. We make exactly what you saw."
    return carry_out(ref, verb, done, again)


def changes(ref: str, slot_id: uuid.UUID) -> Any:
    """Ask for changes to the version that was shown instead."""
    slot_of(find(ref), slot_id)
    number, _, sha256 = _seen()

    def verb(_: Order) -> Any:
        return artwork.request_changes(
            slot_id,
            request.form.get("note", ""),
            actor=actor(),
            version_number=number,
            sha256=sha256,
            ip=request.remote_addr,
        )

    def again(order: Order, problem: Problem) -> str:
        return _page(order, slot_id, problem)

    done = "We have your changes. You get a new version to look at."
    return carry_out(ref, verb, done, again)


def send_file(ref: str, slot_id: uuid.UUID) -> Any:
    """Put an upload of this browser into the slot: the first file, or the next version."""
    slot_of(find(ref), slot_id)

    def verb(order: Order) -> Any:
        upload_id = wanted_upload()
        files.claim_upload(upload_id, stream_id=order.id, owner_key=owner_key(), actor=actor())
        artwork.attach_upload(slot_id, upload_id, actor=actor())

    def again(order: Order, problem: Problem) -> str:
        return page_of(order, problem, slot_id=slot_id)

    return carry_out(ref, verb, "Your file is here. We check it now.", again)


def paper(ref: str, slot_id: uuid.UUID) -> Any:
    """Send the browser to the proof (or the design file itself) in storage, for five minutes."""
    slot, _ = slot_of(find(ref), slot_id)
    shown = artwork.shown(slot.id)
    if shown is None:
        abort(404)
    address = files.download_url(shown.asset, file_name=_paper_name(ref, shown))
    return redirect(address, 302)


def _paper_name(ref: str, shown: Any) -> str:
    return f"{ref} proof v{shown.number}.pdf" if shown.proof else str(shown.version.file_name)


def preview(ref: str, preview_id: uuid.UUID) -> Any:
    """Send the browser to a picture of one of this order's files."""
    order = find(ref)
    row = db.session.get(Preview, preview_id)
    mine = {
        asset
        for line in order.lines
        if line.artwork_slot_id
        for asset in artwork.assets_of(line.artwork_slot_id)
    }
    if row is None or row.asset_id not in mine:
        abort(404)
    return show_picture(row.storage_key)
