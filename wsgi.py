"""Entry point for gunicorn and the `flask` command."""

from __future__ import annotations

from app import create_app

app = create_app()
