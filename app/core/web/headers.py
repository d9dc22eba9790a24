"""Security headers on every answer, written by hand, with a fresh nonce for each request."""

import secrets
from collections.abc import Iterable

from flask import Flask, Response, g, request

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a customer's link carries a token: it never leaves the shop
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def csp_nonce() -> str:
    """Return this request's nonce: 128 random bits, the same for all scripts of one page."""
    return str(g.setdefault("csp_nonce", secrets.token_urlsafe(16)))


def policy(nonce: str, storage: str = "", realtime: str = "") -> str:
    """Return the content security policy: own origin only, no inline script or style, no frames. `storage` and
    `realtime` are space-separated origins."""
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": f"'self' data: blob: {storage}",
        "font-src": "'self'",
        "connect-src": f"'self' {storage} {realtime}",
        "media-src": f"'self' blob: {storage}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in directives.items())


def init(
    app: Flask, *, storage_origins: Iterable[str], realtime_origins: Iterable[str], https_only: bool
) -> None:
    """Put the headers on every answer of `app`; pages are never cached. `https_only`: browsers come
    by https alone, whatever this process sees of the proxy before it."""
    storage, realtime = " ".join(storage_origins), " ".join(realtime_origins)
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(csp_nonce(), storage, realtime))
        for name, value in FIXED.items():
            headers.setdefault(name, value)
        if https_only or request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response
