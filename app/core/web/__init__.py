"""What every page shares: security headers, CSRF, problem pages, words for dates and money."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask


def init_app(app: Flask) -> None:
    """Set up headers, CSRF, problem pages, filters and template globals on `app`.

    The content security policy allows the shop's own origin, and for files and the live line the
    origins that the settings name.
    """
    from app.core.settings import current
    from app.core.web import (
        assets,
        csrf,
        formats,
        headers,
        health,
        live,
        picture,
        places,
        problems,
    )

    chosen = current()
    app.config.setdefault("TIMEZONE", chosen.timezone)
    app.config.setdefault("LOCALE", chosen.locale)
    app.jinja_env.globals["shop_name"] = chosen.shop_name
    app.jinja_env.globals["shop_address"] = chosen.shop_address
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    storage = (chosen.s3_public_url, chosen.s3_endpoint_url, chosen.cdn_base_url)
    headers.init(
        app,
        storage_origins=[origin(address) for address in storage if address],
        realtime_origins=[origin(chosen.realtime_url).replace("http", "ws", 1)],
    )
    csrf.init(app)
    problems.init(app)
    formats.init(app)
    assets.init(app)
    picture.init(app)
    live.init(app)
    places.init(app)
    health.init(app)


def origin(address: str) -> str:
    """Return scheme, host and port of `address`, as a content security policy names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
