"""The check of a file: a model of 1.3 million triangles, and the pictures of a PDF."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.inspection.inspect import inspect
from tests.bench.meshes import theirs
from tests.bench.turns import Row, compare
from tests.files.sample_files import a_pdf

STEPS = 806  # around and from pole to pole: 1,297,660 triangles


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        model = place / "sphere.stl"
        model.write_bytes(a_sphere())
        yield compare(
            "the check of 1.3 million triangles",
            lambda: inspect({"path": str(model), "file_name": model.name, "out_dir": folder}),
            "trimesh, measures alone",
            lambda: theirs(model),
            rounds=1,
        )
        if shutil.which("pdftoppm"):
            pages = place / "cards.pdf"
            pages.write_bytes(a_pdf(pages=8))
            draw = ["pdftoppm", "-scale-to", "2048", "-jpeg", pages, place / "page"]
            yield compare(
                "the check of a PDF, with its pictures",
                lambda: inspect({"path": str(pages), "file_name": pages.name, "out_dir": folder}),
                "pdftoppm",
                lambda: subprocess.run(draw, check=True),
            )
        else:
            print("pdftoppm is not installed (poppler-utils): PDF pictures are not compared")


def a_sphere(steps: int = STEPS) -> bytes:
    """Return a closed sphere of 100 mm as binary STL."""
    import numpy as np

    polar = np.linspace(0, np.pi, steps + 1)[:, None]
    around = np.linspace(0, 2 * np.pi, steps + 1)[None, :]
    points = np.stack(
        [
            np.sin(polar) * np.cos(around),
            np.sin(polar) * np.sin(around),
            np.cos(polar) + 0 * around,
        ],
        axis=-1,
    )
    points = (points * 50).astype("f4")
    points[:, -1] = points[:, 0]
    points[0], points[-1] = points[0, 0], points[-1, 0]
    a, b, c, d = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    first, second = np.stack([a, b, c], axis=2)[:-1], np.stack([a, c, d], axis=2)[1:]
    corners = np.concatenate([first.reshape(-1, 3, 3), second.reshape(-1, 3, 3)])
    row = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
    table = np.zeros(len(corners), row)
    table["corners"] = corners
    return bytes(80) + struct.pack("<I", len(table)) + table.tobytes()
