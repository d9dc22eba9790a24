"""Messages hold no address with a token any more; run once every process is of this version.

To go back, the addresses of the messages that wait are made again, which takes SECRET_KEY and BASE_URL.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0042_no_stored_links"
down_revision = "0041_message_links"
branch_labels = None
depends_on = None

WAITING = sa.text(
    "SELECT m.id, m.link_kind, coalesce(o.salt, p.salt) AS salt FROM messages AS m "
    "LEFT JOIN order_links AS o ON m.link_kind = 'order' AND o.id = m.link_id "
    "LEFT JOIN password_resets AS p ON m.link_kind = 'password' AND p.id = m.link_id "
    "WHERE m.link_kind IS NOT NULL AND m.state IN ('queued', 'sending', 'failed')"
)
ADDRESSES = {
    "order": ("order-link", "/t/"),
    "password": ("password-reset", "/admin/choose-password/"),
}


def _before() -> Any:
    """Return the migration before, which knows the trigger that works between the two."""
    return context.script.get_revision(down_revision).module


def upgrade() -> None:
    """Apply."""
    op.execute(_before().FILL)
    _before().drop_bridge()
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE messages DROP COLUMN link")


def downgrade() -> None:
    """Undo. Raises SystemExit where messages wait and SECRET_KEY is not among this process's secrets."""
    op.add_column("messages", sa.Column("link", sa.Text(), nullable=True))
    if not context.is_offline_mode():
        _make_addresses()
    _before().build_bridge()


def _make_addresses() -> None:
    connection = op.get_bind()
    for row in connection.execute(WAITING).all():
        address = _address(row.link_kind, row.salt)
        put = sa.text("UPDATE messages SET link = :address WHERE id = :id")
        connection.execute(put, {"address": address, "id": row.id})


def _address(kind: str, salt: str) -> str:
    from app.core.settings import current

    settings = current()
    if kind == "account":
        return f"{settings.base_url}/admin/account"
    if not settings.has("secret_key"):
        raise SystemExit(
            "Messages wait whose links are made with SECRET_KEY, which this process doesn't have. "
            "Wait until they are sent, or run this as the operator, without MAKEREADY_PROCESS."
        )
    purpose, place = ADDRESSES[kind]
    mac = hmac.new(settings.secret_key.encode(), f"{purpose}\0{salt}".encode(), hashlib.sha256)
    token = base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode("ascii")
    return f"{settings.base_url}{place}{token}"
