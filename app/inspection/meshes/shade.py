"""Light on a model: a soft studio with one large lamp, a fill, a rim and shade in the corners."""

import time
from functools import cache
from typing import Any

from app.inspection.meshes import Mesh
from app.inspection.meshes.camera import View
from app.inspection.meshes.normals import corner_normals, face_normals
from app.inspection.meshes.raster import EMPTY, barycentric, front_faces

SMOOTH_MAX = 2  # supersampling in each direction
LAMPS = (  # direction in camera space, strength, tint
    ((-0.50, 0.68, 0.55), 0.62, (1.00, 0.98, 0.95)),
    ((0.75, 0.10, 0.55), 0.24, (0.93, 0.96, 1.00)),
    ((0.25, 0.60, -0.75), 0.22, (1.00, 1.00, 1.00)),
)
CLAY = (0.70, 0.715, 0.735)
PAPER_TOP, PAPER_FLOOR = (0.985, 0.983, 0.978), (0.905, 0.900, 0.890)
SUN = (0.35, 0.25, 1.0)  # the shadow on the floor falls against this direction of the world


class Studio:
    """A model ready to be drawn from several sides."""

    def __init__(self, mesh: Mesh) -> None:
        import numpy as np

        self.mesh = mesh
        self.flat, size = face_normals(mesh)
        self.corners = unit(corner_normals(mesh, self.flat, size))
        facing = np.einsum("fkj,fj->kf", self.corners, self.flat)
        self.is_round = facing.min(axis=0) < 0.9999

    def picture(self, view: View, *, smooth: int = SMOOTH_MAX, budget_s: float = 20) -> Any:
        """Return the drawing as (size, size, 3) uint8; raises TooSlow after `budget_s`.

        The model is drawn `smooth` times as large in each direction and then averaged; paper and
        shade are soft by nature and are drawn at the size itself.
        """
        import numpy as np

        deadline = time.monotonic() + budget_s
        fine = View(
            view.turn, view.middle, view.radius, view.zoom * smooth, view.shift * smooth,
            view.size_px * smooth,
        )  # fmt: skip
        screen, away = fine.project(self.mesh.points)
        front = front_faces(screen, away, self.mesh.faces, fine.size_px, deadline)
        seen = np.flatnonzero(front.ravel() != EMPTY)
        faces = (front.ravel()[seen] & np.uint64(0xFFFFFFFF)).astype("i8")
        model, cover = _averaged(self._light(fine, screen, seen, faces), seen, view, smooth)
        depth = ((front >> np.uint64(32)) / 0xFFFFFFFF).astype("f4")
        model *= _corners(depth, front != EMPTY, view.size_px)[:, :, None]
        canvas = model + self._floor(view, deadline) * (1 - cover)[:, :, None]
        return _gamma()[(np.clip(canvas, 0, 1) * 4095 + 0.5).astype("u2")]

    def _light(self, view: View, screen: Any, seen: Any, faces: Any) -> Any:
        """Return linear colours of the visible pixels (`seen`, flat numbers) and their `faces`.

        A flat triangle has one colour, worked out once; only round ones are lit pixel by pixel.
        """
        import numpy as np

        is_shown = np.zeros(len(self.flat), bool)
        is_shown[faces] = True
        flat = self.flat[is_shown]
        of_face = np.empty((len(self.flat), 3), "f4")
        of_face[is_shown] = _lamps(_turned(flat, flat, view))
        colours = of_face[faces]
        round_ones = np.flatnonzero(self.is_round[faces])
        for start in range(0, len(round_ones), 100_000):
            part = round_ones[start : start + 100_000]
            corners = self.mesh.faces[faces[part]]
            rows, columns = np.divmod(seen[part], view.size_px)
            weights, _ = barycentric(
                screen[corners, 0],
                screen[corners, 1],
                columns[:, None].astype("f4") + np.float32(0.5),
                rows[:, None].astype("f4") + np.float32(0.5),
            )
            normal = np.zeros((len(part), 3), "f4")
            for k in range(3):
                normal += self.corners[faces[part], k] * np.clip(weights[k], 0, 1)
            colours[part] = _lamps(_turned(normal, self.flat[faces[part]], view))
        return colours

    def _floor(self, view: View, deadline: float) -> Any:
        """Return the paper behind the model with the model's soft shadow on it."""
        import numpy as np
        from scipy.ndimage import gaussian_filter

        size = view.size_px
        small = size // 4
        points = self.mesh.points
        height = points[:, 2:3] - points[:, 2].min()
        fallen = points - height * np.array(SUN, "f4")
        low = View(view.turn, view.middle, view.radius, view.zoom / 4, view.shift / 4, small)
        screen, away = low.project(fallen)
        covered = front_faces(screen, away, self.mesh.faces, small, deadline) != EMPTY
        near = gaussian_filter(covered.astype("f4"), small / 60)
        far = gaussian_filter(covered.astype("f4"), small / 14)
        shadow = enlarge(0.30 * near + 0.34 * far, size)
        down = np.linspace(0, 1, size, dtype="f4")[:, None, None] ** 1.5
        paper = np.array(PAPER_TOP, "f4") * (1 - down) + np.array(PAPER_FLOOR, "f4") * down
        return (paper**2.2).astype("f4") * (1 - shadow[:, :, None])


