"""Words for kinds of files that pages with an upload box need."""

from collections.abc import Iterable

from flask import Flask

from app.core.settings import current
from app.files.parts import size_words
from app.inspection.kinds import KINDS, listed


def init(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        accept_list=accept_list,
        kind_words=listed,
        max_upload_words=lambda: size_words(current().upload_max_bytes),
    )


def accept_list(kinds: Iterable[str]) -> str:
    """Return the value of an input's accept attribute for these kinds."""
    endings = (KINDS[kind].extensions if kind in KINDS else (kind,) for kind in kinds)
    return ",".join(f".{ending}" for each in endings for ending in each)
