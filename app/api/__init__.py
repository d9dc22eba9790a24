"""The door for other software: REST under /api/v1, webhooks in under /hooks. No cookie, no session."""

from __future__ import annotations

from flask import Flask

RATE = "600 per minute"


def init_app(app: Flask) -> None:
    """Register the API and the webhooks; neither takes a cookie, so neither needs a CSRF token."""
    from app.api import hooks, routes
    from app.api.door import blueprint
    from app.core.web import limits
    from app.core.web.csrf import protection

    routes.register(blueprint)
    for door in (blueprint, hooks.blueprint):
        protection.exempt(door)
        if door.name not in app.blueprints:
            app.register_blueprint(door)
    ours = [name for name in app.view_functions if name.startswith(("api.", "hooks."))]
    limits.limit(app, dict.fromkeys(ours, RATE))
