"""The shop's logo: a picture that was uploaded and checked as any other file."""

from __future__ import annotations

import uuid
from typing import Annotated, ClassVar

from pydantic import Field

from app.core.db import db
from app.core.errors import BadInput
from app.core.shop import Section, shop
from app.core.translations import _, _l
from app.files.models import Upload

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/svg+xml": "SVG"}
#: In place of an upload: there is to be no logo.
REMOVED = "none"
#: What a logo's upload belongs to, as a customer's belongs to an order: so it is kept.
LOGO_STREAM = uuid.UUID("6c6f676f-0000-4000-8000-000000000001")


class Branding(Section):
    """The logo: its upload, and where the picture that is shown of it is stored."""

    key: ClassVar[str] = "branding"
    title: ClassVar[str] = _l("Logo")
    sentence: ClassVar[str] = _l("Shown on the portal, on sign-in pages and in e-mails.")
    icon: ClassVar[str] = "image"
    order: ClassVar[int] = 45
    more: ClassVar[str] = "backoffice/settings/logo.html"

    upload_id: Annotated[str, Field(json_schema_extra={"kind": "none"})] = ""
    file_name: Annotated[str, Field(title=_l("File"), json_schema_extra={"kind": "none"})] = ""
    picture_id: Annotated[str, Field(json_schema_extra={"kind": "none"})] = ""

    def checked(self) -> Branding:
        """Return the logo with its stored picture. Raises BadInput (field ``upload_id``) for what is no picture, or is
        not checked yet. Locks the upload, which is kept from then on."""
        if self.upload_id in ("", REMOVED):
            return Branding()
        upload = _staff_upload(self.upload_id)
        if upload.state == "refused" or (upload.asset and upload.asset.media_type not in PICTURES):
            words = {"name": upload.file_name, "kinds": ", ".join(PICTURES.values())}
            raise BadInput(
                _(
                    "“%(name)s” is not a picture that can be a logo. Use one of: %(kinds)s.",
                    **words,
                ),
                field="upload_id",
            )
        pictures = (
            {row.kind: row.storage_key for row in upload.asset.previews} if upload.asset else {}
        )
        picture = pictures.get("page-1") or pictures.get("thumb")
        if picture is None:
            raise BadInput(
                _(
                    "“%(name)s” is still being checked. Save again in a moment.",
                    name=upload.file_name,
                ),
                field="upload_id",
            )
        upload.stream_id = LOGO_STREAM
        return Branding(upload_id=self.upload_id, file_name=upload.file_name, picture_id=picture)

    def is_complete(self) -> bool:
        """Return whether there is a logo."""
        return bool(self.picture_id)


def _staff_upload(upload_id: str) -> Upload:
    """Return the upload under FOR UPDATE. Raises BadInput for one that is not there or is not staff's."""
    try:
        found = db.session.get(Upload, uuid.UUID(upload_id), with_for_update=True)
    except ValueError:
        found = None
    if found is None or not found.is_of_staff:
        raise BadInput(_("There is no such upload. Choose the file again."), field="upload_id")
    return found


def logo() -> Branding:
    """Return the shop's logo as it is now."""
    return shop(Branding)
