"""A customer's way to one order: a long random link that expires and can be taken back."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy import select, update

from app.accounts.models import OrderLink, SignInAttempt
from app.accounts.services.attempts import judge_attempt
from app.accounts.tokens import derived_token
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, get, is_read_only, locked
from app.core.errors import AlreadyDone, BadInput, Problem
from app.core.events import Event, record
from app.core.ids import hash_token, token
from app.core.settings import current

log = structlog.get_logger(__name__)
_PURPOSE = "order-link"
SPARE = timedelta(days=14)


class LinkOver(Problem):
    """A link that opens nothing (any more); `link_id` where it is known, else None."""

    status = 410
    code = "link_over"

    def __init__(self, sentence: str, link_id: uuid.UUID | None, *, status: int = 410) -> None:
        super().__init__(sentence, next_step="Have a new link sent to you.")
        self.link_id = link_id
        self.status = status


def issue_link(order_id: uuid.UUID, label: str, *, actor: Actor, days: int | None = None) -> str:
    """Make a new link to one order for the person `label` and return its token (256 bits).

    Good for `days` (default: the shop's LINK_DAYS). Event link.issued. Older links stay good.
    """
    require(actor, "message.resend", stream_id=order_id)
    if days is not None and not 1 <= days <= 3650:
        raise BadInput("A link is good for 1 to 3650 days.", field="days")
    salt = token()
    secret = derived_token(_PURPOSE, salt)
    link = OrderLink(
        order_id=order_id,
        label=" ".join(label.split())[:200] or "Customer",
        salt=salt,
        token_hash=hash_token(secret),
        expires_at=now() + timedelta(days=days or current().link_days),
    )
    db.session.add(link)
    db.session.flush()
    data = {"link_id": link.id, "label": link.label, "expires_at": link.expires_at}
    record("link.issued", link, actor, stream_id=order_id, data=data)
    return secret


def ensure_link(order_id: uuid.UUID, label: str, *, actor: Actor) -> OrderLink:
    """Return a link to the order for the person `label` that is good for two more weeks; issue one
    where there is none. For messages: `link_token` gives the token when the message is sent."""
    plain = " ".join(label.split())[:200] or "Customer"
    query = (
        select(OrderLink)
        .where(OrderLink.order_id == order_id, OrderLink.label == plain)
        .where(OrderLink.revoked_at.is_(None), OrderLink.expires_at > now() + SPARE)
        .order_by(OrderLink.expires_at.desc())
    )
    for link in db.session.scalars(query):
        # one made under a former secret key can't be written into a message again
        if hash_token(derived_token(_PURPOSE, link.salt)) == link.token_hash:
            return link
    return find_link(issue_link(order_id, plain, actor=actor))


def link_token(link_id: uuid.UUID) -> str:
    """Return the token of a link, for the message that carries it."""
    return derived_token(_PURPOSE, get(OrderLink, link_id).salt)


def find_link(secret: str) -> OrderLink:
    """Return the open link of this token. Raises LinkOver, whose sentence says what is wrong."""
    query = select(OrderLink).where(OrderLink.token_hash == hash_token(secret))
    link = db.session.scalar(query)
    if link is None:
        raise LinkOver("This link is not complete, or it never was one of ours.", None, status=404)
    if link.revoked_at is not None:
        raise LinkOver("This link was taken back by the shop.", link.id)
    if link.expires_at <= now():
        raise LinkOver("This link is too old.", link.id)
    return link


def open_link(secret: str) -> OrderLink:
    """Return the open link of this token and count that it was opened. It can be opened again and
    again: programs that look at mail open it before the person does. Raises LinkOver."""
    link = find_link(secret)
    if not is_read_only():
        db.session.execute(
            update(OrderLink)
            .where(OrderLink.id == link.id)
            .values(opened_count=OrderLink.opened_count + 1, last_used_at=now())
        )
    return link


def open_links(link_ids: Iterable[uuid.UUID]) -> list[OrderLink]:
    """Return those of the links that are good now, the oldest first."""
    wanted = list(link_ids)
    if not wanted:
        return []
    query = (
        select(OrderLink)
        .where(OrderLink.id.in_(wanted))
        .where(OrderLink.revoked_at.is_(None), OrderLink.expires_at > now())
        .order_by(OrderLink.id)
    )
    return list(db.session.scalars(query))


def links_of(order_id: uuid.UUID) -> list[OrderLink]:
    """Return all links of an order, the newest first."""
    query = select(OrderLink).where(OrderLink.order_id == order_id)
    return list(db.session.scalars(query.order_by(OrderLink.id.desc())))


def revoke_link(link_id: uuid.UUID, *, actor: Actor) -> OrderLink:
    """Take a link back: it opens nothing from this moment on, also where it is open now.

    Event link.revoked. Raises AlreadyDone where it was taken back before.
    """
    link = locked(OrderLink, link_id)
    require(actor, "message.resend", stream_id=link.order_id)
    if link.revoked_at is not None:
        raise AlreadyDone("This link was taken back already. Nothing was changed.")
    link.revoked_at = now()
    record(
        "link.revoked",
        link,
        actor,
        stream_id=link.order_id,
        before={"revoked": False},
        after={"revoked": True},
    )
    return link


def email_key(email: str) -> str:
    """Return the hash by which a typed address is compared with the one the order has."""
    return hash_token(email.strip().casefold())


def is_requester(event: Event, email: str) -> bool:
    """Return whether whoever caused this link.requested typed `email`. The event holds its hash only."""
    typed = str((event.data or {}).get("email_key", ""))
    return hmac.compare_digest(typed, email_key(email))


def request_link(
    attempt_id: uuid.UUID,
    email: str,
    *,
    actor: Actor,
    link_id: uuid.UUID | None = None,
    order_ref: str = "",
) -> Event:
    """Ask for a new link to the order of an old one, or to the order somebody names. Event
    link.requested; a reaction sends one where the address belongs to the order.

    `attempt_id` is from ``begin_attempt("link", …)``. The event holds no address, only its
    `email_key`. Raises TooManyTries, BadInput for what is no address.
    """
    attempt = get(SignInAttempt, attempt_id)
    judge_attempt(attempt)
    if not 3 <= len(email.strip()) <= 254 or "@" not in email:
        raise BadInput("Type the e-mail address that you ordered with.", field="email")
    link = db.session.get(OrderLink, link_id) if link_id else None
    if link is None and not order_ref.strip():
        raise BadInput("Type the number of your order, such as MR-10428.", field="order_ref")
    data = {
        "email_key": email_key(email),
        "order_id": link.order_id if link else None,
        "order_ref": order_ref.strip()[:40],
        "label": link.label if link else None,
    }
    log.info("link.requested", known=link is not None, ip=attempt.ip)
    if link is None:
        return record("link.requested", attempt, actor, data=data)
    return record("link.requested", link, actor, stream_id=link.order_id, data=data)
