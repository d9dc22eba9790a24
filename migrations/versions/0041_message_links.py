"""Messages say which row their link is made from, so that its address need not be stored.

Processes of both versions work meanwhile: a trigger finds the row for a message that comes with the address
alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_message_links"
down_revision = "0040_passkeys"
branch_labels = None
depends_on = None

KINDS = "link_kind IN ('order', 'password', 'account')"
KNOWN = "ck_messages_link_kind"
FIND = """
CREATE OR REPLACE FUNCTION messages_link(address text, OUT kind text, OUT row_id uuid)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  hashed text := encode(sha256(convert_to(substring(address from '[^/]*$'), 'UTF8')), 'hex');
BEGIN
  IF address LIKE '%/admin/account' THEN
    kind := 'account';
  ELSIF address LIKE '%/admin/choose-password/%' THEN
    SELECT 'password', id INTO kind, row_id FROM password_resets WHERE token_hash = hashed;
  ELSE
    SELECT 'order', id INTO kind, row_id FROM order_links WHERE token_hash = hashed;
  END IF;
END $$
"""
BRIDGE = """
CREATE OR REPLACE FUNCTION messages_link_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT kind, row_id INTO NEW.link_kind, NEW.link_id FROM messages_link(NEW.link);
  RETURN NEW;
END $$
"""
FILL = (
    "UPDATE messages AS m SET link_kind = found.kind, link_id = found.row_id "
    "FROM messages AS old, LATERAL messages_link(old.link) AS found "
    "WHERE old.id = m.id AND old.link IS NOT NULL AND old.link_kind IS NULL"
)


def build_bridge() -> None:
    """Let messages that come with an address alone say what it is made from."""
    op.execute(FIND)
    op.execute(BRIDGE)
    op.execute(
        "CREATE TRIGGER messages_link_kept BEFORE INSERT ON messages FOR EACH ROW "
        "WHEN (NEW.link IS NOT NULL AND NEW.link_kind IS NULL) "
        "EXECUTE FUNCTION messages_link_kept()"
    )


def drop_bridge() -> None:
    """Take the trigger and its functions away."""
    op.execute("DROP TRIGGER IF EXISTS messages_link_kept ON messages")
    for name in ("messages_link_kept()", "messages_link(text)"):
        op.execute(f"-- squawk-ignore ban-drop-function\nDROP FUNCTION IF EXISTS {name}")


def upgrade() -> None:
    """Apply. Only messages that wait, or failed, hold an address."""
    op.add_column("messages", sa.Column("link_kind", sa.String(length=16), nullable=True))
    op.add_column("messages", sa.Column("link_id", sa.UUID(), nullable=True))
    op.execute(f"ALTER TABLE messages ADD CONSTRAINT {KNOWN} CHECK ({KINDS}) NOT VALID")
    build_bridge()
    op.execute(FILL)
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE messages VALIDATE CONSTRAINT {KNOWN}")


def downgrade() -> None:
    """Undo."""
    drop_bridge()
    op.drop_constraint(op.f(KNOWN), "messages", type_="check")
    op.drop_column("messages", "link_id")
    op.drop_column("messages", "link_kind")
