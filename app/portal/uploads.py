"""Uploads: the browser asks here for addresses and puts the bytes straight into storage."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from app.artwork import preflight
from app.artwork.models import ArtworkSlot
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotFound
from app.core.web.stored import show_picture
from app.files import services as files
from app.files.models import Asset
from app.files.states import UPLOAD
from app.portal.catalogue import find as find_product
from app.portal.visitor import actor, owner_key

MOST_PARTS_AT_ONCE = 100


def register(blueprint: Blueprint) -> None:
    """Add the upload's addresses; all speak JSON."""
    blueprint.post("/uploads", endpoint="start_upload")(start)
    blueprint.get("/uploads/<uuid:upload_id>", endpoint="upload_state")(state)
    blueprint.get("/uploads/<uuid:upload_id>/picture", endpoint="upload_picture")(picture)
    blueprint.get("/uploads/<uuid:upload_id>/parts", endpoint="upload_parts")(parts)
    blueprint.post("/uploads/<uuid:upload_id>/parts", endpoint="sign_parts")(sign)
    blueprint.post("/uploads/<uuid:upload_id>/complete", endpoint="complete_upload")(complete)
    blueprint.delete("/uploads/<uuid:upload_id>", endpoint="abort_upload")(abort)


def ticket_json(ticket: files.Ticket) -> dict[str, Any]:
    """Return what the browser needs to send the parts."""
    return {
        "id": str(ticket.upload_id),
        "state": ticket.state,
        "size_bytes": ticket.size_bytes,
        "part_size_bytes": ticket.part_size_bytes,
        "part_count": ticket.part_count,
    }


def _body() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput("The upload's request could not be read. Load the page again.")
    return given


def start() -> tuple[Response, int]:
    """Begin: ``{"file_name", "size_bytes", "accept": [kinds]}`` → the plan of parts."""
    given = _body()
    size = given.get("size_bytes")
    accept = given.get("accept") or []
    if not isinstance(size, int) or isinstance(size, bool) or not isinstance(accept, list):
        raise BadInput("The size of the file is missing.", field="size_bytes")
    ticket = files.start_upload(
        owner_key(),
        str(given.get("file_name") or ""),
        size,
        actor=actor(),
        accept=tuple(str(kind) for kind in accept[:20]),
    )
    db.session.commit()
    multipart_id = files.open_multipart(ticket)
    files.multipart_opened(ticket.upload_id, multipart_id)
    db.session.commit()
    return jsonify(ticket_json(ticket)), 201


def state(upload_id: uuid.UUID) -> Response:
    """Where the upload stands: its state, the sentence where it was refused, its picture.

    ``?for=p/SLUG`` or ``?for=slot/ID`` says what the file is meant for: its report is added then.
    """
    upload = files.find_upload(upload_id, owner_key=owner_key())
    found = ticket_json(files.find_ticket(upload_id, owner_key=owner_key())) | {
        "file_name": upload.file_name,
        "word": UPLOAD.table[upload.state].customer_word,
        "refusal": upload.refusal,
        "taken": upload.stream_id is not None,
        "picture": None,
    }
    if upload.asset is not None:
        if upload.asset.previews:
            found["picture"] = url_for("portal.upload_picture", upload_id=upload.id)
        found["report"] = report(upload.asset, request.args.get("for", ""))
    return jsonify(found)


def picture(upload_id: uuid.UUID) -> Any:
    """Send the browser to the picture of its own upload: the first page, else the small one."""
    upload = files.find_upload(upload_id, owner_key=owner_key())
    found = files.previews_of(upload.asset_id) if upload.asset_id else []
    shown = {row.kind: row for row in found}
    row = shown.get("page-1") or shown.get("thumb")
    if row is None:
        raise NotFound("There is no picture of this file.")
    return show_picture(row.storage_key)


def report(asset: Asset, wanted: str) -> dict[str, Any] | None:
    """Return ``{"verdict", "findings": [what is worth a look]}``; None where nothing is asked for."""
    rule = _requirement(wanted)
    if rule is None:
        return None
    checked = preflight.run(asset.facts or {}, rule)
    said = [row["title"] for row in checked.findings if row["severity"] != "passed"]
    return {"verdict": checked.verdict, "findings": said[:4]}


def _requirement(wanted: str) -> dict[str, Any] | None:
    """Return what a product's files must be, or a slot's of this browser's own orders."""
    kind, _, name = wanted.partition("/")
    if kind == "p":
        _, terms = find_product(name)
        return terms.artwork.model_dump(mode="json") if terms.artwork else None
    try:
        slot = db.session.get(ArtworkSlot, uuid.UUID(name)) if kind == "slot" else None
    except ValueError:
        return None
    mine = slot is not None and slot.stream_id in actor().streams
    return dict(slot.requirement) if slot is not None and mine else None


def parts(upload_id: uuid.UUID) -> Response:
    """Which parts have arrived: what a browser that comes back need not send again."""
    ticket = files.find_ticket(upload_id, owner_key=owner_key())
    db.session.commit()
    return jsonify(ticket_json(ticket) | {"parts": files.list_received_parts(ticket)})


def sign(upload_id: uuid.UUID) -> Response:
    """``{"part_numbers": [1, 2]}`` → an address for each, good for an hour."""
    numbers = _body().get("part_numbers")
    good = isinstance(numbers, list) and 0 < len(numbers) <= MOST_PARTS_AT_ONCE
    if not good or not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers or ()):
        raise BadInput(
            f"Ask for 1 to {MOST_PARTS_AT_ONCE} part numbers at a time.", field="part_numbers"
        )
    ticket = files.find_ticket(upload_id, owner_key=owner_key())
    return jsonify({"urls": files.sign_parts(ticket, numbers or [])})


def complete(upload_id: uuid.UUID) -> Response:
    """Join the parts; the check follows by itself and the page asks `state` for its outcome."""
    ticket = files.find_ticket(upload_id, owner_key=owner_key())
    db.session.commit()
    size_bytes = files.join_parts(ticket)
    try:
        files.complete_upload(upload_id, size_bytes, owner_key=owner_key(), actor=actor())
        db.session.commit()
    except AlreadyDone:
        db.session.rollback()
    return state(upload_id)


def abort(upload_id: uuid.UUID) -> tuple[str, int]:
    """Give the upload up; its parts are removed."""
    ticket = files.abort_upload(upload_id, owner_key=owner_key(), actor=actor())
    db.session.commit()
    files.drop_parts(ticket)
    return "", 204
