"""What is known of the customer's file that a price, a reservation or a parcel depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Facts:
    """Measures of the file; None where it was not or could not be measured.

    `volume_mm3` holds only for a closed surface: where `watertight` is False it must not be used.
    """

    volume_mm3: Decimal | None = None
    bbox_mm: tuple[Decimal, Decimal, Decimal] | None = None
    area_mm2: Decimal | None = None
    watertight: bool | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Facts:
        """Return the facts kept with a file or a line; keys that are not measures are passed over."""
        data = data or {}
        box = data.get("bbox_mm")
        return cls(
            volume_mm3=_decimal(data.get("volume_mm3")),
            bbox_mm=tuple(Decimal(str(side)) for side in box) if box else None,  # type: ignore[arg-type]
            area_mm2=_decimal(data.get("area_mm2")),
            watertight=data.get("watertight"),
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


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
