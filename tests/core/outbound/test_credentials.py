"""Settings of adapters: secrets are encrypted, never shown, and readable through a rotation of keys."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from app.core import settings
from app.core.actor import Actor, system
from app.core.errors import BadInput, NotAllowed, NotFound, Stale, Unavailable
from app.core.events import Event
from app.core.ids import new_id
from app.core.outbound import credentials
from app.core.outbound.credentials import AdapterSettings, open_adapter
from app.integrations.verbs import check_connection, save_settings

PASSWORD = "correct horse battery staple"
GIVEN = {"host": "mail.example.net", "port": "2525", "user": "shop", "mail_from": "a@example.net"}


@pytest.fixture
def keys():
    """Let the shop use other keys; the former ones are back after the test."""
    before = settings.current()

    def use(*wanted: str) -> None:
        changed = {"credentials_key": ",".join(wanted)}
        settings.use(before.model_copy(update=changed))

    yield use
    settings.use(before)


def save(**given):
    row = credentials.row_of("channel", "email")
    version = row.version_id if row else 0
    return save_settings("channel.email", GIVEN | given, seen_version=version, actor=system())


def test_what_is_not_set_comes_from_the_environment(session) -> None:
    assert open_adapter("channel", "email").settings.host == settings.current().smtp_host


def test_what_is_set_in_the_back_office_holds(session) -> None:
    save(password=PASSWORD)
    found = open_adapter("channel", "email").settings
    assert (found.host, found.port, found.user) == ("mail.example.net", 2525, "shop")
    assert found.password.get_secret_value() == PASSWORD


def test_a_secret_is_in_no_row_and_no_event_in_clear(session) -> None:
    row = save(password=PASSWORD)
    session.flush()
    stored = session.execute(sa.text("SELECT * FROM adapter_settings")).mappings().one()
    event = session.scalars(sa.select(Event).where(Event.subject_id == row.id)).one()
    assert event.name == "adapter.settings_changed"
    assert event.data["secrets_set"] == ["password"]
    everything = json.dumps([dict(stored), event.before, event.after, event.data], default=str)
    assert PASSWORD not in everything
    assert PASSWORD not in repr(open_adapter("channel", "email").settings)


def test_a_secret_that_is_left_empty_stays_and_one_that_is_removed_goes(session) -> None:
    save(password=PASSWORD)
    row = save(password="", user="other")
    assert open_adapter("channel", "email").settings.password.get_secret_value() == PASSWORD
    save_settings(
        "channel.email", GIVEN, forget=frozenset({"password"}), seen_version=row.version_id,
        actor=system(),
    )  # fmt: skip
    assert credentials.secrets_set(row) == frozenset()


def test_a_value_that_cannot_be_is_named_and_nothing_is_kept(session) -> None:
    with pytest.raises(BadInput, match=r"^Port") as fault:
        save(port="70000", password=PASSWORD)
    assert fault.value.field == "port" and PASSWORD not in str(fault.value)


def test_only_who_manages_integrations_may_set_or_test(session) -> None:
    sales = Actor("staff", new_id(), "Juno", "backoffice", frozenset({"integration.view"}))
    with pytest.raises(NotAllowed):
        save_settings("channel.email", GIVEN, actor=sales)
    with pytest.raises(NotAllowed):
        check_connection("channel.email", actor=sales)


def test_an_adapter_that_is_not_there_has_no_settings(session) -> None:
    with pytest.raises(NotFound):
        save_settings("channel.pigeon", GIVEN, actor=system())


def test_the_second_of_two_who_change_at_once_is_told_so(session) -> None:
    save()
    with pytest.raises(Stale):
        save_settings("channel.email", GIVEN, seen_version=0, actor=system())


def test_keys_are_rotated_without_losing_a_secret(session, keys) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys(old)
    row = save(password=PASSWORD)
    before = row.secrets
    keys(new, old)
    assert open_adapter("channel", "email").settings.password.get_secret_value() == PASSWORD
    assert credentials.rotate() == 1
    assert row.secrets != before
    keys(new)
    assert open_adapter("channel", "email").settings.password.get_secret_value() == PASSWORD


def test_a_lost_key_is_said_so_and_says_what_to_do(session, keys) -> None:
    save(password=PASSWORD)
    keys(Fernet.generate_key().decode())
    with pytest.raises(Unavailable, match="CREDENTIALS_KEY"):
        open_adapter("channel", "email")
    assert session.scalar(sa.select(sa.func.count()).select_from(AdapterSettings)) == 1
