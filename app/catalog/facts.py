"""Measures of the customer's file that a price, a reservation or a parcel depends on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.inspection.file_facts import FileFacts


@dataclass(frozen=True)
class Facts:
    """Measures of the file; None where it was not or could not be measured.

    `volume_mm3` holds only for a closed surface: where `watertight` is False it must not be used.
    `width_mm` and `height_mm` are of its first page, as it is trimmed.
    """

    volume_mm3: Decimal | None = None
    bbox_mm: tuple[Decimal, Decimal, Decimal] | None = None
    watertight: bool | None = None
    width_mm: Decimal | None = None
    height_mm: Decimal | None = None
    pages: int | None = None

    @classmethod
    def of(cls, file: FileFacts | None) -> Facts:
        """Return the measures among the facts of a file; nothing is known where there is no file."""
        file = file or FileFacts()
        x, y, z = (_exact(side) for side in file.bbox_mm or (0, 0, 0))
        width, height = file.width_mm, file.height_mm
        if file.page_facts:
            width, height = file.page_facts[0].size_mm
        return cls(
            volume_mm3=None if file.volume_mm3 is None else _exact(file.volume_mm3),
            bbox_mm=(x, y, z) if file.bbox_mm else None,
            watertight=file.watertight,
            width_mm=_length(width),
            height_mm=_length(height),
            pages=file.pages or None,
        )

    @property
    def volume_cm3(self) -> Decimal | None:
        """The volume where it can be trusted, in cm³; else None."""
        if self.volume_mm3 is None or self.volume_mm3 <= 0 or self.watertight is False:
            return None
        return self.volume_mm3 / 1000

    @property
    def box_cm3(self) -> Decimal | None:
        """The volume of the bounding box in cm³."""
        if self.bbox_mm is None:
            return None
        return self.bbox_mm[0] * self.bbox_mm[1] * self.bbox_mm[2] / 1000

    def fits(self, room_mm: tuple[Decimal, Decimal, Decimal]) -> bool | None:
        """Return whether the part fits `room_mm` in some upright turn; None where unmeasured."""
        if self.bbox_mm is None:
            return None
        pairs = zip(sorted(self.bbox_mm), sorted(room_mm), strict=True)
        return all(side <= room for side, room in pairs)


def _exact(value: float) -> Decimal:
    """Return the number as it is written, not as a processor keeps it."""
    return Decimal(str(value))


def _length(value_mm: float | None) -> Decimal | None:
    """Return a length in mm to the hundredth, as drawing programs mean it; None where there is none."""
    if value_mm is None or value_mm <= 0:
        return None
    return _exact(value_mm).quantize(Decimal("0.01"))
