"""The recipient's own link in a message. The message says which row it is made from; the address with its token
is made anew each time it is needed, and stored nowhere."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.actor import system
from app.core.db import db
from app.core.settings import current

if TYPE_CHECKING:
    from app.accounts.models import OrderLink, PasswordReset

ORDER, PASSWORD, ACCOUNT = "order", "password", "account"
#: Where each leads; ``{token}`` is the token of its row.
PATHS = {
    ORDER: "/t/{token}",
    PASSWORD: "/admin/choose-password/{token}",  # nosec B105
    ACCOUNT: "/admin/account",
}
#: Where somebody gets a new link whose message names none: it was queued by a former version.
LOST = "/link"


@dataclass(frozen=True)
class Link:
    """What a message's link is made from: its kind, and the id of the order link or the password reset."""

    kind: str
    row_id: uuid.UUID | None = None


def address_of(link: Link) -> str:
    """Return the address with its token. Raises sqlalchemy.exc.NoResultFound where the row is gone."""
    row = _row(link)
    return current().base_url + PATHS[link.kind].format(token=row.token if row else "")


def lost_address() -> str:
    """Return the address of the page that sends a new link to an order."""
    return current().base_url + LOST


def renewed(link: Link) -> Link:
    """Return `link` if its token still opens its row. After a change of SECRET_KEY it doesn't: an order gets
    another link then, a password reset another token."""
    row = _row(link)
    if row is None or row.is_token_known:
        return link
    return Link(link.kind, RENEW[link.kind](row))


def _row(link: Link) -> "OrderLink | PasswordReset | None":
    from app.accounts.models import OrderLink, PasswordReset

    if link.kind == ORDER:
        return db.session.get_one(OrderLink, link.row_id)
    return db.session.get_one(PasswordReset, link.row_id) if link.kind == PASSWORD else None


def _another_link(link: "OrderLink") -> uuid.UUID:
    from app.accounts.services.links import ensure_link

    if link.revoked_at is not None:
        return link.id  # whoever gets the message may not see the order any more
    return ensure_link(link.order_id, link.label, actor=system()).id


def _another_token(reset: "PasswordReset") -> uuid.UUID:
    reset.renew_token()
    return reset.id


RENEW: dict[str, Callable[..., uuid.UUID]] = {ORDER: _another_link, PASSWORD: _another_token}
