"""What a page's script asks for to send a file: addresses for its parts, and where it stands.

The portal and the back office each make an `UploadDoor` for the person of the request and put its
methods under addresses of their own. All of them speak JSON.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotFound
from app.core.translations import _
from app.core.web.problems import log_refusal
from app.core.web.stored import show_picture
from app.files.models import STAFF_OWNERS, Asset, Upload
from app.files.services import parts, uploads
from app.files.services.check_slots import is_waiting
from app.files.services.uploads import Ticket
from app.files.states import UPLOAD

MOST_PARTS_AT_ONCE = 100
MD5 = re.compile(r"[0-9a-f]{32}")


def owner_key_of(person: Actor) -> str:
    """Return the key under which the uploads of a member of staff stand."""
    return f"{STAFF_OWNERS}{person.id}"


@dataclass(frozen=True)
class UploadDoor:
    """The uploads of one person; the methods read the request and return its answer.

    `report(asset, wanted)` is what the file's check means for what it is wanted for (``?for=``),
    a dataclass or None;
    `picture_url(upload_id)` is where `picture` is found; `network` is where a stranger's browser is.
    """

    owner_key: str
    actor: Actor
    report: Callable[[Asset, str], object]
    picture_url: Callable[[uuid.UUID], str]
    network: str | None = None

    def answer(self, name: str, **where: uuid.UUID) -> Any:
        """Return what the method `name` answers; an upload that is another's is logged with who asked."""
        try:
            return getattr(self, name)(**where)
        except uploads.ForeignUpload:
            log_refusal("upload.foreign", upload=str(where.get("upload_id", "")))
            raise

    def start(self) -> tuple[Response, int]:
        """Begin: ``{"file_name", "size_bytes", "accept": [kinds]}`` → the plan of parts."""
        asked = _body()
        size, accept = asked.get("size_bytes"), asked.get("accept") or []
        if type(size) is not int or not isinstance(accept, list):
            raise BadInput(_("The size of the file is missing."), field="size_bytes")
        ticket = uploads.start_upload(
            self.owner_key,
            str(asked.get("file_name") or ""),
            size,
            actor=self.actor,
            accept=tuple(str(kind) for kind in accept[:20]),
            network=self.network,
        )
        db.session.commit()
        multipart_id = parts.open_multipart(ticket)
        uploads.multipart_opened(ticket.upload_id, multipart_id)
        db.session.commit()
        return jsonify(ticket_json(ticket)), 201

    def state(self, upload_id: uuid.UUID) -> Response:
        """Where the upload stands: its state, whether its check waits for others of the same network, the
        sentence where it was refused, its picture.

        ``?for=`` says what the file is meant for: its report is added then.
        """
        upload = self._find(upload_id)
        found = ticket_json(uploads.ticket_of(upload)) | {
            "file_name": upload.file_name,
            "word": UPLOAD.table[upload.state].customer_word,
            "refusal": upload.refusal,
            "taken": upload.stream_id is not None,
            "waiting": is_waiting(upload),
            "picture": None,
        }
        if upload.asset is not None:
            if upload.asset.previews:
                found["picture"] = self.picture_url(upload.id)
            found["report"] = self.report(upload.asset, request.args.get("for", ""))
        return jsonify(found)

    def picture(self, upload_id: uuid.UUID) -> Any:
        """Send the browser to the picture of its own upload: the first page, else the small one."""
        asset = self._find(upload_id).asset
        pictures = {row.kind: row for row in asset.previews} if asset else {}
        row = pictures.get("page-1") or pictures.get("thumb")
        if row is None:
            raise NotFound(_("There is no picture of this file."))
        return show_picture(row.storage_key)

    def parts(self, upload_id: uuid.UUID) -> Response:
        """Which parts have arrived, with size and MD5: what a browser need not send again."""
        ticket = self._ticket(upload_id)
        arrived = [
            {**part, "md5": part["etag"].strip('"')} for part in parts.list_received_parts(ticket)
        ]
        return jsonify(ticket_json(ticket) | {"parts": arrived})

    def sign(self, upload_id: uuid.UUID) -> Response:
        """``{"part_numbers": [1, 2], "md5s": {"1": hex, "2": hex}}`` → an address for each, good for an hour, and
        the headers it has to be put with. Without its MD5 a part is not checked by storage.
        """
        numbers = _body().get("part_numbers")
        numbers = numbers if isinstance(numbers, list) else []
        is_few = 0 < len(numbers) <= MOST_PARTS_AT_ONCE
        if not is_few or not all(type(number) is int for number in numbers):
            raise BadInput(
                _("Ask for 1 to %(most)s part numbers at a time.", most=MOST_PARTS_AT_ONCE),
                field="part_numbers",
            )
        md5s = _md5s(_body().get("md5s"))
        urls = parts.sign_parts(self._ticket(upload_id), numbers, md5s=md5s)
        headers = {number: parts.headers_of(md5s.get(number)) for number in urls}
        return jsonify({"urls": urls, "headers": headers})

    def complete(self, upload_id: uuid.UUID) -> Response:
        """Join the parts: ``{"sha256": of the whole file, in hex}``, which may be left out. The check follows by
        itself and the page asks `state` for its outcome.
        """
        body = request.get_json(silent=True)
        sha256 = body.get("sha256") if isinstance(body, dict) else None
        declared = None if sha256 is None else str(sha256)
        ticket = uploads.declare_sha256(upload_id, declared, owner_key=self.owner_key)
        db.session.commit()
        if ticket.state != "receiving":
            return self.state(upload_id)
        size_bytes = parts.join_parts(ticket)
        try:
            uploads.complete_upload(
                upload_id, size_bytes, owner_key=self.owner_key, actor=self.actor
            )
            db.session.commit()
        except AlreadyDone:
            db.session.rollback()
        return self.state(upload_id)

    def abort(self, upload_id: uuid.UUID) -> tuple[str, int]:
        """Give the upload up; its parts are removed."""
        uploads.abort_upload(upload_id, owner_key=self.owner_key, actor=self.actor)
        db.session.commit()
        return "", 204

    def _find(self, upload_id: uuid.UUID) -> Upload:
        return uploads.find_upload(upload_id, owner_key=self.owner_key)

    def _ticket(self, upload_id: uuid.UUID) -> Ticket:
        """Read the ticket and end the transaction, as storage is asked next."""
        ticket = uploads.find_ticket(upload_id, owner_key=self.owner_key)
        db.session.commit()
        return ticket


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return what the browser needs to send the parts."""
    return {
        "id": str(ticket.upload_id),
        "state": ticket.state,
        "size_bytes": ticket.size_bytes,
        "part_size_bytes": ticket.part_size_bytes,
        "part_count": ticket.part_count,
    }


def _md5s(asked: object) -> dict[int, str]:
    """Return part number → MD5 in hex. Raises BadInput for anything else; None is none."""
    given = {} if asked is None else asked
    if not isinstance(given, dict) or not all(
        key.isascii() and key.isdecimal() and len(key) < 6 and MD5.fullmatch(str(md5))
        for key, md5 in given.items()
    ):
        raise BadInput(_("The checksums of the parts could not be read."), field="md5s")
    return {int(key): md5 for key, md5 in given.items()}


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadInput(_("The upload's request could not be read. Reload the page."))
    return body
