"""Keys of what a shop names: made from the name once, and kept when the name changes."""

import re
import unicodedata
from collections.abc import Collection

MOST_OF_A_KEY = 40


def latin(label: str, apart: str) -> str:
    """Return what a label has of Latin letters and digits, in lower case, with `apart` between its words."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", apart, plain).strip(apart)


def free_key(label: str, taken: Collection[str] = (), *, otherwise: str = "part") -> str:
    """Return a key made of `label` that is not `taken`: ``Cotton 350 g`` gives ``cotton_350_g``.

    One that would begin with a digit begins with `otherwise`, which is all of it for a label without Latin
    letters or digits; where it is taken a number follows.
    """
    base = latin(label, "_") or otherwise
    base = base if base[0].isalpha() else f"{otherwise}_{base}"
    base = base[: MOST_OF_A_KEY - 5].strip("_")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key
