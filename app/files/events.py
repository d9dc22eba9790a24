"""The kinds of events of uploads."""

import uuid
from functools import partial

from app.core.events import EventKind, Payload
from app.core.translations import _l


class FileNamed(Payload):
    """The file by the name it came with."""

    file_name: str


class FileSized(FileNamed):
    """A file and its size."""

    size_bytes: int


class FileChecked(FileSized):
    """A file that was measured, and the asset it became."""

    asset_id: uuid.UUID
    sha256: str
    media_type: str


class FileRefused(FileNamed):
    """A file that can't be used and the sentences that its owner reads."""

    code: str
    sentence: str
    next_step: str


about_file = partial(EventKind, detail="file_name", personal_fields=("file_name",))

STARTED = about_file("upload.started", _l("Upload started"), FileSized, is_routine=True)
COMPLETED = about_file("upload.completed", _l("File received"), FileSized, is_routine=True)
CHECKED = about_file(
    "upload.checked", _l("File checked"), FileChecked, tone="good", is_routine=True
)
REFUSED = about_file(
    "upload.refused",
    _l("File refused"),
    FileRefused,
    tone="bad",
    personal_fields=("file_name", "sentence"),
)
ABANDONED = about_file("upload.abandoned", _l("Upload abandoned"), FileNamed)
