"""Makeready: the open back office for shops that make every order to order."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask

from app import declarations
from app.core import permissions

if TYPE_CHECKING:
    from app.core.settings import Settings

ADAPTERS = (
    "app.notify.channels",
    "app.fulfilment.carriers",
    "app.integrations.accounting",
    "app.integrations.storefronts",
    "app.integrations.suppliers",
)
permissions.load_with(lambda: declarations.load(declarations.VERBS))
PAGES = ("app.core.web", "app.accounts.doors", "app.backoffice", "app.portal", "app.api")


def create_app(settings: Settings | None = None, *, pages: bool = True) -> Flask:
    """Return the application: every room's tables, the table of reactions, commands and pages.

    Without `pages` they are added by the first request or by `mount_pages`: most commands never
    show one and start in half the time. Opens no connection.
    """
    from app.core import logs, translations
    from app.core.sandbox import hide_memory
    from app.core.settings import ROOT, current, use
    from app.core.web import formats

    hide_memory()  # it holds secrets, and foreign files are read beside it by the same user
    logs.configure()
    if settings is not None:
        use(settings)
    chosen = current()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.update(_flask_config(chosen))
    translations.init_app(app)
    formats.init(app)  # workers draw papers and show no page
    _database(app)
    importlib.import_module("app.cli").init_app(app)
    if pages:
        mount_pages(app)
    else:
        app.wsgi_app = _PagesFirst(app, app.wsgi_app)  # type: ignore[method-assign]
    return app


def mount_pages(app: Flask) -> None:
    """Add every page to `app`; a second call does nothing."""
    if app.extensions.setdefault("pages_mounted", False):
        return
    app.extensions["pages_mounted"] = True
    declarations.load(declarations.VERBS)
    for name in PAGES:
        importlib.import_module(name).init_app(app)


class _PagesFirst:
    """Mounts the pages when the first request comes (`flask run`)."""

    def __init__(self, app: Flask, inner: Callable[..., Any]) -> None:
        self.app = app
        self.inner = inner
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with self.lock:
            mount_pages(self.app)
        return self.inner(environ, start_response)


def _flask_config(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.secure_cookies else ""
    timeouts = (
        f"-c statement_timeout={settings.statement_timeout_ms} "
        f"-c lock_timeout={settings.lock_timeout_ms} "
        "-c idle_in_transaction_session_timeout=120000 -c timezone=UTC "
        "-c max_parallel_workers_per_gather=0"  # to start workers takes longer than a page's query
    )
    return {
        "SECRET_KEY": settings.secret_key if settings.has("secret_key") else None,
        "TESTING": settings.testing,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "hide_parameters": True,  # faults are logged, and parameters hold hashes and addresses
            "pool_size": 8,
            "max_overflow": max(8, settings.web_threads),
            "pool_timeout": 3,
            "connect_args": {
                "options": timeouts,
                "application_name": "makeready",
                "connect_timeout": 3,
                "tcp_user_timeout": 10_000,  # a server that is gone without a word, in ms
            },
        },
        "SESSION_COOKIE_NAME": f"{prefix}makeready",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A picture's late answer would take back the sentence that a form's answer left for the page.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _database(app: Flask) -> None:
    importlib.import_module("app.models")  # registers every table
    from app.core.db import db
    from app.core.outbound import adapters
    from app.reactions import REACTIONS

    declarations.load(declarations.EVENTS)
    declarations.load(declarations.REFERENCES)
    declarations.load(declarations.SETTINGS)

    db.init_app(app)
    adapters.load(ADAPTERS)
    app.extensions["reactions"] = REACTIONS
