"""The SQL that keeps the index, made of the rooms' declarations.

For each kind a view gives the entries as they should be; triggers on every table that its words come
from write the entries of the records that a change touches. `install` puts all of it into the
database after each migration, and fills the index where a declaration changed.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, inspect, text

from app.core.db import db
from app.core.invariants import invariant
from app.core.search.declarations import SEARCHABLES, Searchable, Words

TABLE = "search_entries"
COLUMNS = "kind, record_id, number, at, words"


def source(kind: str) -> str:
    """Return the name of the view that gives the entries of a kind as they should be."""
    return f"search_source_{kind}"


def statements() -> list[str]:
    """Return the SQL of all views, functions and triggers."""
    return [part for one in SEARCHABLES.values() for part in _of_kind(one)]


def install(connection: Connection) -> bool:
    """Bring views, functions and triggers to what is declared; return whether they changed. The
    owner's connection; commits. Where they changed, the whole index is written anew."""
    if not inspect(connection).has_table(TABLE):
        return False
    wanted = hashlib.sha256("\n".join(statements()).encode()).hexdigest()
    noted_at = source(next(iter(SEARCHABLES)))
    present = connection.scalar(text(f"SELECT obj_description(to_regclass('{noted_at}'))"))
    if present == wanted:
        return False
    remove(connection)
    for statement in statements():
        connection.exec_driver_sql(statement)
    connection.commit()
    rebuild(connection)
    connection.exec_driver_sql(f"COMMENT ON VIEW {noted_at} IS '{wanted}'")
    connection.commit()
    return True


def remove(connection: Connection) -> None:
    """Take away what `install` made: functions with their triggers, then views."""
    for (signature,) in connection.execute(text(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'search\\_%' "
        "AND pronamespace = 'public'::regnamespace"
    )).all():  # fmt: skip
        connection.exec_driver_sql(f"DROP FUNCTION {signature} CASCADE")
    for (view,) in connection.execute(
        text("SELECT viewname FROM pg_views WHERE viewname LIKE 'search\\_source\\_%'")
    ).all():
        connection.exec_driver_sql(f"DROP VIEW {view}")


def rebuild(connection: Connection) -> None:
    """Write all entries anew, kind by kind, each in a transaction; commits."""
    for kind in SEARCHABLES:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE kind = '{kind}'")
        connection.exec_driver_sql(
            f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM {source(kind)} "
            "ON CONFLICT DO NOTHING"
        )
        connection.commit()
    connection.execute(text(f"DELETE FROM {TABLE} WHERE kind <> ALL (:kinds)"),
                       {"kinds": list(SEARCHABLES)})  # fmt: skip
    connection.commit()


@invariant("What the search finds of a record is what the record says")
def entries_follow() -> Iterator[str]:
    """Yield each entry of the index that is not what its record says, is missing or left over."""
    for kind in SEARCHABLES:
        kept = f"SELECT {COLUMNS} FROM {TABLE} WHERE kind = '{kind}'"
        wanted = f"SELECT {COLUMNS} FROM {source(kind)}"
        query = f"({kept} EXCEPT ALL {wanted}) UNION ALL ({wanted} EXCEPT ALL {kept})"
        for row in db.session.execute(text(query)):
            yield f"The search entry of {kind} {row.record_id} is not what the record says."


def _of_kind(one: Searchable) -> Iterator[str]:
    table = one.model.__tablename__
    number = f"r.{one.number.key}::bigint" if one.number is not None else "NULL::bigint"
    parts = [f"nullif(r.{word.column.key}, '')" for word in one.words if word.of is None]
    if one.suffix is not None:
        parts.append(f"concat('{one.prefix}-', r.{one.number.key}, r.{one.suffix.key})")
    joined = list(_others(one))
    parts += [_gathered(other, of, words) for other, of, words in joined]
    yield (
        f"CREATE VIEW {source(one.kind)} AS SELECT '{one.kind}'::varchar(16) AS kind, "
        f"r.id AS record_id, {number} AS number, r.created_at AS at, "
        f"concat_ws(E'\\n', {', '.join(parts)}) AS words FROM {table} r"
    )
    yield _refresh(one.kind)
    pointing = [of.key for _, of, _ in joined if of.class_ is one.model]
    own = [word.column.key for word in one.words if word.of is None]
    numbers = [column.key for column in (one.number, one.suffix) if column is not None]
    locks = [
        f"PERFORM 1 FROM {other} WHERE id = NEW.{of.key} FOR SHARE;"
        for other, of, _ in joined
        if of.class_ is one.model
    ]
    yield from _trigger(one.kind, table, [*own, *numbers, *pointing], ("id",), first=locks)
    for other, of, words in joined:
        names = [word.column.key for word in words]
        if of.class_ is one.model:
            ids = f"ARRAY(SELECT id FROM {table} WHERE {of.key} = NEW.id ORDER BY id)"
            yield from _trigger(one.kind, other, names, (), ids=ids)
        else:
            yield from _trigger(one.kind, other, [*names, of.key], (of.key,))


