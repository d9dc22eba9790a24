"""What the application's database role may not do, said to the database itself.

Append-only tables: the role gets SELECT and INSERT, and a trigger refuses the rest to every role,
so that a chain of events, an approval, a proof or a stock movement can't be changed afterwards.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from app.core.db import AppendOnly, Model

APPLICATION_ROLE = "makeready_app"

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are written once and never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""


def append_only_tables() -> list[str]:
    """Return the names of all tables whose model is AppendOnly, sorted."""
    return sorted(
        str(mapper.local_table.name)  # type: ignore[attr-defined]
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, AppendOnly)
    )


def protect(table: str) -> list[str]:
    """Return the statements that make `table` append-only."""
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}",
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def grants() -> list[str]:
    """Return the statements that let the application's role work in the schema."""
    return [
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}",
    ]


def apply(connection: Connection) -> None:
    """Give the application's role its rights and protect every append-only table that exists yet.

    Owner's role only. An older migration may run before a newer room's tables are made.
    """
    present = set(inspect(connection).get_table_names())
    connection.execute(text(REFUSE_FUNCTION))
    for statement in grants():
        connection.execute(text(statement))
    for table in append_only_tables():
        for statement in protect(table) if table in present else ():
            connection.execute(text(statement))
