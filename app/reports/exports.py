"""Exports: requested by a person, written by a worker, downloaded by a short-lived link."""

import json
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast
from urllib.parse import urlencode

import structlog
from flask import current_app, g
from sqlalchemy import select, text

from app.core import archive, storage
from app.core.actor import Actor, system
from app.core.backoffice.export import ExportRequest, write_csv
from app.core.clock import now
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, NotFound, WrongState
from app.core.events import Event, record
from app.core.translations import _
from app.reports.models import Export
from app.reports.states import EXPORT

log = structlog.get_logger(__name__)
EVERY = 500
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))")
KEPT_S = 3600


class Progress(NamedTuple):
    """Rows written, and about how many there are in all (None: nobody knows)."""

    done: int
    about: int | None


def _key(export_id: uuid.UUID) -> str:
    return f"makeready:export:{export_id}"


def counted(
    rows: Iterable[list[Any]], export_id: uuid.UUID, about: int | None
) -> Iterator[list[Any]]:
    """Yield `rows`, publishing the progress at the first and at each five hundredth."""
    for number, row in enumerate(rows):
        if number % EVERY == 0:
            _publish(export_id, Progress(number, about))
        yield row


def _publish(export_id: uuid.UUID, progress: Progress) -> None:
    from app.core.queue import connection

    try:
        connection().set(_key(export_id), json.dumps(progress), ex=KEPT_S)
    except Exception as problem:
        log.warning("export.progress_not_published", problem=str(problem)[:200])


def read_progress(export_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Progress]:
    """Return the progress of these exports, where it was published; one question to Redis."""
    from app.core.queue import connection

    ids = list(export_ids)
    if not ids:
        return {}
    try:
        texts = connection().mget([_key(one) for one in ids])
    except Exception as problem:
        log.warning("export.progress_not_read", problem=str(problem)[:200])
        return {}
    return {one: Progress(*json.loads(text)) for one, text in zip(ids, texts, strict=True) if text}


MEDIA_TYPE = "text/csv; charset=utf-8"
BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
LINK_S = 300


@dataclass(frozen=True)
class Task:
    """An export to write, as the worker needs it."""

    export_id: uuid.UUID
    endpoint: str
    filters: dict[str, str]
    actor: Actor
    about_rows: int | None = None


class Written(NamedTuple):
    """Where an export was stored and how many rows it has."""

    storage_key: str
    rows: int


def request_export(none_yet: None, actor: Actor, requested: ExportRequest) -> Export:
    """Queue a list to be written as a file. Records export.requested.

    Raises AlreadyDone while the same export of this person is still to be written: however often they
    ask at once, it is one file. Takes an advisory lock for the person.
    """
    db.session.execute(ONE_AT_A_TIME, {"person": f"export:{actor.id or actor.label}"})
    same = select(Export.id).where(
        Export.requested_by_id == actor.id,
        Export.requested_by_label == actor.label,
        Export.kind == requested.endpoint,
        Export.filters == dict(requested.args),
        Export.state == EXPORT.initial,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise AlreadyDone(
            _("This list is being exported already."), next_step=_("Find the file under Exports.")
        )
    export = Export(
        requested_by_id=actor.id,
        requested_by_label=actor.label,
        kind=requested.endpoint,
        name=requested.name[:120],
        filters=dict(requested.args),
    )
    db.session.add(export)
    db.session.flush()
    data = {
        "kind": export.kind,
        "filters": export.filters,
        "permissions": sorted(actor.permissions),
        "about_rows": requested.about_rows,
    }
    record("export.requested", export, actor, after={"state": export.state}, data=data)
    return export


def load(event: Event) -> Task | None:
    """Return the export to write; None where its file exists already."""
    export = get(Export, event.subject_id)
    if export.state == "ready":
        return None
    data = event.data or {}
    permissions = frozenset(data.get("permissions", ()))
    actor = Actor("staff", event.actor_id, event.actor_label, "job", permissions)
    filters = dict(export.filters)
    return Task(export.id, export.kind, filters, actor, data.get("about_rows"))


def act(task: Task) -> Written:
    """Write the list to a file as that person would see it, and store it; return where and its row count."""
    with tempfile.NamedTemporaryFile("w+", newline="", encoding="utf-8", suffix=".csv") as file:
        count = _write(task, cast(TextIO, file))
        file.flush()
        place = f"exports/{task.export_id}"
        kept = archive.keep_file(place, Path(file.name), ".csv", MEDIA_TYPE, is_locked=False)
    return Written(kept.storage_key, count)


def _write(task: Task, file: TextIO) -> int:
    view = _view(task.endpoint)
    address = f"{view.url}/?{urlencode(task.filters)}"
    with current_app.test_request_context(address):  # type: ignore[attr-defined]
        g.actor = task.actor
        rows = view.export_rows()
        try:
            file.write(BOM)
            header = next(rows)
            return write_csv(file, header, counted(rows, task.export_id, task.about_rows))
        finally:
            db.session.remove()


def _view(endpoint: str) -> Any:
    for view in current_app.extensions["backoffice"]._views:
        if view.endpoint == endpoint and hasattr(view, "export_rows"):
            return view
    raise NotFound(_("The list “%(endpoint)s” can't be exported any more.", endpoint=endpoint))


def save(event: Event, task: Task, written: Written) -> None:
    """Store where the file is. Records export.ready."""
    export = locked(Export, task.export_id)
    change = EXPORT.fire(export, "finish")
    export.storage_key, export.rows = written
    export.finished_at, export.error = now(), None
    record("export.ready", export, system(), **change, data={"rows": written.rows})


def failed(event: Event, problem: BaseException) -> None:
    """Mark the export as failed. Records export.failed."""
    export = locked(Export, event.subject_id)
    if not EXPORT.can(export.state, "fail"):
        return
    change = EXPORT.fire(export, "fail")
    export.error, export.finished_at = str(problem)[:2000], now()
    record("export.failed", export, system(), **change, data={"error": export.error})


def download_link(export_id: uuid.UUID, *, actor: Actor) -> str:
    """Return an address that gives the file for 5 minutes.

    To whoever requested it and to owners; NotFound for others, WrongState before it is ready.
    """
    export = get(Export, export_id)
    if export.requested_by_id != actor.id and "*" not in actor.permissions:
        raise NotFound(_("There is no such export, or it isn't yours."))
    if export.state != "ready" or export.storage_key is None:
        raise WrongState(
            _("The file is not ready."),
            next_step=_("Reload the page in a moment, or request the export again."),
        )
    return storage.sign_download(export.storage_key, file_name=export.file_name, expires_s=LINK_S)
