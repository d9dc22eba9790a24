"""The `flask` commands of the shop's engineer. Each command imports what it needs when it runs."""

import importlib

import click
from flask import Flask

COMMANDS = (
    "migrations:group",
    "processes:worker",
    "processes:relay",
    "processes:clock",
    "maintenance:check",
    "maintenance:workflow",
    "maintenance:rebuild",
    "from_clone:seed",
    "from_clone:walk",
    "shop:demo",
    "shop:preset",
    "translations:translations",
    "maintenance:rotate_credentials",
    "staff:owner",
    "staff:staff",
)
NEEDS_NO_SETTINGS = "translations"
"""The command of translators, who have no shop to run."""


def _command(name: str) -> click.Command:
    module, _, attribute = name.partition(":")
    found: click.Command = getattr(importlib.import_module(f"app.cli.{module}"), attribute)
    return found


def without_settings() -> Flask:
    """Return an application that has the command which needs no settings, and nothing else."""
    app = Flask(__name__)
    app.cli.add_command(_command(f"{NEEDS_NO_SETTINGS}:{NEEDS_NO_SETTINGS}"))
    return app


def init_app(app: Flask) -> None:
    """Add every command."""
    for name in COMMANDS:
        app.cli.add_command(_command(name))
