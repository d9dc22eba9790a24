"""Keys of what a shop names: made from the name once, and kept when the name changes."""

import re
import unicodedata
from collections.abc import Collection

MOST_OF_A_KEY = 40


def free_key(label: str, taken: Collection[str] = (), *, otherwise: str = "part") -> str:
    """Return a key made of `label` that is not `taken`: ``Cotton 350 g`` gives ``cotton_350_g``.

    A label without Latin letters or digits gives `otherwise`, with a number where that is taken.
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or otherwise
    base = base if base[0].isalpha() else f"no_{base}"
    base = base[: MOST_OF_A_KEY - 5].strip("_")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key
