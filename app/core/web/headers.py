"""Security headers on every answer, written by hand, with a fresh nonce for each request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from flask import Flask, Response, g, request

PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


def csp_nonce() -> str:
    """Return this request's nonce: 128 random bits, the same for all scripts of one page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def policy(nonce: str, storage: str = "", realtime: str = "") -> str:
    """Return the content security policy: own origin only, no inline script or style, no frames.

    `storage` and `realtime` are space-separated origins that files and the live line come from.
    """
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
    app: Flask,
    *,
    storage_origins: Iterable[str] = (),
    realtime_origins: Iterable[str] = (),
    https_only: bool = False,
) -> None:
    """Put the headers on every answer of `app`; pages are never cached, static files are.

    `https_only`: browsers are told to come by https alone from now on, whatever this process sees of
    the proxy before it.
    """
    storage = " ".join(origin for origin in storage_origins if origin)
    realtime = " ".join(origin for origin in realtime_origins if origin)
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(csp_nonce(), storage, realtime))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        # a customer's link carries a token: the address never leaves the shop
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if https_only or request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response
