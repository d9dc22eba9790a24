"""What a shop of the presets has on its first morning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def priced_in_pounds() -> Iterator[None]:
    """Let a preset be loaded with its own amounts as pounds, whatever currency the shop under test has: the
    tests read its prices as they stand in its file."""
    from app.core import settings

    usual = settings.current()
    settings.use(usual.model_copy(update={"currency": "GBP"}))
    try:
        yield
    finally:
        settings.use(usual)


def load_presets(names: Iterable[str]) -> None:
    """Load stock, work centres and products of the presets `names`, and commit."""
    from app.catalog import verbs as catalog
    from app.catalog.presets import read
    from app.core.actor import system
    from app.core.db import db
    from app.production import services as production
    from app.stock import services as stock

    for name in names:
        preset = read(name)
        stock.load_preset(preset.stock, actor=system("cli"))
        production.load_preset(preset.work_centres)
        with priced_in_pounds():
            catalog.load_preset(None, name, actor=system("cli"))
    db.session.commit()
