"""The `flask` commands of the shop's engineer. Each command imports what it needs when it runs."""

import importlib

import click
from flask import Flask

COMMANDS = (
    "migrations:group",
    "processes:worker",
    "processes:relay",
    "processes:clock",
    "anchors:group",
    "maintenance:check",
    "maintenance:workflow",
    "maintenance:rebuild",
    "from_clone:seed",
    "from_clone:walk",
    "shop:demo",
    "shop:preset",
    "translations:translations",
    "maintenance:rotate_credentials",
    "storage:commands",
    "staff:owner",
    "staff:staff",
    "staff:setup_link",
    "files:inspect",
    "files:preview",
    "proof:proof",
    "price:price",
)
NEEDS_NO_SETTINGS = (
    "translations:translations",
    "files:inspect",
    "files:preview",
    "proof:proof",
)
"""Commands for people who have no shop to run: translators, and whoever has a file to look at."""


def _command(name: str) -> click.Command:
    module, _, attribute = name.partition(":")
    found: click.Command = getattr(importlib.import_module(f"app.cli.{module}"), attribute)
    return found


def needs_no_settings(arguments: list[str]) -> bool:
    """Return whether the command line names a command that runs without settings."""
    return bool({name.partition(":")[2] for name in NEEDS_NO_SETTINGS} & set(arguments[1:]))


def without_settings() -> Flask:
    """Return an application that has the commands which need no settings, and nothing else."""
    from flask_babel import Babel

    from app.core import translations
    from app.core.settings import ROOT
    from app.core.web import formats

    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    Babel(app)  # findings group their thousands
    translations.add_to(app.jinja_env)
    formats.init(app)
    for name in NEEDS_NO_SETTINGS:
        app.cli.add_command(_command(name))
    return app


def init_app(app: Flask) -> None:
    """Add every command."""
    for name in COMMANDS:
        app.cli.add_command(_command(name))
