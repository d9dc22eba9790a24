"""Words for kinds of files that pages with an upload box need."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from app.core.settings import current
from app.files.parts import size_words

ENDINGS = {
    "pdf": ".pdf",
    "png": ".png",
    "jpeg": ".jpg,.jpeg",
    "tiff": ".tif,.tiff",
    "psd": ".psd",
    "svg": ".svg",
    "stl": ".stl",
    "3mf": ".3mf",
    "heic": ".heic",
}


def init(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        accept_list=accept_list,
        kind_words=kind_words,
        max_upload_words=lambda: size_words(current().upload_max_bytes),
    )


def accept_list(kinds: Iterable[str]) -> str:
    """Return the value of an input's accept attribute for these kinds."""
    return ",".join(ENDINGS.get(kind, f".{kind}") for kind in kinds)


def kind_words(kinds: Iterable[str]) -> str:
    """Return ``PDF, PNG or STL``."""
    names = [kind.upper() for kind in kinds]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
