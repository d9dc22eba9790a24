"""Access links: a customer's way to one order, by a long random link that expires and can be revoked."""

import hmac
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy import select, update

from app.accounts.models import OrderLink
from app.accounts.services.attempts import account_key, judge_attempt
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, is_read_only
from app.core.errors import BadInput, Problem
from app.core.events import Event, record
from app.core.ids import hash_token
from app.core.settings import current
from app.core.translations import _

log = structlog.get_logger(__name__)
SPARE = timedelta(days=14)


class LinkOver(Problem):
    """A link that opens nothing (any more); `link_id` where it is known, else None."""

    code = "link_over"

    def __init__(self, sentence: str, link_id: uuid.UUID | None, *, status: int = 410) -> None:
        super().__init__(sentence, next_step=_("Request a new link."))
        self.link_id = link_id
        self.status = status


def issue_link(order_id: uuid.UUID, label: str, *, actor: Actor, days: int | None = None) -> str:
    """Create a link to one order for the person `label` and return its token (256 bits). Valid for
    `days` (default: the shop's LINK_DAYS). Records link.issued. Older links stay valid."""
    valid_for = timedelta(days=days or current().link_days)
    link = OrderLink.issue(valid_for, order_id=order_id, label=_label(label))
    db.session.add(link)
    db.session.flush()
    data = {"link_id": link.id, "label": link.label, "expires_at": link.expires_at}
    record("link.issued", link, actor, stream_id=order_id, data=data)
    return link.token


def _label(name: str) -> str:
    return " ".join(name.split())[:200] or _("Customer")


def ensure_link(order_id: uuid.UUID, label: str, *, actor: Actor) -> OrderLink:
    """Return a link to the order for the person `label` that is valid for two more weeks; issue one
    where there is none."""
    query = (
        select(OrderLink)
        .where(OrderLink.order_id == order_id, OrderLink.label == _label(label))
        .where(OrderLink.revoked_at.is_(None), OrderLink.expires_at > now() + SPARE)
        .order_by(OrderLink.expires_at.desc())
    )
    for link in db.session.scalars(query):
        # one made under a former secret key can't be written into a message again
        if link.is_token_known:
            return link
    return find_link(issue_link(order_id, label, actor=actor))


def find_link(secret: str) -> OrderLink:
    """Return the open link of this token. Raises LinkOver, whose sentence says what is wrong."""
    query = select(OrderLink).where(OrderLink.token_hash == hash_token(secret))
    link = db.session.scalar(query)
    if link is None:
        raise LinkOver(_("This link is incomplete or invalid."), None, status=404)
    if link.revoked_at is not None:
        raise LinkOver(_("This link was revoked by the shop."), link.id)
    if link.expires_at <= now():
        raise LinkOver(_("This link has expired."), link.id)
    return link


def open_link(secret: str) -> OrderLink:
    """Return the open link of this token and count that it was opened. It can be opened again:
    mail scanners open it before the person does. Raises LinkOver."""
    link = find_link(secret)
    if not is_read_only():
        db.session.execute(
            update(OrderLink)
            .where(OrderLink.id == link.id)
            .values(opened_count=OrderLink.opened_count + 1, last_used_at=now())
        )
    return link


def open_links(link_ids: Iterable[uuid.UUID]) -> list[OrderLink]:
    """Return those of the links that are valid now, the oldest first."""
    wanted = list(link_ids)
    query = select(OrderLink).where(OrderLink.id.in_(wanted), OrderLink.revoked_at.is_(None))
    query = query.where(OrderLink.expires_at > now()).order_by(OrderLink.id)
    return list(db.session.scalars(query)) if wanted else []


def links_of(order_id: uuid.UUID) -> list[OrderLink]:
    """Return all links of an order, the newest first."""
    query = select(OrderLink).where(OrderLink.order_id == order_id)
    return list(db.session.scalars(query.order_by(OrderLink.id.desc())))


def revoke_link(link: OrderLink, actor: Actor) -> OrderLink:
    """Revoke a link: it opens nothing from now on, also where it is open. Records link.revoked."""
    link.revoked_at = now()
    before, after = {"revoked": False}, {"revoked": True}
    record("link.revoked", link, actor, stream_id=link.order_id, before=before, after=after)
    return link


def is_requester(event: Event, email: str) -> bool:
    """Return whether whoever caused this link.requested typed `email`. The event holds its hash only."""
    typed = str((event.data or {}).get("email_key", ""))
    return hmac.compare_digest(typed, account_key(email))


def request_link(
    attempt_id: uuid.UUID,
    email: str,
    *,
    actor: Actor,
    link_id: uuid.UUID | None = None,
    order_ref: str = "",
) -> Event:
    """Request a new link to the order of an old one, or to the order of that number. Records
    link.requested; a reaction sends one where the address belongs to the order.

    `attempt_id` is from ``begin_attempt("link", …)``. The event holds no address, only its
    `email_key`. Raises TooManyTries, BadInput for what is no address.
    """
    attempt = judge_attempt(attempt_id)
    if not 3 <= len(email.strip()) <= 254 or "@" not in email:
        raise BadInput(_("Enter the e-mail address that you ordered with."), field="email")
    link = db.session.get(OrderLink, link_id) if link_id else None
    if link is None and not order_ref.strip():
        raise BadInput(_("Enter your order number, such as MR-10428."), field="order_ref")
    data = {
        "email_key": account_key(email),
        "order_id": link.order_id if link else None,
        "order_ref": order_ref.strip()[:40],
        "label": link.label if link else None,
    }
    log.info("link.requested", known=link is not None, ip=attempt.ip)
    if link is None:
        return record("link.requested", attempt, actor, data=data)
    return record("link.requested", link, actor, stream_id=link.order_id, data=data)
