"""What the check of one file comes to: what it is and how it looks, or why it is refused."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from app.inspection.file_facts import FileFacts


class DrawnPicture(BaseModel):
    """A picture of the file that the sandbox drew: ``thumb``, ``page-N`` or ``turntable``, at `path`."""

    model_config = ConfigDict(frozen=True)

    kind: str
    path: str
    width_px: int
    height_px: int


class Inspection(BaseModel):
    """A file that can be taken."""

    model_config = ConfigDict(frozen=True)

    kind: str
    media_type: str
    size_bytes: int
    sha256: str
    facts: FileFacts
    previews: list[DrawnPicture]


class Refusal(BaseModel):
    """Why a file can't be taken; `code` is stable, the sentences are for its sender."""

    model_config = ConfigDict(frozen=True)

    code: str
    sentence: str
    next_step: str
    detail: str = ""


@dataclass(frozen=True)
class StoredPicture:
    """A stored picture; sizes in pixels."""

    kind: str
    storage_key: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class CheckedFile:
    """An inspected file that is kept under `storage_key`, and its stored pictures."""

    inspection: Inspection
    pictures: list[StoredPicture]
    storage_key: str
