"""API tokens: the keys of other software."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from app.accounts.matrix import permissions
from app.accounts.models import ApiToken
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, is_read_only
from app.core.errors import BadInput
from app.core.events import record
from app.core.ids import hash_token, token
from app.core.translations import _

PREFIX = "mrk_"  # so that a token that leaked into a repository is recognised


def issue_api_token(
    none: None, actor: Actor, label: str, scopes: tuple[str, ...], days: int = 365
) -> tuple[ApiToken, str]:
    """Create a token for other software; return its row and the token, which is shown this once.

    `scopes` are permissions; raises NotAllowed for one that `actor` has not, BadInput for one that
    does not exist. Records api_token.issued.
    """
    if unknown := set(scopes) - set(permissions()):
        raise BadInput(
            _("There is no permission “%(unknown)s”.", unknown=min(unknown)), field="scopes"
        )
    wanted = sorted(set(scopes))
    if not wanted:
        raise BadInput(_("Choose at least one permission."), field="scopes")
    for scope in wanted:
        require(actor, scope)
    secret = PREFIX + token()
    row = ApiToken(
        label=label,
        token_hash=hash_token(secret),
        scopes=wanted,
        issued_by_id=actor.id if actor.kind == "staff" else None,
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    record("api_token.issued", row, actor, after={"label": label, "scopes": wanted})
    return row, secret


def revoke_api_token(row: ApiToken, actor: Actor) -> ApiToken:
    """Revoke a token: it opens nothing from now on. Records api_token.revoked."""
    row.revoked_at = now()
    record("api_token.revoked", row, actor)
    return row


def revoke_tokens_of(staff_id: uuid.UUID, actor: Actor) -> int:
    """Revoke every token that a person issued, and return how many were open. Locks them in key order;
    records api_token.revoked for each."""
    mine = select(ApiToken).where(ApiToken.issued_by_id == staff_id, ApiToken.revoked_at.is_(None))
    rows = db.session.scalars(mine.order_by(ApiToken.id).with_for_update()).all()
    for row in rows:
        revoke_api_token(row, actor)
    return len(rows)


def verify_api_token(secret: str) -> Actor | None:
    """Return the actor of a token; None where it is not valid now, or its issuer is disabled. Its
    permissions are the scopes that whoever issued it still has themselves.

    Records its use at most once a minute and not on a replica; the caller commits.
    """
    row = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_token(secret)))
    moment = now()
    if row is None or row.revoked_at is not None or row.expires_at <= moment:
        return None
    scopes = frozenset(row.scopes)
    if row.issued_by is not None:
        if row.issued_by.is_disabled:
            return None
        scopes &= row.issued_by.permissions
    is_due = row.last_used_at is None or row.last_used_at < moment - timedelta(minutes=1)
    if is_due and not is_read_only():
        row.last_used_at = moment
    return Actor("api", row.id, row.label, "api", scopes)


def describe_refused(secret: str) -> dict[str, str]:
    """Return what the log says of a key that opened nothing: the beginning of its hash, whose it was and why."""
    digest = hash_token(secret)
    row = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == digest))
    if row is None:
        return {"key": digest[:12], "reason": "unknown"}
    reason = "revoked" if row.revoked_at else "not valid now"
    return {"key": digest[:12], "reason": reason, "label": row.label}
