"""What the directories of a TIFF say, whether or not any library can read its pixels (TIFF 6.0)."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIG = 43
DIRECTORIES_MAX = 5000
REDUCED, MASK = 1, 4  # bits of NewSubfileType: a smaller copy, a mask of another picture
MULTIPLIED = 1  # ExtraSamples: see-through, its colours multiplied; 2: not; 0: something else
ALPHAS = {MULTIPLIED, 2}
ICC_LAB = 9  # Photoshop's Lab, whose a and b count from 128
# PhotometricInterpretation: the space and its number of channels
COLOURS = {0: ("Gray", 1), 1: ("Gray", 1), 2: ("RGB", 3), 3: ("RGB", 1), 5: ("CMYK", 4)}
COLOURS |= {6: ("RGB", 3), 8: ("Lab", 3), ICC_LAB: ("Lab", 3), 10: ("Lab", 3)}
JPEG_2000 = dict.fromkeys((34712, 33003, 33005), "JPEG 2000")
COMPRESSIONS = {6: "old-style JPEG", 34925: "LZMA", 34887: "LERC", 34661: "JBIG"} | JPEG_2000
COMPRESSIONS |= {50002: "JPEG XL", 32809: "ThunderScan"}


@dataclass(frozen=True)
class Page:
    """One picture of the file: its place among all directories, and its tags by number."""

    index: int
    tags: dict[int, Any]

    def number(self, tag: int, otherwise: int) -> int:
        """Return the first value of a tag, `otherwise` where there is none."""
        held = self.tags.get(tag, otherwise)
        held = held[0] if isinstance(held, tuple) and held else held
        return int(held) if isinstance(held, int) else otherwise

    @property
    def colour(self) -> tuple[str | None, int]:
        """The colour space and its number of channels, (None, 0) where the file leaves it open."""
        space, bands = COLOURS.get(self.number(262, -1), (None, 0))
        if space == "CMYK" and self.number(332, 1) != 1:  # InkSet: other inks than these four
            return "Spot", self.number(277, 4)
        return space, bands

    @property
    def bits(self) -> int:
        return self.number(258, 1)

    @property
    def extras(self) -> tuple[int, ...]:
        """What each channel beyond the colours is (ExtraSamples)."""
        held = self.tags.get(338, ())
        said = held if isinstance(held, tuple) else (held,)
        beyond = max(0, self.number(277, 1) - self.colour[1]) if self.colour[1] else len(said)
        return (said + (0,) * beyond)[:beyond]

    @property
    def packed_as(self) -> str | None:
        """The compression by name where it is one that few programs read."""
        return COMPRESSIONS.get(self.number(259, 1))


def read_pages(path: Path) -> list[Page]:
    """Return the pictures of the file without smaller copies and masks; empty where it can't be read."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    found: list[Page] = []
    seen: set[int] = set()
    try:
        with warnings.catch_warnings(action="ignore"), open(path, "rb") as file:
            head = file.read(8)
            head += file.read(8) if BIG in head[2:4] else b""
            directory = ImageFileDirectory_v2(head)
            while directory.next and directory.next not in seen and len(seen) < DIRECTORIES_MAX:
                seen.add(directory.next)
                file.seek(directory.next)
                directory.load(file)
                page = Page(len(seen) - 1, dict(directory))
                if not page.number(254, 0) & (REDUCED | MASK):
                    found.append(page)
    except (OSError, ValueError, SyntaxError, OverflowError, KeyError, TypeError):
        pass  # what was read before it counts
    return found
