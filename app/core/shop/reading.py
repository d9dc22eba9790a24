"""Reads the shop's settings: one query for a request, which sees the same values to its end; elsewhere one query a
second at most, so that every process sees a change within a second."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from flask import current_app, g, has_app_context, has_request_context
from flask_babel import refresh
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.settings import BadSettings, Settings, current
from app.core.shop.section import Section

log = structlog.get_logger(__name__)
FRESH_S = 0.8
ALL = text("SELECT section, values FROM shop_settings")
S = TypeVar("S", bound=Section)


@dataclass(eq=False)
class Snapshot:
    """All that was saved (section → values), the environment beside it, and the sections made of both."""

    saved: dict[str, dict[str, Any]]
    environment: Settings | None
    read_at: float = field(default_factory=time.monotonic)
    sections: dict[type[Section], Section] = field(default_factory=dict)

    def get(self, section: type[S]) -> S:
        """Return the section's values."""
        found = self.sections.get(section)
        if found is None:
            begun: set[type[Section]] = _begun.__dict__.setdefault("sections", set())
            if section in begun:  # the sentence of a fault asks for the language
                return section()
            begun.add(section)
            saved = self.saved.get(section.key, {} if self.environment is None else None)
            try:
                found = readable(section, section.environment() if saved is None else saved)
            finally:
                begun.discard(section)
            self.sections[section] = found
        return found  # type: ignore[return-value]


_kept: list[Snapshot] = []
_begun = threading.local()


def shop(section: type[S]) -> S:
    """Return the values of a section as they are now. One query, unless this request asked before, or this
    process less than a second ago. Where there is no database, what the environment says."""
    return _snapshot().get(section)


def region_locale() -> str:
    """Return the locale in which the shop writes."""
    from app.core.shop.region import Region

    return shop(Region).locale


def region_zone() -> str:
    """Return the shop's time zone."""
    from app.core.shop.region import Region

    return shop(Region).timezone


def has_shop() -> bool:
    """Return whether there is a database that settings could be in: some commands run without one."""
    return has_app_context() and "sqlalchemy" in current_app.extensions


def forget() -> None:
    """Read again at the next `shop`: this process changed something."""
    _kept.clear()
    if has_request_context():
        g.pop("shop_settings", None)


def use_last_known() -> None:
    """Let the rest of this request do with what was read last: its database can't be asked."""
    if has_request_context() and "shop_settings" not in g:
        g.shop_settings = _kept[0] if _kept else _bare(current())


def is_saved(section: type[Section]) -> bool:
    """Return whether somebody has ever saved the section."""
    return section.key in _snapshot().saved


@lru_cache(maxsize=1)
def _bare(environment: Settings) -> Snapshot:
    """Return what holds while nothing was saved."""
    return Snapshot({}, environment)


def _snapshot() -> Snapshot:
    if not has_shop():
        try:
            return _bare(current())
        except BadSettings:  # a command or a calculation that needs no shop
            return Snapshot({}, None)
    if has_request_context():
        if "shop_settings" not in g:
            g.shop_settings = _kept_with(_rows())
        return g.shop_settings  # type: ignore[no-any-return]
    kept = _kept[0] if _kept else None
    if kept is None or kept.environment is not current() or _age_s(kept) > FRESH_S:
        kept = _refreshed(kept)
    if g.get("shop_seen") is not kept.saved:  # a worker's context lives as long as the worker
        refresh()
        for name in ("locale", "sentences"):
            g.pop(name, None)
        g.shop_seen = kept.saved
    return kept


def _age_s(kept: Snapshot) -> float:
    return time.monotonic() - kept.read_at


def _refreshed(kept: Snapshot | None) -> Snapshot:
    """Read in a short session of its own: the caller may be between two transactions, where none may begin."""
    from app.core.db import db

    try:
        with Session(db.engine, join_transaction_mode="create_savepoint") as own:
            rows = {row.section: row.values for row in own.execute(ALL)}
    except SQLAlchemyError as problem:
        log.warning("shop_settings.unread", problem=type(problem).__name__)
        return kept or _bare(current())
    return _kept_with(rows)


def _rows() -> dict[str, Any]:
    from app.core.db import db

    return {row.section: row.values for row in db.session.execute(ALL)}


def _kept_with(rows: dict[str, Any]) -> Snapshot:
    """Return the snapshot of these rows; the former one, with what it made of them, where nothing changed."""
    kept = _kept[0] if _kept else None
    if kept is not None and kept.saved == rows and kept.environment is current():
        kept.read_at = time.monotonic()
        return kept
    _kept[:] = [Snapshot(rows, current())]
    return _kept[0]


def readable(section: type[Section], values: Any) -> Section:
    """Return the section; what does not fit any more (a time zone that was abolished) has its default."""
    left = dict(values)
    for _ in range(len(section.model_fields) + 1):
        try:
            return section.model_validate(left)
        except ValidationError as problem:
            wrong = {str(fault["loc"][0]) for fault in problem.errors() if fault["loc"]}
            log.warning("shop_settings.unfit", section=section.key, fields=sorted(wrong))
            left = {name: value for name, value in left.items() if name not in wrong}
            if not wrong:
                break
    return section()
