"""The customer's pages: catalogue, request, upload, and one order behind its link."""

from importlib import import_module

from flask import Blueprint, Flask

blueprint = Blueprint("portal", __name__)
PAGES = ("catalogue", "request_form", "uploads", "orders", "artwork")

#: What a visitor from one address may do: an upload holds storage, a request sends a message.
LIMITS = {
    "portal.start_upload": "60 per minute; 600 per hour",
    "portal.send": "20 per minute; 100 per hour",
    "portal.price": "240 per minute",
}


def init_app(app: Flask) -> None:
    """Register the portal's pages."""
    from app.core.web import limits
    from app.portal import orders, words

    for name in PAGES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    limits.limit(app, LIMITS)
    words.init(app)
    app.extensions["order_address"] = orders.address
