"""Pictures of any mode as the screen shows them: sRGB in 8 bits a channel."""

import io
from typing import Any

TOP_OF_16_BITS = 65535


def to_screen(picture: Any, top: float = TOP_OF_16_BITS) -> Any:
    """Return a Pillow picture in L, RGB or RGBA. `top` is white in a grey picture of more than 8 bits;
    the file's own profile is used where it has one."""
    mode = picture.mode
    if mode.startswith("I") or mode == "F":
        return _grey(picture, top)
    if mode in {"CMYK", "LAB"}:
        return _by_profile(picture)
    if mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    see_through = "a" in mode.lower().removeprefix("la") or "transparency" in picture.info
    return picture.convert("RGBA" if see_through or mode in {"LA", "PA"} else "RGB")


def _grey(picture: Any, top: float) -> Any:
    import numpy as np
    from PIL import Image

    values = np.asarray(picture, dtype="f4")
    most = float(np.nanmax(values, initial=0))
    if picture.mode == "F":
        top = 1.0 if most <= 1 else 255.0
    top = max(top, most)  # what is stored in 32 bits says nowhere what white is
    eight = np.nan_to_num(values * (255 / top), nan=0.0, posinf=255.0, neginf=0.0)
    return Image.fromarray(np.clip(eight, 0, 255).astype("u1"))


def _by_profile(picture: Any) -> Any:
    """Use the file's own profile where it has one, the plain formula otherwise."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    try:
        if picture.mode == "LAB":
            given: Any = ImageCms.createProfile("LAB")
        elif profile:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return picture.convert("RGB")
        made = ImageCms.profileToProfile(
            picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return picture.convert("RGB")
    return made
