"""Stock is counted by item, place and lot: levels, reservations and movements say which."""

from __future__ import annotations

from alembic import op

revision = "0025_stock_places"
down_revision = "0024_gate_cause"
branch_labels = None
depends_on = None

TABLES = ("stock_levels", "reservations")
INDEXES = (
    ("stock_levels_by_place", "stock_levels", "item_id, location_id, lot"),
    ("reservations_by_place", "reservations", "item_id, claim_id, location_id, lot"),
)


def constraints(table: str) -> tuple[tuple[str, str], ...]:
    """Return name and rule of what holds for the new column; the check goes once it is NOT NULL."""
    return (
        (
            f"fk_{table}_location_id_stock_locations",
            "FOREIGN KEY (location_id) REFERENCES stock_locations (id)",
        ),
        (f"ck_{table}_place", "CHECK (location_id IS NOT NULL)"),
    )


def drop(table: str, what: str) -> str:
    """Return the statement that drops a constraint, marked as meant."""
    return f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {what}"


def upgrade() -> None:
    """Apply; again, where an attempt was cut off. What is there lies where its item does, without lot."""
    lot = "ADD COLUMN IF NOT EXISTS lot VARCHAR(64) NOT NULL DEFAULT ''"
    op.execute(f"ALTER TABLE stock_movements {lot}")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} {lot}")
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS location_id UUID")
        op.execute(
            f"UPDATE {table} t SET location_id = i.home_location_id FROM stock_items i "
            "WHERE i.id = t.item_id AND t.location_id IS NULL"
        )
        for name, rule in constraints(table):
            op.execute(drop(table, f"IF EXISTS {name}"))
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule} NOT VALID")
    with op.get_context().autocommit_block():
        for table in TABLES:
            for name, _ in constraints(table):
                op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        for name, table, columns in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN location_id SET NOT NULL")
        op.execute(drop(table, f"ck_{table}_place"))
    op.execute(drop("stock_levels", "pk_stock_levels"))
    op.execute(
        "ALTER TABLE stock_levels ADD CONSTRAINT pk_stock_levels "
        "PRIMARY KEY USING INDEX stock_levels_by_place"
    )
    op.execute(drop("reservations", "uq_reservations_item_id_claim_id"))
    op.execute(
        "ALTER TABLE reservations ADD CONSTRAINT uq_reservations_item_id_claim_id_location_id_lot "
        "UNIQUE USING INDEX reservations_by_place"
    )


def downgrade() -> None:
    """Undo; fails where an item has levels in two places or of two lots."""
    op.execute(
        "ALTER TABLE reservations DROP CONSTRAINT uq_reservations_item_id_claim_id_location_id_lot, "
        "ADD CONSTRAINT uq_reservations_item_id_claim_id UNIQUE (item_id, claim_id)"
    )
    op.execute(
        "ALTER TABLE stock_levels DROP CONSTRAINT pk_stock_levels, "
        "ADD CONSTRAINT pk_stock_levels PRIMARY KEY (item_id)"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN location_id, DROP COLUMN lot")
    op.execute("ALTER TABLE stock_movements DROP COLUMN lot")
