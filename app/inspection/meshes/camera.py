"""Where the camera stands. Models are seen from the front right, a little from above; z is up."""

import math
from dataclasses import dataclass
from typing import Any

DISTANCE = 5.0  # of the camera, in radii of the model: a mild perspective
FILL = 0.84  # share of the picture that the model takes


@dataclass
class View:
    """A fixed camera: `turn` (3, 3) world to camera, `middle` and `radius` of what it looks at,
    `zoom` pixels a unit and `shift` (2,) pixels."""

    turn: Any
    middle: Any
    radius: float
    zoom: float
    shift: Any
    size_px: int

    def project(self, points: Any) -> tuple[Any, Any]:
        """Return screen positions (n, 2) in pixels, y down, and distance (n,) from 0 to 1."""
        import numpy as np

        seen = ((points - self.middle) / self.radius) @ self.turn.T
        away = DISTANCE - seen[:, 2]
        flat = seen[:, :2] * np.array([1, -1], "f4") * (DISTANCE / away)[:, None]
        return flat * self.zoom + self.shift, (away - DISTANCE + 2.5) / 5.0


def turn_matrix(azimuth_deg: float, elevation_deg: float) -> Any:
    """Return the rotation from world to camera (x right, y up, z towards the viewer)."""
    import numpy as np

    a, e = math.radians(azimuth_deg), math.radians(elevation_deg)
    right = [math.cos(a), math.sin(a), 0]
    back = [math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)]
    up = [-math.sin(a) * math.sin(e), math.cos(a) * math.sin(e), math.cos(e)]
    return np.array([right, up, back], "f4")


def look(points: Any, size_px: int, *, azimuth_deg: float, elevation_deg: float) -> View:
    """Return a camera that sees all of `points` centred and as large as fits."""
    import numpy as np

    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    out = points - middle
    radius = float(np.sqrt(np.einsum("ij,ij->i", out, out).max())) or 1.0
    view = View(turn_matrix(azimuth_deg, elevation_deg), middle, radius, 1.0, np.zeros(2), size_px)
    flat, _ = view.project(points)
    near, far = flat.min(axis=0), flat.max(axis=0)
    view.zoom = FILL * size_px / max(float((far - near).max()), 1e-6)
    view.shift = np.array([size_px / 2, size_px / 2], "f4") - (near + far) / 2 * view.zoom
    return view


def look_all_round(points: Any, size_px: int, angles: int) -> list[View]:
    """Return `angles` cameras round the model that all show it at the same size and height."""
    import numpy as np

    views = [
        look(points, size_px, azimuth_deg=35 + 360 * n / angles, elevation_deg=24)
        for n in range(angles)
    ]
    zoom = min(view.zoom for view in views)
    for view in views:
        view.zoom = zoom
        view.shift = np.array([size_px / 2, size_px / 2], "f4")
    return views
