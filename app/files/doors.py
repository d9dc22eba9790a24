"""What a page's script asks for to send a file: addresses for its parts, and where it stands.

The portal and the back office each make an `UploadDoor` for the person of the request and put its
methods under addresses of their own. All of them speak JSON.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotFound
from app.core.web.stored import show_picture
from app.files import services as files
from app.files.models import Asset, Upload
from app.files.states import UPLOAD

MOST_PARTS_AT_ONCE = 100


def owner_key_of(person: Actor) -> str:
    """Return the key under which the uploads of a member of staff stand."""
    return f"staff:{person.id}"


@dataclass(frozen=True)
class UploadDoor:
    """The uploads of one person; the methods read the request and return its answer.

    `report(asset, wanted)` is what the file's check means for what it is wanted for (``?for=``),
    a dataclass or None;
    `picture_url(upload_id)` is where `picture` is found.
    """

    owner_key: str
    actor: Actor
    report: Callable[[Asset, str], object]
    picture_url: Callable[[uuid.UUID], str]

    def start(self) -> tuple[Response, int]:
        """Begin: ``{"file_name", "size_bytes", "accept": [kinds]}`` → the plan of parts."""
        given = _body()
        size = given.get("size_bytes")
        accept = given.get("accept") or []
        if not isinstance(size, int) or isinstance(size, bool) or not isinstance(accept, list):
            raise BadInput("The size of the file is missing.", field="size_bytes")
        ticket = files.start_upload(
            self.owner_key,
            str(given.get("file_name") or ""),
            size,
            actor=self.actor,
            accept=tuple(str(kind) for kind in accept[:20]),
        )
        db.session.commit()
        multipart_id = files.open_multipart(ticket)
        files.multipart_opened(ticket.upload_id, multipart_id)
        db.session.commit()
        return jsonify(ticket_json(ticket)), 201

    def state(self, upload_id: uuid.UUID) -> Response:
        """Where the upload stands: its state, the sentence where it was refused, its picture.

        ``?for=`` says what the file is meant for: its report is added then.
        """
        upload = self._find(upload_id)
        ticket = files.find_ticket(upload_id, owner_key=self.owner_key)
        found = ticket_json(ticket) | {
            "file_name": upload.file_name,
            "word": UPLOAD.table[upload.state].customer_word,
            "refusal": upload.refusal,
            "taken": upload.stream_id is not None,
            "picture": None,
        }
        if upload.asset is not None:
            if upload.asset.previews:
                found["picture"] = self.picture_url(upload.id)
            found["report"] = self.report(upload.asset, request.args.get("for", ""))
        return jsonify(found)

    def picture(self, upload_id: uuid.UUID) -> Any:
        """Send the browser to the picture of its own upload: the first page, else the small one."""
        upload = self._find(upload_id)
        found = files.previews_of(upload.asset_id) if upload.asset_id else []
        shown = {row.kind: row for row in found}
        row = shown.get("page-1") or shown.get("thumb")
        if row is None:
            raise NotFound("There is no picture of this file.")
        return show_picture(row.storage_key)

    def parts(self, upload_id: uuid.UUID) -> Response:
        """Which parts have arrived: what a browser that comes back need not send again."""
        ticket = files.find_ticket(upload_id, owner_key=self.owner_key)
        db.session.commit()
        return jsonify(ticket_json(ticket) | {"parts": files.list_received_parts(ticket)})

    def sign(self, upload_id: uuid.UUID) -> Response:
        """``{"part_numbers": [1, 2]}`` → an address for each, good for an hour."""
        numbers = _body().get("part_numbers")
        good = isinstance(numbers, list) and 0 < len(numbers) <= MOST_PARTS_AT_ONCE
        if not good or not all(
            isinstance(n, int) and not isinstance(n, bool) for n in numbers or ()
        ):
            raise BadInput(
                f"Ask for 1 to {MOST_PARTS_AT_ONCE} part numbers at a time.", field="part_numbers"
            )
        ticket = files.find_ticket(upload_id, owner_key=self.owner_key)
        return jsonify({"urls": files.sign_parts(ticket, numbers or [])})

    def complete(self, upload_id: uuid.UUID) -> Response:
        """Join the parts; the check follows by itself and the page asks `state` for its outcome."""
        ticket = files.find_ticket(upload_id, owner_key=self.owner_key)
        db.session.commit()
        size_bytes = files.join_parts(ticket)
        try:
            files.complete_upload(upload_id, size_bytes, owner_key=self.owner_key, actor=self.actor)
            db.session.commit()
        except AlreadyDone:
            db.session.rollback()
        return self.state(upload_id)

    def abort(self, upload_id: uuid.UUID) -> tuple[str, int]:
        """Give the upload up; its parts are removed."""
        ticket = files.abort_upload(upload_id, owner_key=self.owner_key, actor=self.actor)
        db.session.commit()
        files.drop_parts(ticket)
        return "", 204

    def _find(self, upload_id: uuid.UUID) -> Upload:
        return files.find_upload(upload_id, owner_key=self.owner_key)


def ticket_json(ticket: files.Ticket) -> dict[str, Any]:
    """Return what the browser needs to send the parts."""
    return {
        "id": str(ticket.upload_id),
        "state": ticket.state,
        "size_bytes": ticket.size_bytes,
        "part_size_bytes": ticket.part_size_bytes,
        "part_count": ticket.part_count,
    }


def wanted_upload() -> uuid.UUID:
    """Return the upload that a form names as its file; raises BadInput where it names none."""
    try:
        return uuid.UUID(request.form.get("upload_id", ""))
    except ValueError:
        raise BadInput("Choose a file first.", field="upload_id") from None


def _body() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput("The upload's request could not be read. Load the page again.")
    return given
