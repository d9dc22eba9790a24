"""What a file holds, measured: one module per family of formats, each with ``read(path, kind)``.

All lengths are in millimetres, all counts whole numbers. Runs inside the sandbox only.
"""

PIXELS_MAX = 2_000_000_000  # large-format prints reach 1 gigapixel; beyond 2 it is a bomb
TEXT_MAX = 20_000  # characters of a text layer that are kept
MM_PER_INCH = 25.4
MM_PER_POINT = 25.4 / 72


def mm(points: float) -> float:
    """Return PDF points (1/72 inch) as millimetres to a hundredth."""
    return round(points * MM_PER_POINT, 2)


def check_pixels(word: str, width_px: int, height_px: int) -> None:
    """Raise FileRefused for a picture that would unpack to more than 2 gigapixels."""
    from app.inspection.refusal import FileRefused

    if width_px * height_px > PIXELS_MAX:
        raise FileRefused(
            "pixels",
            f"The {word} says it is {width_px:,} × {height_px:,} pixels; "
            f"more than {PIXELS_MAX / 1e9:g} gigapixels are not opened.",
            next_step="Export it at the size it is printed, 300 dpi or less for large formats.",
        )
