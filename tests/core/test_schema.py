"""What the tables promise, read from the models and from the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import app.models  # noqa: F401  every room's tables
from app.core.db import Model, append_only_models
from tests.servers import Database

#: Ids that point at no one table, or upwards in the house, with the reason.
NO_FOREIGN_KEY = {
    "artwork_slots.stream_id": "the order, which stands above artwork",
    "event_deliveries.event_id": "the event; events are divided by month one day",
    "messages.event_id": "the event; events are divided by month one day",
    "outbox.event_id": "the event; events are divided by month one day",
    "event_streams.stream_id": "whatever the chain is about; usually an order",
    "event_personal.event_id": "events are divided by month, where no foreign key can point",
    "events.actor_id": "staff, links or keys, by actor_kind",
    "approvals.actor_id": "staff or links, by actor_kind",
    "events.subject_id": "any table, by subject_kind",
    "exports.requested_by_id": "staff; the export outlives nobody, it is only shown to them",
    "holds.owner_id": "staff; the hold keeps the name",
    "holds.subject_id": "any record that can be held, by subject_kind",
    "messages.link_id": "an order link or a password reset, by link_kind",
    "messages.recipient_id": "a contact or a member of staff",
    "messages.provider_message_id": "an id of the mail server's",
    "order_progress.order_id": "the order; triggers write and remove the row",
    "search_entries.record_id": "any record that is searched, by kind; triggers write and remove it",
    "passkeys.credential_id": "the name that its authenticator gave it",
    "reservations.claim_id": "the order line, which stands above stock",
    "outbound_intents.stream_id": "any chain: an intent is about any record",
    "outbound_intents.subject_id": "any record, named by subject_kind",
    "reservations.stream_id": "the order, which stands above stock",
    "stock_movements.stream_id": "the order, which stands above stock",
    "uploads.multipart_id": "an id of the storage's",
    "uploads.stream_id": "the order, which stands above files",
}
#: Rows of these never change after they were written, or say when by columns of their own.
NO_UPDATED_AT = {
    "authenticators": "last_step",
    "catalog_skus": "derived: moves with its product",
    "chain_checks": "checked_at, whole_at",
    "event_personal": "the event says when",
    "event_streams": "the head of a chain: moves with its events",
    "outbox": "a note for the relay, gone in a moment",
    "passkeys": "last_used_at",
    "password_resets": "used_at",
    "setup_links": "used_at",
    "sign_in_attempts": "written once, judged at once",
    "staff_roles": "given or taken; the event says when",
    "staff_sessions": "last_seen_at, ended_at",
    "stock_levels": "moves with its movements",
    "daily_figures": "derived: grows with its day",
    "daily_figures_kept": "until",
    "known_browsers": "last_used_at",
    "recovery_codes": "used_at",
    "order_progress": "derived: moves with its order",
    "search_entries": "derived: moves with its record",
    "shipment_lines": "written once",
}


def tables() -> Iterator[sa.Table]:
    """The shop's tables, without those that tests of the core map for themselves."""
    own = {
        str(mapper.local_table)
        for mapper in Model.registry.mappers
        if mapper.class_.__module__.startswith("tests.")
    }
    return (table for table in Model.metadata.sorted_tables if table.name not in own)


def checks(table: sa.Table) -> str:
    found = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
    return " ".join(str(check.sqltext) for check in found)


def test_every_id_is_a_foreign_key_or_has_a_reason() -> None:
    bare = {
        f"{table.name}.{column.name}"
        for table in tables()
        for column in table.columns
        if column.name.endswith("_id") and column.name != "version_id" and not column.foreign_keys
    }
    assert bare == set(NO_FOREIGN_KEY)


def test_every_amount_quantity_and_state_is_checked_by_the_database() -> None:
    endings = ("_minor", "quantity", "_state", "_bytes", "_minutes", "_g", "_mm")
    wanted = [
        f"{table.name}.{column.name}"
        for table in tables()
        for column in table.columns
        if column.name in {"state", "good", "spoiled", "on_hand", "reserved", "consumed"}
        or column.name.endswith(endings)
        if column.name not in checks(table)
    ]
    assert wanted == ["work_orders.size_bytes"]  # of a PDF that we made ourselves


