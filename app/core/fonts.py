"""The typefaces that papers are set in, and which letters they have; those of the machine are never used."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category
from xml.sax.saxutils import escape

#: Inter whole, a file for each weight: papers come out five times as fast as with the variable one.
INTER = Path(__file__).parents[1] / "static" / "fonts" / "papers"
#: Noto for the other scripts and emoji, and for Chinese, Japanese and Korean. Each carries its licence.
PACKAGES = ("manimgx_fonts", "noto_cjk_sans_jp_regular")
#: Tried in this order for a letter; whatever none of them has is looked for in the rest of the folders.
FAMILIES = ("Inter", "Noto Sans", "Noto Sans Symbols", "Noto Sans CJK JP", "Noto Emoji")
#: Seen as nothing although Unicode calls them letters, marks or signs: fillers, blanks, variation selectors.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def font_files() -> list[Path]:
    """Return the font files of the packages; raises ModuleNotFoundError where one is not installed."""
    return [file for folder in _folders() for file in sorted(folder.iterdir()) if _is_font(file)]


def font_config(cache_folder: Path) -> str:
    """Return the Fontconfig file that knows our typefaces alone and keeps its cache in `cache_folder`."""
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in _folders())
    families = "".join(f"<string>{family}</string>" for family in FAMILIES)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(cache_folder))}</cachedir>"
        f'<match target="pattern"><edit name="family" mode="append">{families}</edit></match>'
        "</fontconfig>"
    )


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: spaces, zero-width signs and fillers only."""
    return all(_is_unseen(letter) for letter in text)


def undrawable(text: str) -> str:
    """Return the letters of `text` that no typeface of ours has, each once, in their order."""
    missing = (letter for letter in text if ord(letter) not in _drawn() and not _is_unseen(letter))
    return "".join(dict.fromkeys(missing))


def _folders() -> list[Path]:
    found = [INTER]
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(name=package)
        found.append(Path(spec.origin).parent)
    return found


def _is_font(file: Path) -> bool:
    return file.suffix in {".ttf", ".otf"}


def _is_unseen(letter: str) -> bool:
    return (
        category(letter) in {"Cf", "Zs", "Zl", "Zp"}
        or letter in BLANK
        or any(ord(letter) in selectors for selectors in SELECTORS)
    )


def family_with(letter: str) -> str | None:
    """Return the typeface that a letter is set in: the first of `FAMILIES` that has it, else another."""
    return next((family for family, codes in _families().items() if ord(letter) in codes), None)


@cache
def _drawn() -> frozenset[int]:
    """Return every code point that one of the files has a glyph for."""
    drawn = frozenset().union(*_families().values())
    return frozenset(code for code in drawn if category(chr(code)) not in {"Cc", "Cn", "Co", "Cs"})


@cache
def _families() -> dict[str, frozenset[int]]:
    """Return the code points that each typeface has glyphs for, in the order of `FAMILIES`. Takes 0.2 s once."""
    from fontTools.ttLib import TTFont

    found: dict[str, frozenset[int]] = dict.fromkeys(FAMILIES, frozenset())
    for file in font_files():
        with TTFont(file, lazy=True) as font:
            family = str(font["name"].getBestFamilyName())
            found[family] = found.get(family, frozenset()) | frozenset(font.getBestCmap())
    return found