def _others(one: Searchable) -> Iterator[tuple[str, Any, list[Words]]]:
    """Yield the other tables that words come from: name, the column that ties them, their words."""
    others = [word for word in one.words if word.of is not None]

    def tied(word: Words) -> tuple[str, str]:
        return word.column.class_.__tablename__, str(word.of)

    for (table, _), words in groupby(sorted(others, key=tied), key=tied):
        same = list(words)
        yield table, same[0].of, same


def _gathered(table: str, of: Any, words: list[Words]) -> str:
    texts = ", ".join(f"nullif(t.{word.column.key}, '')" for word in words)
    points_here = of.class_.__tablename__ == table
    where = f"t.{of.key} = r.id" if points_here else f"t.id = r.{of.key}"
    return (
        f"(SELECT string_agg(concat_ws(E'\\n', {texts}), E'\\n' ORDER BY t.id) "
        f"FROM {table} t WHERE {where})"
    )


def _refresh(kind: str) -> str:
    # The entries are locked before the words are read: who comes second reads what the first wrote.
    return f"""
CREATE FUNCTION search_refresh_{kind}(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM {TABLE} WHERE kind = '{kind}' AND record_id = ANY (ids)
    ORDER BY record_id FOR UPDATE;
  DELETE FROM {TABLE} e WHERE e.kind = '{kind}' AND e.record_id = ANY (ids)
    AND NOT EXISTS (SELECT 1 FROM {source(kind)} s WHERE s.record_id = e.record_id);
  INSERT INTO {TABLE} AS e ({COLUMNS})
    SELECT {COLUMNS} FROM {source(kind)} WHERE record_id = ANY (ids) ORDER BY record_id
  ON CONFLICT (kind, record_id) DO UPDATE
    SET number = excluded.number, at = excluded.at, words = excluded.words
    WHERE (e.number, e.at, e.words) IS DISTINCT FROM (excluded.number, excluded.at, excluded.words);
END $$"""


def _trigger(
    kind: str,
    table: str,
    columns: list[str],
    keys: tuple[str, ...],
    *,
    ids: str = "",
    first: list[str] | None = None,
) -> Iterator[str]:
    """Yield function and trigger that refresh the records which a row of `table` belongs to.

    `keys` names the row's column with the record's id; `ids` is used instead where many records
    point at the row: then only a change of it matters.
    """
    name = f"search_touch_{kind}_{table}"
    before = " ".join(first or ())
    if ids:
        body = f"PERFORM search_refresh_{kind}({ids});"
        when = f"UPDATE OF {', '.join(columns)}"
    else:
        (key,) = keys
        locked = f"IF TG_OP <> 'DELETE' THEN {before} END IF; " if before else ""
        body = (
            f"{locked}IF TG_OP = 'INSERT' THEN PERFORM search_refresh_{kind}(ARRAY[NEW.{key}]); "
            f"ELSIF TG_OP = 'DELETE' THEN PERFORM search_refresh_{kind}(ARRAY[OLD.{key}]); "
            f"ELSE PERFORM search_refresh_{kind}(ARRAY[OLD.{key}, NEW.{key}]); END IF;"
        )
        when = f"INSERT OR DELETE OR UPDATE OF {', '.join(dict.fromkeys(columns))}"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {body} RETURN NULL; END $$"
    )
    yield (f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
