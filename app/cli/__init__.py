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


def init_app(app: Flask) -> None:
    """Register every command."""
    for name in COMMANDS:
        importlib.import_module(f"app.cli.{name}").register(app)
    importlib.import_module("app.accounts.commands").register(app)
