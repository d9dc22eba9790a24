"""The cookie by which a browser keeps the links it opened, so that no address bar has to."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.accounts.matrix import customer_permissions
from app.accounts.models import OrderLink
from app.accounts.services.links import open_links
from app.core.actor import Actor
from app.core.settings import current

MOST = 20
DAY_S = 86_400


def name() -> str:
    """Return the cookie's name, with the ``__Host-`` prefix wherever the shop is under https."""
    return f"{'__Host-' if current().secure_cookies else ''}makeready_links"


def _signer() -> Any:
    from itsdangerous import URLSafeSerializer

    return URLSafeSerializer(current().secret_key, salt="order-links")


def _ids() -> list[uuid.UUID]:
    from itsdangerous import BadData

    value = request.cookies.get(name())
    if not value:
        return []
    try:
        return [uuid.UUID(text) for text in _signer().loads(value)][-MOST:]
    except (BadData, ValueError, TypeError, AttributeError):
        return []


def opened() -> list[OrderLink]:
    """Return the links of this browser that are good at this moment, the last opened one last."""
    order = {link_id: place for place, link_id in enumerate(_ids())}
    return sorted(open_links(order), key=lambda link: order[link.id])


def keep(response: Response, link: OrderLink) -> None:
    """Add `link` to the browser's links; past 20 the one opened longest ago goes."""
    ids = [link_id for link_id in _ids() if link_id != link.id] + [link.id]
    response.set_cookie(
        name(),
        _signer().dumps([link_id.hex for link_id in ids[-MOST:]]),
        max_age=current().link_days * DAY_S,
        path="/",
        secure=current().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def holder(links: Sequence[OrderLink]) -> Actor:
    """Return the customer who holds `links`; named by the one opened last."""
    last = links[-1]
    streams = frozenset(link.order_id for link in links)
    return Actor("customer", last.id, last.label, "link", customer_permissions(), streams)
