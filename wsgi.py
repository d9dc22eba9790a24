"""Entry point for gunicorn and the `flask` command."""

from __future__ import annotations

import os

from app import create_app

# Flask's command line says so; its commands are quicker without the pages they never show.
app = create_app(pages=os.environ.get("FLASK_RUN_FROM_CLI") != "true")
