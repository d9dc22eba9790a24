"""The cookie by which a browser is known again at sign-in, for a year, whoever signs in with it."""

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from app.core.ids import token
from app.core.settings import current

YEAR_S = 31_536_000


def name() -> str:
    """Return the cookie's name, with the ``__Host-`` prefix wherever the shop is under https."""
    return f"{'__Host-' if current().secure_cookies else ''}makeready_browser"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current().secret_key, salt="known-browser")


def read() -> str:
    """Return the secret of this browser; "" where it has none, or one that we didn't sign."""
    try:
        return str(_signer().loads(request.cookies.get(name(), "")))
    except BadData:
        return ""


def read_or_make() -> str:
    """Return the secret of this browser, a new one where it has none."""
    return read() or token()


def keep(response: Response, secret: str) -> None:
    """Let the browser keep its secret for a year from now."""
    response.set_cookie(
        name(),
        str(_signer().dumps(secret)),
        max_age=YEAR_S,
        path="/",
        secure=current().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
