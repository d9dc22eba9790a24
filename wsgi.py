"""Entry point for gunicorn and the `flask` command."""

from __future__ import annotations

import os
import sys

from app import cli, create_app

is_command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
if is_command and cli.NEEDS_NO_SETTINGS in sys.argv:
    app = cli.without_settings()
else:
    app = create_app(pages=not is_command)  # commands are quicker without the pages
