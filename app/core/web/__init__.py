"""What every page shares: security headers, CSRF, problem pages, words for dates and money."""

import uuid
from importlib import import_module
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.local import LocalProxy

#: Where browsers meet Amazon's storage when no other address is set.
AMAZON = ("https://s3.amazonaws.com",)


#: What the page frames lead to.
PLACES = {
    "home": "/admin/",
    "search": "/admin/search",
    "new_order": "/admin/new-order/",
    "account": "/admin/account",
    "sign_in": "/admin/sign-in",
    "sign_out": "/admin/sign-out",
    "set_up": "/admin/set-up/",
}
PARTS = (
    "limits",
    "csrf",
    "repeating",
    "problems",
    "formats",
    "assets",
    "picture",
    "live",
    "health",
    "head",
    "strict_json",
)


def init_app(app: Flask) -> None:
    """Set up headers, CSRF, problem pages, filters and template globals on `app`. The content security policy
    allows its own origin, and for files and live pages those that the settings name."""
    from app.core import translations
    from app.core.inputs import form_fields
    from app.core.settings import current
    from app.core.shop.details import shop_details
    from app.core.shop.pickup import pickup_words
    from app.core.web import compiled, headers

    chosen = current()
    translations.init_app(app)
    app.jinja_env.globals.update(
        form_fields=form_fields,
        new_key=lambda: uuid.uuid4().hex,
        shop=LocalProxy(shop_details),
        pickup_words=pickup_words,
        shop_name=LocalProxy(lambda: shop_details().name),
        shop_address=LocalProxy(lambda: shop_details().address),
        places=PLACES,
    )
    # the back office puts its menu here; a page outside of it has none
    app.jinja_env.globals.setdefault("sidebar", list)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
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
    for name in PARTS:
        import_module(f"app.core.web.{name}").init(app)


def _behind(app: Flask, proxies: int) -> None:
    """Believe that many proxies of ours, and nobody else, about the visitor's address and scheme."""
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0
        )


def origin(address: str) -> str:
    """Return scheme, host and port of `address`, as a content security policy names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
