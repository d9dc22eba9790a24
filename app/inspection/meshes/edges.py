"""Edges of a model: whether they close the surface, and which way the triangles beside them face.

Triangles that touch one point twice have no area and take no part.
"""

from typing import Any, NamedTuple


class Edges(NamedTuple):
    """How many edges have one triangle (`open`), how many more than two (`shared`).

    `is_closed`: there are edges and none of these. `is_consistent`: no edge is run through twice in
    the same direction.
    """

    open: int
    shared: int
    is_closed: bool
    is_consistent: bool


def _directed(faces: Any) -> tuple[Any, Any, Any]:
    """Return start and end of each edge as it is run through, and the triangle it belongs to."""
    import numpy as np

    a, b, c = faces.T
    owner = np.flatnonzero((a != b) & (b != c) & (c != a))
    a, b, c = faces[owner].T.astype("u8")
    return np.concatenate([a, b, c]), np.concatenate([b, c, a]), np.tile(owner, 3)


def edges(faces: Any, points: int) -> Edges:
    """Count the edges of triangles that index into so many points."""
    import numpy as np

    start, end, _ = _directed(faces)
    # one number an edge, its last bit the direction: sorted once, equal edges lie side by side
    run = np.minimum(start, end) * np.uint64(2 * points) + np.maximum(start, end) * np.uint64(2)
    run += start > end
    run.sort()
    edge = run >> np.uint64(1)
    first = np.flatnonzero(np.concatenate([[True], edge[1:] != edge[:-1]])[: len(edge)])
    count = np.diff(first, append=len(edge))
    loose, crowded = int((count == 1).sum()), int((count > 2).sum())
    is_closed = len(edge) > 0 and loose == 0 and crowded == 0
    return Edges(loose, crowded, is_closed, not bool((run[1:] == run[:-1]).any()))


def volume_by_body(points: Any, faces: Any) -> float:
    """Return the volume of a closed model whose triangles face both ways, each body turned right.

    Each triangle stands twice in a graph, as it is and turned; neighbours that agree join as they
    are, the others crosswise (a "signed graph"). The two halves of a body are its two facings.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, end, owner = _directed(faces)
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
