"""Edges of a model: whether they close the surface, and which way the triangles beside them face.

Triangles that touch one point twice have no area and take no part.
"""

from __future__ import annotations

from typing import Any


def _directed(faces: Any, points: int) -> tuple[Any, Any, Any]:
    """Return start and end of each edge as it is run through, and the triangle it belongs to."""
    import numpy as np

    real = (
        (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    )
    kept = faces[real].astype("u8")
    start = np.concatenate([kept[:, 0], kept[:, 1], kept[:, 2]])
    end = np.concatenate([kept[:, 1], kept[:, 2], kept[:, 0]])
    return start, end, np.tile(np.flatnonzero(real), 3)


def edges(faces: Any, points: int) -> tuple[bool, int, int]:
    """Return whether the surface is closed, how many edges have one triangle, how many more than two."""
    import numpy as np

    start, end, _ = _directed(faces, points)
    edge = np.minimum(start, end) * np.uint64(points) + np.maximum(start, end)
    count = np.unique(edge, return_counts=True)[1]
    loose, crowded = int((count == 1).sum()), int((count > 2).sum())
    return len(edge) > 0 and loose == 0 and crowded == 0, loose, crowded


def is_consistent(faces: Any, points: int) -> bool:
    """Return whether no edge is run through twice in the same direction."""
    start, end, _ = _directed(faces, points)
    edge = start * points + end
    edge.sort()
    return not bool((edge[1:] == edge[:-1]).any())


def volume_by_body(points: Any, faces: Any) -> float:
    """Return the volume of a closed model whose triangles face both ways, each body turned right.

    Each triangle stands twice in a graph, as it is and turned; neighbours that agree join as they
    are, the others crosswise (a "signed graph"). The two halves of a body are its two facings.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, end, owner = _directed(faces, len(points))
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((low, high))
    one, two = owner[order[0::2]], owner[order[1::2]]  # closed: edges come in pairs
    agree = start[order[0::2]] != start[order[1::2]]
    count = len(faces)
    partner = np.where(agree, two, two + count)
    other = np.where(agree, two + count, two)
    rows, columns = np.concatenate([one, one + count]), np.concatenate([partner, other])
    graph = coo_array((np.ones(len(rows), "i1"), (rows, columns)), shape=(2 * count, 2 * count))
    _, part = connected_components(graph, directed=False)
    turned = part[:count] > part[count:]
    body = np.minimum(part[:count], part[count:])
    corners = points[faces].astype("f8") - points.mean(axis=0)
    single = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    sums = np.bincount(body, np.where(turned, -single, single))
    return float(np.abs(sums).sum())
