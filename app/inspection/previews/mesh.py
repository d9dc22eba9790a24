"""STL and 3MF: a still and a strip of eight views round the model."""

from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.previews import Row, save, save_page_and_thumb

STILL_PX = 1024
TURN_PX = 384
ANGLES = 8
TURN_TRIANGLES_MAX = 600_000
STILL_S, TURN_S = 40, 8  # what a drawing may take before the model goes without it


def draw(path: Path, kind: Kind, facts: dict[str, Any], out: Path) -> list[Row]:
    """Draw ``thumb``, ``page-1`` (1024 px) and ``turntable`` (3072 x 384 px).

    A model too heavy to draw in time has fewer pictures or none; that refuses nothing.
    """
    import numpy as np
    from PIL import Image

    from app.inspection.meshes import MEASURED, load
    from app.inspection.meshes.camera import look, look_all_round
    from app.inspection.meshes.raster import TooSlow
    from app.inspection.meshes.shade import Studio

    mesh = MEASURED.pop(path, None) or load(path, kind.key)
    studio = Studio(mesh)
    rows: list[Row] = []
    try:
        view = look(mesh.points, STILL_PX, azimuth_deg=35, elevation_deg=26)
        still = Image.fromarray(studio.picture(view, budget_s=STILL_S))
        rows += save_page_and_thumb(still, out)
        if facts["triangles"] <= TURN_TRIANGLES_MAX:
            views = look_all_round(mesh.points, TURN_PX, ANGLES)
            strip = np.hstack([studio.picture(each, budget_s=TURN_S) for each in views])
            rows.append(save(Image.fromarray(strip), out, "turntable"))
    except TooSlow:
        pass
    return rows
