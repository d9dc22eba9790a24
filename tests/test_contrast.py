"""Every pair of text and ground in the tokens meets WCAG AA, in the light and in the dark theme."""

from __future__ import annotations

import re

import pytest

from app.core.settings import ROOT

GROUNDS = ("paper", "sheet", "sheet-2", "sheet-3", "raised")
STATES = ("waiting", "attention", "working", "good", "bad", "held", "done")
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11


def tokens() -> str:
    css = (ROOT / "app" / "static" / "css" / "tokens.css").read_text()
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def block(selector: str) -> dict[str, str]:
    body = tokens().split(selector, 1)[1].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))


def of_theme(values: dict[str, str], nth: int) -> dict[str, str]:
    """Return the values of a theme: ``light-dark(A, B)`` is A in the light one (0), B in the dark one."""
    both = re.compile(r"^light-dark\((\S+), (\S+)\)$")
    return {
        name: found[nth + 1] if (found := both.match(value)) else value
        for name, value in values.items()
    }


LIGHT = of_theme(block(":root"), 0)
THEMES = {"light": LIGHT, "dark": of_theme(block(":root"), 1)}


def pairs() -> list[tuple[str, str, float]]:
    found = [(f"ink{n}", ground, TEXT) for n in ("", "-2", "-3") for ground in GROUNDS]
    found += [("accent-text", ground, TEXT) for ground in (*GROUNDS, "accent-wash")]
    found += [("on-accent", f"accent{n}", TEXT) for n in ("", "-hover", "-press")]
    found += [("on-key", "key", TEXT), ("on-key", "ink-2", TEXT)]
    for state in STATES:
        grounds = (f"{state}-wash", "sheet", "paper", "sheet-2")
        found += [(f"{state}-text", ground, TEXT) for ground in grounds]
        found += [("ink", f"{state}-wash", TEXT), ("ink-2", f"{state}-wash", TEXT)]
    found += [("line-control", ground, SHAPE) for ground in ("sheet", "sheet-2", "paper")]
    found += [("focus", ground, SHAPE) for ground in GROUNDS]
    # the diamond of "attention" has its word and its shape beside it: yellow on white can't do 3:1
    found += [(f"{state}-dot", "sheet", SHAPE) for state in STATES if state != "attention"]
    return found


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, definition)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_can_be_read(theme: str) -> None:
    values = THEMES[theme]
    weak = [
        f"{front} on {ground} is {got:.2f}, needs {need}"
        for front, ground, need in pairs()
        if (got := ratio(values[f"--{front}"], values[f"--{ground}"])) < need
    ]
    assert weak == []


def test_the_dark_theme_is_the_system_s_or_the_chosen_one_with_the_same_colours() -> None:
    """A colour stands once, so that both are one; which is shown is said by `color-scheme` alone."""
    assert block(":root").keys() == LIGHT.keys()
    assert re.search(r":root \{\s*color-scheme: light dark;", tokens())
    for theme in THEMES:
        assert f':root[data-theme="{theme}"] {{ color-scheme: {theme}; }}' in tokens()
    assert THEMES["dark"]["--paper"] != LIGHT["--paper"]


def test_no_stylesheet_names_a_token_that_is_not_there() -> None:
    defined = set(LIGHT) | {"--m"}
    for path in (ROOT / "app" / "static" / "css").glob("*.css"):
        used = set(re.findall(r"var\((--[\w-]+)\)", path.read_text()))
        assert used <= defined, f"{path.name}: {sorted(used - defined)}"