def unit(arrows: Any) -> Any:
    """Return arrows (…, 3) of length one; those without a length stay as they are."""
    import numpy as np

    length = np.sqrt(np.einsum("...j,...j->...", arrows, arrows))[..., None]
    return (arrows / np.maximum(length, 1e-12)).astype("f4")


def _turned(normal: Any, flat: Any, view: View) -> Any:
    """Return normals as the camera sees them, towards it where a triangle is seen from behind."""
    import numpy as np

    facing = np.where(flat @ view.turn[2] < 0, np.float32(-1), np.float32(1))
    return unit(normal @ view.turn.T) * facing[:, None]


@cache
def _gamma() -> Any:
    """Return 4096 steps of light as the 256 steps of a picture."""
    import numpy as np

    return (np.linspace(0, 1, 4096) ** (1 / 2.2) * 255 + 0.5).astype("u1")


def _averaged(colours: Any, seen: Any, view: View, smooth: int) -> tuple[Any, Any]:
    """Return what the `seen` fine pixels add to each pixel (h, w, 3), and how much they cover it."""
    import numpy as np

    size = view.size_px
    rows, columns = np.divmod(seen, size * smooth)
    pixel = rows // smooth * size + columns // smooth
    share = 1 / (smooth * smooth)

    def added(weights: Any) -> Any:
        held = np.bincount(pixel, weights, minlength=size * size)
        return (held * share).astype("f4").reshape(size, size)

    return np.stack([added(colours[:, k]) for k in range(3)], axis=-1), added(None)


def shrink(picture: Any, times: int) -> Any:
    """Return a picture (h, w, …) of 1 / `times` the size: the mean of each block."""
    rows = sum(picture[k::times] for k in range(times))
    return sum(rows[:, k::times] for k in range(times)) / (times * times)


def _lamps(normal: Any) -> Any:
    """Return linear colours for unit normals in camera space (Lambert, wrapped, plus Blinn-Phong)."""
    import numpy as np

    sky = (0.5 + 0.5 * normal[:, 1:2]) * np.array([0.24, 0.25, 0.27], "f4")
    light = np.array([0.09, 0.088, 0.085], "f4") + sky
    shine = np.zeros((len(normal), 1), "f4")
    for direction, strength, tint in LAMPS:
        towards = np.array(direction, "f4")
        towards /= np.sqrt((towards**2).sum())
        facing = (normal @ towards)[:, None]
        light = light + np.clip((facing + 0.15) / 1.15, 0, 1) * strength * np.array(tint, "f4")
        half = towards + np.array([0, 0, 1], "f4")
        half /= np.sqrt((half**2).sum())
        shine += _to_the_40th(np.clip((normal @ half)[:, None], 0, 1)) * (strength * 0.16)
    return np.array(CLAY, "f4") * light + shine


def _to_the_40th(values: Any) -> Any:
    """Return x⁴⁰ by six products: a power of every pixel costs ten times that."""
    eighth = values * values
    eighth *= eighth
    eighth *= eighth
    power = eighth * eighth
    power *= power
    power *= eighth
    return power


def _corners(depth: Any, seen: Any, size_px: int) -> Any:
    """Return a factor that darkens what lies deeper than its surroundings (Luft, Colditz, Deussen,
    "Image Enhancement by Unsharp Masking the Depth Buffer", 2006), blind to the background.

    Worked out at a quarter of the fine size, where it costs a sixteenth and looks the same.
    """
    import numpy as np
    from scipy.ndimage import gaussian_filter

    size = depth.shape[0] // 4
    mask = shrink(seen.astype("f4"), 4)
    held = shrink(np.where(seen, depth, 0).astype("f4"), 4)
    own = held / np.maximum(mask, 1e-3)
    dark = np.zeros_like(held)
    for width, strength in ((size / 160, 9.0), (size / 40, 4.5)):
        around = gaussian_filter(held, width) / np.maximum(gaussian_filter(mask, width), 1e-3)
        dark += np.clip((own - around) * strength, 0, 0.35)
    return 1 - enlarge(np.where(mask > 0.02, np.clip(dark, 0, 0.55), 0), size_px)


def enlarge(picture: Any, size_px: int) -> Any:
    """Return a square picture at `size_px`, smoothly (bilinear)."""
    import numpy as np
    from PIL import Image

    grown = Image.fromarray(picture.astype("f4"))
    return np.asarray(grown.resize((size_px, size_px), Image.Resampling.BILINEAR))