def test_money_is_whole_and_never_a_float() -> None:
    for table in tables():
        for column in table.columns:
            assert not isinstance(column.type, sa.Float), f"{table.name}.{column.name}"
            if column.name.endswith("_minor"):
                assert isinstance(column.type, sa.BigInteger), f"{table.name}.{column.name}"


def test_every_time_has_its_zone() -> None:
    times = [
        (f"{table.name}.{column.name}", column.type)
        for table in tables()
        for column in table.columns
        if isinstance(column.type, sa.DateTime)
    ]
    assert [name for name, kind in times if not kind.timezone] == []


def test_rows_say_when_they_were_made_and_changed() -> None:
    written_once = set(append_only_models())
    silent = {
        table.name
        for table in tables()
        if "updated_at" not in table.columns and table.name not in written_once
    }
    assert silent == set(NO_UPDATED_AT) - written_once
    undated = {table.name for table in tables() if "created_at" not in table.columns}
    derived = {
        "catalog_skus",
        "daily_figures",
        "daily_figures_kept",
        "order_progress",
        "search_entries",
    }
    others = {"chain_checks", "event_personal", "event_streams", "outbox", "staff_roles"}
    others |= {"stock_levels"}
    assert undated == others | derived


def test_what_two_people_edit_refuses_the_second_writer() -> None:
    versioned = {table.name for table in tables() if "version_id" in table.columns}
    # preflight_reports, proofs and approvals have one that names their artwork version
    assert versioned >= {
        "artwork_slots", "contacts", "customers", "orders", "product_families", "products",
        "staff", "stock_items",
    }  # fmt: skip


@pytest.fixture(scope="module")
def owner(database: Database) -> Iterator[sa.Connection]:
    engine = sa.create_engine(database.owner_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_application_s_role_owns_nothing_and_can_make_nothing(owner: Any) -> None:
    role = {"role": "makeready_app"}
    owned = sa.text("SELECT count(*) FROM pg_class WHERE relowner = to_regrole(:role)")
    assert owner.scalar(owned, role) == 0
    makes = sa.text("SELECT has_schema_privilege(:role, 'public', 'CREATE')")
    assert owner.scalar(makes, role) is False
    makes = sa.text("SELECT has_database_privilege(:role, current_database(), 'CREATE')")
    assert owner.scalar(makes, role) is False
    powers = sa.text(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication "
        "FROM pg_roles WHERE rolname = :role"
    )
    assert owner.scalar(powers, role) is False
    member = sa.text("SELECT count(*) FROM pg_auth_members WHERE member = to_regrole(:role)")
    assert owner.scalar(member, role) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE events DISABLE TRIGGER USER",
        "DROP TRIGGER events_append_only ON events",
        "SET session_replication_role = replica",
        "TRUNCATE events CASCADE",
        "DELETE FROM alembic_version",
        "COPY events TO PROGRAM 'cat'",
    ],
)
def test_it_cannot_give_itself_more(session: Any, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError) as refused, session.begin_nested():
        session.execute(sa.text(statement))
    assert refused.value.orig.sqlstate == "42501"  # insufficient_privilege


def test_no_table_lets_it_truncate(owner: Any) -> None:
    may = sa.text("SELECT has_table_privilege(:role, :name, 'TRUNCATE, REFERENCES, TRIGGER')")
    names = [table.name for table in tables()]
    allowed = [n for n in names if owner.scalar(may, {"role": "makeready_app", "name": n})]
    assert allowed == []


def test_every_table_that_is_written_once_refuses_its_owner_too(owner: Any) -> None:
    """A trigger for each statement that changes rows, switched on."""
    query = sa.text(
        "SELECT c.relname, t.tgtype, t.tgenabled FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = c.relname || '_append_only'"
    )
    before, delete, update, truncate = 2, 8, 16, 32
    kinds = {row.relname: (row.tgtype, row.tgenabled) for row in owner.execute(query)}
    assert set(kinds) == set(append_only_models())
    for name, (kind, enabled) in kinds.items():
        assert kind & (before | delete | update | truncate) == 58, name
        assert enabled in (b"O", "O"), name


def test_a_statement_that_hangs_is_ended_by_the_database(session: Any) -> None:
    session.execute(sa.text("SET LOCAL statement_timeout = 100"))
    with pytest.raises(sa.exc.OperationalError) as ended, session.begin_nested():
        session.execute(sa.text("SELECT pg_sleep(5)"))
    assert ended.value.orig.sqlstate == "57014"
