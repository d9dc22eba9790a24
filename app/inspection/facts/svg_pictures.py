"""The pictures that an SVG drawing carries in itself: what unpacking them takes, asked before it is drawn."""

import base64
import binascii
import io
from typing import Any
from urllib.parse import unquote_to_bytes

from app.inspection.facts.whole import usable_bytes
from app.inspection.refusal import FileRefused

HEAD_BYTES = 256 * 1024  # profiles come before the size in a JPEG
BYTES_PER_PIXEL = 4


class Pictures:
    """Takes in data addresses; `check` says whether they may be drawn."""

    def __init__(self) -> None:
        self.pixels = 0

    def take(self, address: str) -> None:
        """Take in one ``data:`` address; what is no picture that we know has no pixels."""
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = None  # our own ceiling is checked, on purpose
        front, _, body = address.partition(",")
        try:
            with Image.open(io.BytesIO(_unpacked(front, body))) as picture:
                self.pixels += picture.width * picture.height
        except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError):
            return

    def check(self) -> None:
        """Raise FileRefused where they take more memory than the sandbox gives."""
        usable = usable_bytes()
        if self.pixels * BYTES_PER_PIXEL > usable:
            raise FileRefused(
                "pixels",
                f"The SVG drawing holds pictures of {self.pixels / 1e6:,.0f} million pixels; more than "
                f"{usable / BYTES_PER_PIXEL / 1e6:,.0f} million are not opened.",
                next_step="Place them at the size they are printed, or save it as PDF/X-4 and upload that.",
            )


def _unpacked(front: str, body: str) -> Any:
    """Return the beginning of the picture."""
    head = unquote_to_bytes(body[: HEAD_BYTES * 3])
    if not front.rstrip().lower().endswith(";base64"):
        return head
    digits = b"".join(head.split())
    try:
        return base64.b64decode(digits[: min(len(digits), HEAD_BYTES) // 4 * 4])
    except binascii.Error:
        return b""
