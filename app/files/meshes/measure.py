"""How large a model is, whether it is closed, and of how many bodies it consists."""

from __future__ import annotations

from typing import Any

from app.files.meshes import Mesh


def measure(mesh: Mesh) -> dict[str, Any]:
    """Return triangles, bounding box and volume in mm, area, closedness, bodies and faults.

    Volume is the sum of signed tetrahedra to the origin of the box (Zhang and Chen, "Efficient
    Feature Extraction for 2D/3D Objects in Mesh Representation", 2001); it means something only for
    a watertight model. Watertight: each edge is run through once in either direction.
    """
    import numpy as np

    points, faces = mesh.points, mesh.faces
    low, high = points.min(axis=0).astype("f8"), points.max(axis=0).astype("f8")
    volume = area = 0.0
    flat = 0
    for start in range(0, len(faces), 500_000):
        corners = points[faces[start : start + 500_000]].astype("f8") - (low + high) / 2
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        double = np.sqrt((cross**2).sum(axis=1))
        area += double.sum() / 2
        flat += int((double < 1e-12).sum())
        volume += float(np.einsum("ij,ij->", corners[:, 0], cross)) / 6
    loose, repeated = _edges(faces, len(points))
    return {
        "triangles": len(faces),
        "points": len(points),
        "objects": mesh.objects,
        "unit": mesh.unit,
        "bbox_mm": [round(float(side), 3) for side in high - low],
        "bbox_min_mm": [round(float(side), 3) for side in low],
        "volume_mm3": round(abs(volume), 6),
        "inside_out": volume < 0 and loose == 0,
        "area_mm2": round(area, 6),
        "watertight": loose == 0 and repeated == 0,
        "open_edges": loose,
        "shared_edges": repeated,
        "bodies": _bodies(faces, len(points)),
        "degenerate": flat,
    }


def _edges(faces: Any, points: int) -> tuple[int, int]:
    """Return how many directed edges lack their opposite, and how many are run through twice.

    Triangles that touch one point twice have no area and take no part.
    """
    import numpy as np

    real = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2])]
    real = real[real[:, 0] != real[:, 2]].astype("u8")
    ahead = np.concatenate(
        [real[:, k] * np.uint64(points) + real[:, (k + 1) % 3] for k in range(3)]
    )
    back = np.concatenate([real[:, (k + 1) % 3] * np.uint64(points) + real[:, k] for k in range(3)])
    ahead.sort()
    repeated = int((ahead[1:] == ahead[:-1]).sum())
    back.sort()
    if len(ahead) == len(back) and np.array_equal(ahead, back):
        return 0, repeated
    place = np.searchsorted(back, ahead)
    place[place == len(back)] = 0
    return int((back[place] != ahead).sum()), repeated


def _bodies(faces: Any, points: int) -> int:
    """Return the number of parts that share no corner."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.concatenate([faces[:, 0], faces[:, 1]])
    columns = np.concatenate([faces[:, 1], faces[:, 2]])
    graph = coo_array((np.ones(len(rows), "i1"), (rows, columns)), shape=(points, points))
    return int(connected_components(graph, directed=False)[0])
