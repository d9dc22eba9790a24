"""Keys for other software."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from app.accounts.matrix import permissions
from app.accounts.models import ApiToken
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, is_read_only, locked
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.ids import hash_token, token

PREFIX = "mrk_"  # so that a key that leaked into a repository is recognised


def issue_api_token(
    label: str, scopes: Iterable[str], *, actor: Actor, days: int = 365
) -> tuple[ApiToken, str]:
    """Make a key for other software and return its row and the key, which is shown this once.

    `scopes` are permissions; nobody hands out what they don't have. Event api_token.issued.
    """
    require(actor, "integration.manage")
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in permissions()]
    if unknown or not wanted:
        named = f"There is no permission “{unknown[0]}”." if unknown else "A key needs a scope."
        raise BadInput(named, field="scopes")
    for scope in wanted:
        require(actor, scope)
    if not label.strip():
        raise BadInput("Say what the key is for.", field="label")
    secret = PREFIX + token()
    row = ApiToken(
        label=label.strip()[:120],
        token_hash=hash_token(secret),
        scopes=wanted,
        issued_by_id=actor.id if actor.kind == "staff" else None,
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    record("api_token.issued", row, actor, after={"label": row.label, "scopes": wanted})
    return row, secret


def revoke_api_token(token_id: uuid.UUID, *, actor: Actor) -> ApiToken:
    """Make a key useless from now on. Event api_token.revoked. Raises AlreadyDone."""
    require(actor, "integration.manage")
    row = locked(ApiToken, token_id)
    if row.revoked_at is not None:
        raise AlreadyDone("This key was taken back already. Nothing was changed.")
    row.revoked_at = now()
    record("api_token.revoked", row, actor)
    return row


def verify_api_token(secret: str) -> Actor | None:
    """Return the actor of a key, with its scopes as permissions; None where it is not good now.

    Notes the use at most once a minute and not on a replica; whoever calls commits.
    """
    row = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_token(secret)))
    moment = now()
    if row is None or row.revoked_at is not None or row.expires_at <= moment:
        return None
    is_due = row.last_used_at is None or row.last_used_at < moment - timedelta(minutes=1)
    if is_due and not is_read_only():
        row.last_used_at = moment
    return Actor("api", row.id, row.label, "api", frozenset(row.scopes))
