"""Entry point for gunicorn and the `flask` command."""

from __future__ import annotations

import os
import sys

from flask import Flask

from app import cli, create_app


def open_app() -> Flask:
    """Return the shop; for a command without the pages it never shows, or without the settings."""
    is_command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    if is_command and cli.needs_no_settings(sys.argv):
        return cli.without_settings()
    return create_app(pages=not is_command)


app = open_app()
