"""The customer's door: catalogue, request, upload, and the page of one order behind its link."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("portal", __name__)

#: What a visitor from one address may ask for: an upload holds storage, a request sends a letter.
LIMITS = {
    "portal.start_upload": "60 per minute; 600 per hour",
    "portal.send": "20 per minute; 100 per hour",
    "portal.price": "240 per minute",
}


def init_app(app: Flask) -> None:
    """Register the portal's pages."""
    from app.core.web import limits
    from app.portal import answering, artwork, catalogue, orders, request_form, uploads, words

    for module in (catalogue, request_form, uploads, orders, answering, artwork):
        module.register(blueprint)
    app.register_blueprint(blueprint)
    limits.limit(app, LIMITS)
    words.init(app)
    app.extensions["order_address"] = orders.address
