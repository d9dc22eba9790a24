"""The customer's door: catalogue, request, upload, and the page of one order behind its link."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("portal", __name__)


def init_app(app: Flask) -> None:
    """Register the portal's pages."""
    from app.portal import answering, artwork, catalogue, orders, request_form, uploads, words

    for module in (catalogue, request_form, uploads, orders, answering, artwork):
        module.register(blueprint)
    app.register_blueprint(blueprint)
    words.init(app)
    app.extensions["order_address"] = orders.address
