"""STL and 3MF: a still and a strip of eight views round the model."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind

STILL_PX = 1024
TURN_PX = 384
ANGLES = 8
TURN_TRIANGLES_MAX = 600_000
STILL_S, TURN_S = 20, 8  # what a drawing may take before the model goes without it
LIT: dict[Path, Any] = {}  # the model that was drawn last, for its turntable


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the model once, no larger than 1024 px; a model too heavy to draw in time has no picture."""
    from PIL import Image

    from app.inspection.meshes import MEASURED, load
    from app.inspection.meshes.camera import look
    from app.inspection.meshes.raster import TooSlow
    from app.inspection.meshes.shade import Studio

    mesh = MEASURED.pop(path, None) or load(path, kind.key)
    LIT.clear()
    studio = LIT[path] = Studio(mesh)
    view = look(mesh.points, min(size_px, STILL_PX), azimuth_deg=35, elevation_deg=26)
    with suppress(TooSlow):
        yield Image.fromarray(studio.picture(view, budget_s=STILL_S))


def turntable(path: Path, kind: Kind, facts: dict[str, Any]) -> Any:
    """Return eight views of the model just drawn, side by side (3072 x 384 px); None for a heavy one."""
    import numpy as np
    from PIL import Image

    from app.inspection.meshes.camera import look_all_round
    from app.inspection.meshes.raster import TooSlow

    studio = LIT.pop(path)
    if facts["triangles"] > TURN_TRIANGLES_MAX:
        return None
    views = look_all_round(studio.mesh.points, TURN_PX, ANGLES)
    with suppress(TooSlow):
        until = time.monotonic() + TURN_S
        drawn = [studio.picture(each, budget_s=until - time.monotonic()) for each in views]
        return Image.fromarray(np.hstack(drawn))
    return None
