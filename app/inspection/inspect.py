"""The whole check of one file, run inside the sandbox: what it is, what it holds, how it looks."""

import hashlib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from app.inspection.facts import cause
from app.inspection.kinds import Kind, extension
from app.inspection.previews import draw, draw_one
from app.inspection.refusal import FileRefused
from app.inspection.results import DrawnPicture, Inspection, Refusal
from app.inspection.sniff import sniff

BLOCK = 1024 * 1024
TASK, DRAW_TASK = "app.inspection.inspect:inspect", "app.inspection.inspect:draw_page"
NOT_DRAWN = FileRefused("stopped_crashed", "The file made the program that draws it go wrong.")
Found = TypeVar("Found", bound=BaseModel)
DRAWING_S = 30  # an SVG is a program: one that takes longer than this takes for ever


@dataclass(frozen=True)
class Limits:
    """What the check of one file may take; `pages_s` is processor time for its pictures, after which pages are
    left out from the end."""

    memory_mb: int
    cpu_s: int
    wall_s: float
    pages_s: float


STAFF = Limits(memory_mb=2048, cpu_s=150, wall_s=240, pages_s=90.0)
STRANGERS = Limits(memory_mb=1024, cpu_s=28, wall_s=30, pages_s=10.0)
# What the readers and drawers of most kinds import; the sandbox reads it once, not for each file.
PREPARED_IMPORTS = (
    "app.inspection.facts.mesh",
    "app.inspection.facts.pdf",
    "app.inspection.facts.raster",
    "app.inspection.previews.mesh",
    "app.inspection.previews.pdf",
    "app.inspection.previews.raster",
    "numpy",
    "pikepdf",
    "PIL.Image",
    "PIL.ImageCms",
    "pypdfium2.raw",
    "pyvips",
    "scipy.ndimage",
    "scipy.sparse.csgraph",
)


def inspect(payload: dict[str, Any]) -> dict[str, Any]:
    """Check the file at ``path`` that was uploaded as ``file_name``.

    Pictures are written to ``out_dir`` unless ``want`` (a list, default ``["facts", "previews"]``)
    leaves them out; then a cut picture may go unnoticed. Returns ``{"kind", "media_type",
    "size_bytes", "sha256", "facts", "previews": [{"kind", "path", "width_px", "height_px"}]}`` or
    ``{"refusal": {"code", "sentence", "next_step"}}``. Reads in blocks: memory does not grow with
    the file.
    """
    path = Path(payload["path"])
    want = payload.get("want") or ["facts", "previews"]
    cause.keep_in(Path(payload["out_dir"]))
    try:
        kind, facts = _measured(path, payload["file_name"])
        previews = []
        if "previews" in want:
            pages_s = payload.get("pages_s", STAFF.pages_s)
            previews = draw(path, kind, facts, Path(payload["out_dir"]), pages_s)
    except FileRefused as refused:
        return _refusal(refused)
    return {
        "kind": kind.key,
        "media_type": kind.media_type,
        "size_bytes": path.stat().st_size,
        "sha256": sha256(path),
        "facts": facts,
        "previews": previews,
    }


def draw_page(payload: dict[str, Any]) -> dict[str, Any]:
    """Draw page ``page`` of the file at ``path``, its longer side ``size_px``, into ``out_dir`` as PNG.

    Returns its row, or the refusal as `inspect` does.
    """
    path = Path(payload["path"])
    cause.keep_in(Path(payload["out_dir"]))
    try:
        kind, facts = _measured(path, payload["file_name"])
        return draw_one(
            path, kind, facts, Path(payload["out_dir"]), payload["page"], payload["size_px"]
        )
    except FileRefused as refused:
        return _refusal(refused)


def _measured(path: Path, file_name: str) -> tuple[Kind, dict[str, Any]]:
    kind = sniff(path, file_name)
    reader = importlib.import_module(f"app.inspection.facts.{kind.reader}")
    return kind, {"kind": kind.key, **reader.read(path, kind)}


def _refusal(refused: FileRefused) -> dict[str, Any]:
    named = ("code", "sentence", "next_step")
    return {"refusal": {name: getattr(refused, name) for name in named}}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in blocks of 1 MiB."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inspect_safely(
    path: Path, file_name: str, out_dir: Path, limits: Limits = STAFF
) -> Inspection | Refusal:
    """Run `inspect` in the sandbox; a stopped sandbox is a refusal too (code ``stopped_...``)."""
    about = {"path": str(path), "file_name": file_name, "out_dir": str(out_dir)}
    return _run(TASK, Inspection, limits, **about, pages_s=limits.pages_s)


def draw_safely(
    path: Path, file_name: str, out_dir: Path, *, page: int, size_px: int
) -> DrawnPicture | Refusal:
    """Run `draw_page` in the sandbox, with the same limits."""
    about = {"path": str(path), "file_name": file_name, "out_dir": str(out_dir)}
    return _run(DRAW_TASK, DrawnPicture, STAFF, **about, page=page, size_px=size_px)


def _run(task: str, found: type[Found], limits: Limits, **payload: Any) -> Found | Refusal:
    from app.core.sandbox import SandboxStopped, run

    is_drawing = extension(payload["file_name"]) == "svg"
    try:
        answer = run(
            task,
            payload,
            reads=[Path(payload["path"])],
            writes=[Path(payload["out_dir"])],
            memory_mb=limits.memory_mb,
            cpu_s=min(limits.cpu_s, DRAWING_S) if is_drawing else limits.cpu_s,
            wall_s=limits.wall_s,
        )
    except SandboxStopped as stopped:
        known = cause.noted(Path(payload["out_dir"]))
        return Refusal(
            code=f"stopped_{stopped.verdict}",
            sentence=f"{stopped.sentence} {known.sentence}" if known else stopped.sentence,
            next_step=stopped.next_step,
            detail=stopped.detail,
        )
    if "refusal" in answer:
        return Refusal.model_validate(answer["refusal"])
    told = found.model_validate(answer)
    pictures = told.previews if isinstance(told, Inspection) else [told]
    return told if are_drawn(pictures, payload["out_dir"]) else _refusal_of(NOT_DRAWN)


def are_drawn(pictures: Iterable[Any], out_dir: str) -> bool:
    """Whether each picture is a plain file of `out_dir`: the answer was written beside a foreign file, and
    what it names is read and stored with our rights."""
    paths = [Path(picture.path) for picture in pictures]
    return all(
        str(path.parent) == out_dir and path.is_file() and not path.is_symlink() for path in paths
    )


def _refusal_of(refused: FileRefused) -> Refusal:
    return Refusal.model_validate(_refusal(refused)["refusal"])
