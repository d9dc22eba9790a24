"""Makeready: the open back office for shops that make every order to order."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from app.core.settings import Settings

DOORS = (
    "app.core.web",
    "app.accounts.doors",
    "app.backoffice",
    "app.portal",
    "app.api",
    "app.cli",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, with every room's tables, every door and the table of reactions.

    Opens no connection: that is left to the first request or command.
    """
    from app.core import logs
    from app.core.settings import ROOT, current, use

    logs.configure()
    if settings is not None:
        use(settings)
    chosen = current()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.update(_flask_config(chosen))
    _database(app)
    for name in DOORS:
        importlib.import_module(name).init_app(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.secure_cookies else ""
    timeouts = (
        f"-c statement_timeout={settings.statement_timeout_ms} "
        f"-c lock_timeout={settings.lock_timeout_ms} "
        "-c idle_in_transaction_session_timeout=120000 -c timezone=UTC"
    )
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.testing,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 8,
            "connect_args": {"options": timeouts, "application_name": "makeready"},
        },
        "SESSION_COOKIE_NAME": f"{prefix}makeready",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 0 if settings.testing else 3600,
        "TEMPLATES_AUTO_RELOAD": settings.testing,
    }


def _database(app: Flask) -> None:
    from flask_migrate import Migrate

    importlib.import_module("app.models")  # registers every table
    from app.core.db import db
    from app.core.lazy import call
    from app.core.settings import ROOT
    from app.reactions import REACTIONS

    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    app.extensions["reactions"] = REACTIONS
    app.extensions["letter_context"] = call("app.orders.correspondence:letter_context")
