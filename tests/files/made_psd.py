"""Photoshop files written byte by byte (Adobe's "Photoshop File Formats Specification")."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

MODES = {"Gray": (1, 1), "RGB": (3, 3), "CMYK": (4, 4), "Lab": (9, 3)}
RESOLUTION, VERSION, PROFILE, ALPHA_IDENTIFIERS = 1005, 1057, 1039, 1053
PER_INCH, PER_CENTIMETRE = 1, 2


@dataclass
class Photoshop:
    """What the file says. `planes` are one byte a channel, each plane of one value; Lab and CMYK as
    Photoshop writes them (CMYK upside down, a and b from 128)."""

    mode: str = "RGB"
    size: tuple[int, int] = (40, 30)
    planes: tuple[int, ...] = (200, 100, 50)
    depth: int = 8
    dpi: float | None = 300
    shown_in: int = PER_INCH
    layers: int = 0
    alpha_is_transparency: bool = False
    has_picture: bool | None = None
    profile: bytes = b""
    blocks: dict[int, bytes] = field(default_factory=dict)

    def written(self) -> bytes:
        """Return the file."""
        width, height = self.size
        number, _ = MODES[self.mode]
        head = struct.pack(
            ">4sH6xHIIHH", b"8BPS", 1, len(self.planes), height, width, self.depth, number
        )
        plane = [bytes([value]) * (width * height * self.depth // 8) for value in self.planes]
        return (
            head + _block(b"") + _block(self._resources()) + _block(self._layers()) + b"\0\0"
            + b"".join(plane)
        )  # fmt: skip

    def _resources(self) -> bytes:
        held = dict(self.blocks)
        if self.dpi is not None:
            fixed = round(self.dpi * 65536)
            held[RESOLUTION] = struct.pack(
                ">IHHIHH", fixed, self.shown_in, 1, fixed, self.shown_in, 1
            )
        if self.has_picture is not None:
            names = b"".join(struct.pack(">I", 1) + b"\0x" for _ in range(2))
            held[VERSION] = struct.pack(">IB", 1, self.has_picture) + names + struct.pack(">I", 1)
        if self.profile:
            held[PROFILE] = self.profile
        return b"".join(
            struct.pack(">4sH2xI", b"8BIM", key, len(body)) + body + b"\0" * (len(body) % 2)
            for key, body in held.items()
        )

    def _layers(self) -> bytes:
        if not self.layers:
            return b""
        width, height = self.size
        channels = range(MODES[self.mode][1])
        plane = struct.pack(">H", 0) + b"\x40" * (width * height * self.depth // 8)
        records = b""
        for number in range(self.layers):
            name = b"layer %d" % number
            name = (bytes([len(name)]) + name).ljust((len(name) + 4) // 4 * 4, b"\0")
            records += struct.pack(">4IH", 0, 0, height, width, len(channels))
            records += b"".join(struct.pack(">hI", channel, len(plane)) for channel in channels)
            records += b"8BIMnorm" + struct.pack(">BBBx", 255, 0, 0) + _block(bytes(8) + name)
        count = -self.layers if self.alpha_is_transparency else self.layers
        info = struct.pack(">h", count) + records + plane * len(channels) * self.layers
        return _block(info + b"\0" * (len(info) % 2)) + _block(b"")


def _block(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body
