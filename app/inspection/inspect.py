"""The whole check of one file, run inside the sandbox: what it is, what it holds, how it looks."""

import hashlib
import importlib
from pathlib import Path
from typing import Any

from app.inspection.refusal import FileRefused
from app.inspection.results import Inspection, Refusal
from app.inspection.sniff import sniff

BLOCK = 1024 * 1024
TASK = "app.inspection.inspect:inspect"
MEMORY_MB, CPU_S, WALL_S = 2048, 150, 240
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
    try:
        kind = sniff(path, payload["file_name"])
        facts = importlib.import_module(f"app.inspection.facts.{kind.reader}").read(path, kind)
        facts = {"kind": kind.key, **facts}
        previews = []
        if "previews" in want:
            drawer = importlib.import_module(f"app.inspection.previews.{kind.reader}")
            previews = drawer.draw(path, kind, facts, Path(payload["out_dir"]))
    except FileRefused as refused:
        named = ("code", "sentence", "next_step")
        return {"refusal": {name: getattr(refused, name) for name in named}}
    return {
        "kind": kind.key,
        "media_type": kind.media_type,
        "size_bytes": path.stat().st_size,
        "sha256": sha256(path),
        "facts": facts,
        "previews": previews,
    }


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in blocks of 1 MiB."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inspect_safely(path: Path, file_name: str, out_dir: Path) -> Inspection | Refusal:
    """Run `inspect` in the sandbox; a stopped sandbox is a refusal too (code ``stopped_...``)."""
    from app.core.sandbox import SandboxStopped, run

    payload = {"path": str(path), "file_name": file_name, "out_dir": str(out_dir)}
    try:
        found = run(TASK, payload, memory_mb=MEMORY_MB, cpu_s=CPU_S, wall_s=WALL_S)
    except SandboxStopped as stopped:
        return Refusal(
            code=f"stopped_{stopped.verdict}",
            sentence=stopped.sentence,
            next_step=stopped.next_step,
            detail=stopped.detail,
        )
    if "refusal" in found:
        return Refusal.model_validate(found["refusal"])
    return Inspection.model_validate(found)
