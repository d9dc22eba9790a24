"""Which way a surface faces: sharp where the model has edges, smooth where it is meant to be round."""

from typing import Any

from app.inspection.meshes import Mesh

CREASE = 0.77  # cosine: edges sharper than 40 degrees stay sharp
DENSE = 250_000  # triangles from which a simpler rule does, as each is a pixel or two


def face_normals(mesh: Mesh) -> tuple[Any, Any]:
    """Return unit normals (f, 3), zero for triangles without area, and twice the areas (f,)."""
    import numpy as np

    a, b, c = (mesh.points.take(mesh.faces[:, k], axis=0) for k in range(3))
    cross = np.cross(b - a, c - a)
    size = np.sqrt(np.einsum("ij,ij->i", cross, cross))
    return cross / np.where(size > 0, size, 1)[:, None], size


def corner_normals(mesh: Mesh, flat: Any, size: Any) -> Any:
    """Return a normal for each corner of each triangle (f, 3, 3), not of unit length.

    The mean, weighed by area, of those triangles round the point that face roughly the same way.
    """
    import numpy as np

    if len(mesh.faces) > DENSE:
        return _round(mesh, flat, size)
    order = np.argsort(mesh.faces.ravel(), kind="stable")
    point = mesh.faces.ravel()[order]
    facing = flat[order // 3]
    weighed = facing * size[order // 3, None]
    total = weighed.copy()
    for step in range(1, 64):
        pair = np.flatnonzero(point[:-step] == point[step:])
        if not len(pair):
            break
        pair = pair[np.einsum("ij,ij->i", facing[pair], facing[pair + step]) > CREASE]
        total[pair] += weighed[pair + step]
        total[pair + step] += weighed[pair]
    corners = np.empty_like(total)
    corners[order] = total
    return corners.reshape(-1, 3, 3)


def _round(mesh: Mesh, flat: Any, size: Any) -> Any:
    """The mean over all triangles at the point, unless the triangle itself faces elsewhere."""
    import numpy as np

    total = np.empty((len(mesh.points), 3), "f4")
    for axis in range(3):
        weight = np.repeat(flat[:, axis] * size, 3)
        total[:, axis] = np.bincount(mesh.faces.ravel(), weight, minlength=len(mesh.points))
    total /= np.maximum(np.sqrt((total**2).sum(axis=1, keepdims=True)), 1e-12)
    corners = total.take(mesh.faces, axis=0)
    elsewhere = np.einsum("fkj,fj->fk", corners, flat) < CREASE
    corners[elsewhere] = np.repeat(flat[:, None], 3, axis=1)[elsewhere]
    return corners
