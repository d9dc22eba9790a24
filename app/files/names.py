"""File names that strangers typed, made safe to keep and to show."""

import unicodedata

from app.core.fonts import undrawable

LONGEST = 120
FORBIDDEN = frozenset('<>:"|?*')


def clean_name(file_name: str) -> str:
    """Return `file_name` without folders, control and direction characters, at most 120 long.

    Unicode categories C* (control, format such as the right-to-left override, surrogates) and line
    separators go; the extension survives the shortening; nothing left becomes ``file``; a letter that
    no typeface of ours has becomes ``_``, because papers name the file that was signed. Names are
    for people only: no path or storage key is ever made of one.
    """
    last = file_name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    normal = unicodedata.normalize("NFC", last)
    kept = "".join(
        character
        for character in normal
        if unicodedata.category(character)[0] != "C"
        and unicodedata.category(character) not in {"Zl", "Zp"}
        and character not in FORBIDDEN
    )
    for letter in undrawable(kept):
        kept = kept.replace(letter, "_")
    kept = " ".join(kept.split()).lstrip(". ")
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST] or "file"
    extension = extension[:12]
    return f"{stem[: LONGEST - 1 - len(extension)]}.{extension}"
