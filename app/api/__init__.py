"""The entry point of other software: REST under /api/v1, webhooks in under /hooks. No cookie, no session."""

from flask import Flask

RATE = "600 per minute"


def init_app(app: Flask) -> None:
    """Register the API and the webhooks; neither takes a cookie, so neither needs a CSRF token."""
    from app.api import hooks
    from app.api.routes import make_blueprint
    from app.core.web import limits
    from app.core.web.csrf import protection

    for blueprint in (make_blueprint(), hooks.blueprint):
        protection.exempt(blueprint)
        app.register_blueprint(blueprint)
    ours = [name for name in app.view_functions if name.startswith(("api.", "hooks."))]
    limits.limit(app, dict.fromkeys(ours, RATE))
