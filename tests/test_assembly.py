"""The lists of rooms that the shop is assembled from: none misspelt, none forgotten."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app, declarations
from app.core import settings
from tests.servers import ROOT


def create() -> Flask:
    return create_app(settings.current())


@pytest.mark.parametrize(
    ("module", "names", "start"),
    [
        ("app", "PAGES", create),
        ("app.backoffice", "ROOMS", create),
        ("app.backoffice", "PAGES", create),
        ("app.cli", "COMMANDS", create),
        ("app.declarations", "INVARIANTS", lambda: declarations.load(declarations.INVARIANTS)),
    ],
)
def test_a_misspelt_name_stops_the_start(
    application: Flask,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    names: str,
    start: Callable[[], object],
) -> None:
    holder = importlib.import_module(module)
    monkeypatch.setattr(holder, names, ("amdin", *getattr(holder, names)))
    with pytest.raises(ModuleNotFoundError, match="amdin"):
        start()


@pytest.mark.parametrize(
    ("part", "module", "names"),
    [
        ("admin", "app.backoffice", "ROOMS"),
        ("models", "app.models", "ROOMS"),
        ("invariants", "app.declarations", "INVARIANTS"),
        ("events", "app.declarations", "EVENTS"),
        ("verbs", "app.declarations", "VERBS"),
    ],
)
def test_no_room_is_forgotten(part: str, module: str, names: str) -> None:
    found = {
        f"app.{room.name}.{part}"
        for room in (ROOT / "app").iterdir()
        if room.name != "core" and ((room / f"{part}.py").exists() or (room / part).is_dir())
    }
    assert found <= set(getattr(importlib.import_module(module), names))


@pytest.mark.parametrize("paper", ["work_order", "label", "proof"])
def test_a_worker_draws_papers_without_any_page(paper: str) -> None:
    worker = create_app(settings.current(), pages=False)
    assert worker.jinja_env.get_template(f"papers/{paper}.html").render
