"""The `flask` commands of the shop's engineer. Each command imports what it needs when it runs."""

from __future__ import annotations

import importlib

from flask import Flask

COMMANDS = (
    "migrations",
    "processes",
    "proving",
    "rebuild",
    "seed",
    "walk",
    "shop",
    "translations",
    "credentials",
)

NEEDS_NO_SETTINGS = "translations"
"""The command of translators, who have no shop to run."""


def without_settings() -> Flask:
    """Return an application that has the command which needs no settings, and nothing else."""
    app = Flask(__name__)
    importlib.import_module(f"app.cli.{NEEDS_NO_SETTINGS}").register(app)
    return app


def init_app(app: Flask) -> None:
    """Register every command."""
    for name in COMMANDS:
        importlib.import_module(f"app.cli.{name}").register(app)
    importlib.import_module("app.accounts.commands").register(app)
