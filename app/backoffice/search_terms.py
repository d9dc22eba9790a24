"""What somebody typed into the search: cleaned, and read as the numbers that it may be."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.search import Searchable

LONGEST = 100
SHORTEST = 2
NUMBER = re.compile(r"(MR|J|S|C)\s*-?\s*(\d{1,9})((?:-\d{1,6}|R\d{0,6})*)", re.IGNORECASE)
DIGITS = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Terms:
    """`text` as searched; `prefix` and `number` where it reads like J-2291-2 (`suffix` ``-2``)."""

    text: str
    prefix: str = ""
    number: int | None = None
    suffix: str = ""

    @property
    def is_long_enough(self) -> bool:
        """Whether there is anything to look for: two letters, or a number."""
        return len(self.text) >= SHORTEST or self.number is not None

    @property
    def reference(self) -> str:
        """The number as it stands on papers: ``J-2291-2``."""
        return f"{self.prefix}-{self.number}{self.suffix}"

    def number_for(self, kind: Searchable) -> int | None:
        """Return the number that records of this kind may have; None where it names another kind."""
        if kind.number is None or self.number is None:
            return None
        if not self.prefix:
            return self.number if kind.bare_number else None
        return self.number if self.prefix == kind.prefix else None

    def means(self, codes: Iterable[str], kind: Searchable) -> bool:
        """Return whether exactly the record with one of these codes was typed."""
        typed = {self.text.casefold()}
        if self.number_for(kind) is not None:
            typed.add(f"{kind.prefix}-{self.number}{self.suffix}".casefold())
        return any(code.casefold() in typed for code in codes)


def read(typed: str) -> Terms:
    """Return the terms: control characters and runs of space become one space, the rest is cut off."""
    visible = (
        " " if unicodedata.category(one) in ("Cc", "Cs") else one for one in typed[: LONGEST * 4]
    )
    text = " ".join("".join(visible).split())[:LONGEST].strip()
    match = NUMBER.fullmatch(text)
    if match:
        return Terms(text, match[1].upper(), int(match[2]), match[3].upper())
    bare = text.removeprefix("#")
    if DIGITS.fullmatch(bare) and bare.isascii():
        return Terms(bare, "", int(bare))
    return Terms(text)
