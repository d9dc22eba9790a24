"""What every page shares: security headers, CSRF, problem pages, words for dates and money."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from flask import Flask

#: Where browsers meet Amazon's storage when no other address is set.
AMAZON = ("https://s3.amazonaws.com",)


def init_app(app: Flask) -> None:
    """Set up headers, CSRF, problem pages, filters and template globals on `app`.

    The content security policy allows the shop's own origin, and for files and the live line the
    origins that the settings name.
    """
    from app.core import translations
    from app.core.settings import current
    from app.core.web import (
        assets,
        compiled,
        csrf,
        formats,
        headers,
        health,
        limits,
        live,
        picture,
        places,
        problems,
    )

    chosen = current()
    app.config.setdefault("TIMEZONE", chosen.timezone)
    translations.init_app(app)
    app.jinja_env.globals["new_key"] = lambda: uuid.uuid4().hex
    app.jinja_env.globals["shop_name"] = chosen.shop_name
    app.jinja_env.globals["shop_address"] = chosen.shop_address
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    compiled.init(app)
    _behind(app, chosen.trusted_proxies)
    storage = (chosen.s3_public_url, chosen.s3_endpoint_url, chosen.cdn_base_url)
    headers.init(
        app,
        storage_origins=[origin(address) for address in storage if address]
        if any(storage[:2])
        else [*AMAZON, f"https://s3.{chosen.s3_region}.amazonaws.com"],
        realtime_origins=[origin(chosen.realtime_url).replace("http", "ws", 1)],
        https_only=chosen.secure_cookies,
    )
    limits.init(app)
    csrf.init(app)
    problems.init(app)
    formats.init(app)
    assets.init(app)
    picture.init(app)
    live.init(app)
    places.init(app)
    health.init(app)


def _behind(app: Flask, proxies: int) -> None:
    """Take the visitor's address and scheme from what that many proxies of ours wrote down.

    With none, what a visitor claims in X-Forwarded-For is not believed.
    """
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0
        )


def origin(address: str) -> str:
    """Return scheme, host and port of `address`, as a content security policy names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
