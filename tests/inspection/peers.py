"""The same file read by programs of others, to be compared with what we say of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

POINT_MM = 25.4 / 72
PER_UNIT = {"micron": 0.001, "centimeter": 10.0, "inch": 25.4, "foot": 304.8, "meter": 1000.0}
SMALL = (48, 48)  # pictures are compared at this size: colours and their places, not edges


def poppler_facts(path: Path) -> dict[str, Any] | None:
    """Return pages, and the size in mm of the first one's CropBox; None where poppler opens nothing."""
    done = subprocess.run(["pdfinfo", "-box", path], capture_output=True, check=False)
    text = done.stdout.decode("utf-8", "replace")
    said = dict(re.findall(r"^([\w ]+):\s+(.*)$", text, re.MULTILINE))
    if done.returncode or "CropBox" not in said:
        return None
    x0, y0, x1, y1 = (float(side) * POINT_MM for side in said["CropBox"].split())
    size = (x1 - x0, y1 - y0)
    turned = int(said.get("Page rot", "0")) % 180 == 90
    return {"pages": int(said["Pages"]), "size_mm": size[::-1] if turned else size}


def poppler_picture(path: Path, folder: Path) -> Any:
    """Return the first page as poppler draws it."""
    from PIL import Image

    draw = [
        "pdftoppm",
        "-cropbox",
        "-singlefile",
        "-scale-to",
        "512",
        "-png",
        path,
        folder / "theirs",
    ]
    subprocess.run(draw, check=True, capture_output=True)
    with Image.open(folder / "theirs.png") as picture:
        return picture.convert("RGB")


def has_poppler() -> bool:
    return bool(shutil.which("pdfinfo") and shutil.which("pdftoppm"))


def pillow_picture(path: Path) -> Any:
    """Return the picture upright on white as Pillow opens it, None where it has no reader for it."""
    import pillow_heif
    from PIL import Image, ImageCms, ImageOps

    pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                picture = ImageOps.exif_transpose(opened)
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    if picture.mode == "LAB":
        lab, srgb = (ImageCms.createProfile(name) for name in ("LAB", "sRGB"))
        return ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    picture = picture.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def difference(ours: Any, theirs: Any) -> float:
    """Return by how many of 255 steps two pictures differ in the mean."""
    import numpy as np
    from PIL import Image

    one, two = (
        np.asarray(picture.convert("RGB").resize(SMALL, Image.Resampling.BOX), dtype="f4")
        for picture in (ours, theirs)
    )
    return float(abs(one - two).mean())


def trimesh_facts(path: Path) -> dict[str, Any] | None:
    """Return triangles, size and volume in the file's own unit, whether closed; None for no model."""
    import trimesh

    try:
        mesh: Any = trimesh.load(path, force="mesh", file_type=path.suffix[1:].lower())
    except Exception:  # it raises many kinds
        return None
    if not len(getattr(mesh, "faces", ())):
        return None
    mesh.fix_normals(multibody=True)
    return {
        "triangles": len(mesh.faces),
        "sides": list(mesh.extents),
        "watertight": bool(mesh.is_watertight),
        "volume": float(mesh.volume),
    }
