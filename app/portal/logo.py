"""The shop's logo, for pages and e-mails: one address, which changes with the picture."""

from typing import Any

from flask import Flask, abort, url_for
from werkzeug.local import LocalProxy

from app.core.ids import hash_token
from app.core.web.stored import show_picture
from app.files.settings import logo
from app.portal import blueprint


@blueprint.get("/logo")
def shop_logo() -> Any:
    """Send the browser to the stored picture."""
    picture = logo().picture_id
    return show_picture(picture) if picture else abort(404)


def logo_path() -> str:
    """Return the logo's address, "" without one."""
    picture = logo().picture_id
    return url_for("portal.shop_logo", v=hash_token(picture)[:12]) if picture else ""


def init(app: Flask) -> None:
    """Give the templates of pages the logo's address."""
    app.jinja_env.globals["logo_url"] = LocalProxy(logo_path)
