"""Files that staff send, say one that came by e-mail: straight into storage, as in the portal."""

import uuid
from typing import Any

from flask import url_for
from flask_admin import expose

from app import preflight
from app.artwork.services.slots import named_slot
from app.core.backoffice.access import BackOfficeView
from app.core.translations import _l
from app.files.doors import UploadDoor, owner_key_of
from app.files.models import Asset

SENDS = "artwork.upload"


class StaffUploads(BackOfficeView):
    """The uploads of the person who is signed in; all speak JSON."""

    name = _l("Uploads")
    endpoint = "staff_uploads"
    path = "uploads"
    permission_view = SENDS

    def _door(self) -> UploadDoor:
        person = self.need(SENDS)
        return UploadDoor(owner_key_of(person), person, report, _picture_url)

    @expose("", methods=("POST",))
    @expose("/", methods=("POST",))
    def start(self) -> Any:
        return self._door().start()

    @expose("/<uuid:upload_id>")
    def state(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("state", upload_id=upload_id)

    @expose("/<uuid:upload_id>/picture")
    def picture(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("picture", upload_id=upload_id)

    @expose("/<uuid:upload_id>/parts")
    def parts(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("parts", upload_id=upload_id)

    @expose("/<uuid:upload_id>/parts", methods=("POST",))
    def sign(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("sign", upload_id=upload_id)

    @expose("/<uuid:upload_id>/complete", methods=("POST",))
    def complete(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("complete", upload_id=upload_id)

    @expose("/<uuid:upload_id>", methods=("DELETE",))
    def abort(self, upload_id: uuid.UUID) -> Any:
        return self._door().answer("abort", upload_id=upload_id)


def report(asset: Asset, wanted: str) -> preflight.BriefReport | None:
    """Return what preflight says of the file for the place ``slot/ID``; None for anything else."""
    kind, _, name = wanted.partition("/")
    slot = named_slot(name) if kind == "slot" else None
    return preflight.brief(asset.facts, slot.requirement) if slot is not None else None


def _picture_url(upload_id: uuid.UUID) -> str:
    return url_for("staff_uploads.picture", upload_id=upload_id)
