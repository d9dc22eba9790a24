"""How large a model is, whether it is closed, and of how many bodies it consists."""

from typing import Any

from app.inspection.meshes import Mesh
from app.inspection.meshes.edges import edges, volume_by_body


def measure(mesh: Mesh) -> dict[str, Any]:
    """Return triangles, bounding box and volume in mm, area, closedness, bodies and faults.

    Volume is the sum of signed tetrahedra to the origin of the box (Zhang and Chen, "Efficient
    Feature Extraction for 2D/3D Objects in Mesh Representation", 2001); it means something only for
    a watertight model. Watertight: each edge belongs to exactly two triangles. Where these do not
    all face the same way (``mixed_facing``), each body is turned right before it is measured.
    """
    import numpy as np

    points, faces = mesh.points, mesh.faces
    low, high = points.min(axis=0).astype("f8"), points.max(axis=0).astype("f8")
    volume = area = 0.0
    flat = 0
    for start in range(0, len(faces), 500_000):
        corners = points.take(faces[start : start + 500_000], axis=0) - (low + high) / 2
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        double = np.sqrt(np.einsum("ij,ij->i", cross, cross))
        area += double.sum() / 2
        flat += int((double < 1e-12).sum())
        volume += float(np.einsum("ij,ij->", corners[:, 0], cross)) / 6
    found = edges(faces, len(points))
    mixed = found.is_closed and not found.is_consistent
    if mixed:
        volume = volume_by_body(points, faces)
    return {
        "triangles": len(faces),
        "points": len(points),
        "objects": mesh.objects,
        "unit": mesh.unit,
        "bbox_mm": [round(float(side), 3) for side in high - low],
        "bbox_min_mm": [round(float(side), 3) for side in low],
        "volume_mm3": round(abs(volume), 6),
        "inside_out": found.is_closed and volume < 0,
        "mixed_facing": mixed,
        "area_mm2": round(area, 6),
        "watertight": found.is_closed,
        "open_edges": found.open,
        "shared_edges": found.shared,
        "bodies": _bodies(faces, len(points)),
        "degenerate": flat,
    }


def _bodies(faces: Any, points: int) -> int:
    """Return the number of parts that share no corner."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.concatenate([faces[:, 0], faces[:, 1]])
    columns = np.concatenate([faces[:, 1], faces[:, 2]])
    graph = coo_array((np.ones(len(rows), "i1"), (rows, columns)), shape=(points, points))
    return int(connected_components(graph, directed=False)[0])
