"""The kinds of events of uploads."""

from __future__ import annotations

import uuid

from app.core.events import EventKind, Payload


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


STARTED = EventKind(
    "upload.started",
    "Upload started",
    FileSized,
    detail="file_name",
    is_routine=True,
    personal_fields=("file_name",),
)
COMPLETED = EventKind(
    "upload.completed",
    "File received",
    FileSized,
    detail="file_name",
    is_routine=True,
    personal_fields=("file_name",),
)
CHECKED = EventKind(
    "upload.checked",
    "File checked",
    FileChecked,
    tone="good",
    detail="file_name",
    is_routine=True,
    personal_fields=("file_name",),
)
REFUSED = EventKind(
    "upload.refused",
    "File refused",
    FileRefused,
    tone="bad",
    detail="file_name",
    personal_fields=("file_name", "sentence"),
)
ABANDONED = EventKind(
    "upload.abandoned",
    "Upload abandoned",
    FileNamed,
    detail="file_name",
    personal_fields=("file_name",),
)
