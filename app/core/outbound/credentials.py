"""Settings of adapters, set in the back office; secrets are encrypted under the first key of CREDENTIALS_KEY,
all of which decrypt."""

import contextvars
import json
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.db import Model, Record, Versioned, db
from app.core.errors import BadInput, Unavailable
from app.core.events import record
from app.core.outbound.adapters import Adapter, AdapterError, adapter, secret_fields
from app.core.settings import current
from app.core.translations import _

LONGEST_TEST_S = 5
MOST_TESTS = 3
_tests = threading.BoundedSemaphore(MOST_TESTS)


class AdapterSettings(Versioned, Record, Model):
    """What the back office set for one adapter: plain values, and its secrets as one token."""

    __tablename__ = "adapter_settings"
    __table_args__ = (UniqueConstraint("kind", "adapter_key"),)

    kind: Mapped[str] = mapped_column(String(32))
    adapter_key: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    secrets: Mapped[str | None] = mapped_column(Text)


def _fernet() -> Any:
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in current().credentials_keys])


def _encrypt(secrets: Mapping[str, str]) -> str | None:
    return _fernet().encrypt(json.dumps(secrets).encode()).decode() if secrets else None


def encrypt_text(text: str) -> str:
    """Return `text` encrypted as adapters' secrets are, for a column of its own."""
    return str(_fernet().encrypt(text.encode()).decode())


def decrypt_text(token: str) -> str:
    """Return the text of `encrypt_text`. Raises Unavailable where no key of CREDENTIALS_KEY fits."""
    from cryptography.fernet import InvalidToken

    try:
        return str(_fernet().decrypt(token.encode()).decode())
    except InvalidToken:
        raise _undecryptable() from None


def _undecryptable() -> Unavailable:
    return Unavailable(
        _("The stored credentials can't be decrypted with CREDENTIALS_KEY."),
        next_step=_("Add the former key after the new one, or enter the credentials again."),
    )


def _decrypt(row: AdapterSettings | None) -> dict[str, str]:
    if row is None or row.secrets is None:
        return {}
    from cryptography.fernet import InvalidToken

    try:
        return dict(json.loads(_fernet().decrypt(row.secrets.encode())))
    except InvalidToken:
        raise _undecryptable() from None


def row_of(kind: str, key: str) -> AdapterSettings | None:
    """Return what the back office set for an adapter, if anything."""
    query = select(AdapterSettings).where(
        AdapterSettings.kind == kind, AdapterSettings.adapter_key == key
    )
    return db.session.scalars(query).one_or_none()


def open_adapter(kind: str, key: str) -> Adapter:
    """Return the adapter with its settings; one query. Raises NotFound, or Unavailable where they don't do."""
    found = adapter(kind, key)
    row = row_of(kind, key)
    values = found.environment() | (row.values if row else {}) | _decrypt(row)
    try:
        return found(found.Settings.model_validate(values))
    except ValidationError as problem:
        raise Unavailable(
            _(
                "%(found)s is not set up: %(sentence)s",
                found=found.name,
                sentence=_sentence(problem),
            ),
            next_step=_("Enter its settings under Connections."),
        ) from None


@dataclass(frozen=True)
class Connection:
    """An adapter's class, and what the back office set for it, if anything."""

    adapter: type[Adapter]
    row: AdapterSettings | None

    @property
    def id(self) -> str:
        """How addresses name it: ``channel.email``."""
        return f"{self.adapter.kind}.{self.adapter.key}"

    @property
    def version_id(self) -> int:
        """The version of its settings, 0 where none are set."""
        return self.row.version_id if self.row else 0


def find_connection(ref: str) -> Connection:
    """Return the connection ``channel.email``; raise NotFound for an adapter that is not there."""
    kind, _, key = ref.partition(".")
    return Connection(adapter(kind, key), row_of(kind, key))


def check_connection(connection: Connection, actor: Actor) -> str:
    """Let the adapter try its connection with no transaction open; return the sentence that it works.

    Ends the session's transaction. Raises Unavailable with the sentence that says what to correct, after
    `LONGEST_TEST_S` where there is no answer yet: somebody waits, and others need the thread.
    """
    opened = open_adapter(connection.adapter.kind, connection.adapter.key)
    db.session.rollback()
    if not _tests.acquire(blocking=False):
        raise Unavailable(
            _("Other connections are being tested."), next_step=_("Try again in a minute.")
        )
    outcome: Future[str] = Future()
    here = contextvars.copy_context()  # sentences are in the language of who asks

    def run() -> None:
        try:
            outcome.set_result(here.run(opened.test_connection))
        except BaseException as problem:
            outcome.set_exception(problem)
        finally:
            _tests.release()

    threading.Thread(target=run, name="test-connection", daemon=True).start()
    try:
        return outcome.result(LONGEST_TEST_S)
    except AdapterError as problem:
        raise Unavailable(problem.sentence) from None
    except TimeoutError:
        raise Unavailable(
            _("There was no answer within %(seconds)s seconds.", seconds=LONGEST_TEST_S),
            next_step=_("Check the server's name and port, and whether a firewall is in between."),
        ) from None


def save_settings(
    connection: Connection,
    actor: Actor,
    given: Mapping[str, Any],
    forget: frozenset[str] = frozenset(),
) -> AdapterSettings:
    """Save an adapter's settings; a secret that is given empty stays, one in `forget` is removed.

    Records adapter.settings_changed without the value of any secret. Raises BadInput (the first
    field that can't be used).
    """
    found, row = connection.adapter, connection.row
    if row is None:
        row = AdapterSettings(kind=found.kind, adapter_key=found.key, values={})
        db.session.add(row)
    secret = secret_fields(found.Settings)
    kept = {k: v for k, v in _decrypt(row).items() if k in secret - forget}
    typed = {k: str(given[k]) for k in secret if given.get(k)}
    open_fields = found.Settings.model_fields.keys() - secret
    plain = {k: v for k, v in given.items() if k in open_fields and v not in ("", None)}
    try:
        checked = found.Settings.model_validate(found.environment() | plain | kept | typed)
    except ValidationError as problem:
        raise BadInput(_sentence(problem), field=_field(problem)) from None
    before, row.values = dict(row.values), checked.model_dump(mode="json", include=set(plain))
    if typed or forget:
        row.secrets = _encrypt(kept | typed)
    db.session.flush()
    data: dict[str, Any] = {"kind": found.kind, "name": found.name}
    data |= {"secrets_set": sorted(typed), "secrets_removed": sorted(forget & secret)}
    record("adapter.settings_changed", row, actor, before=before, after=row.values, data=data)
    return row


def secrets_set(row: AdapterSettings | None) -> frozenset[str]:
    """Return the names of the secrets that are set, never their values."""
    return frozenset(_decrypt(row))


def rotate() -> int:
    """Encrypt all secrets anew under the first key; return how many rows. Locks them in key order."""
    query = select(AdapterSettings).where(AdapterSettings.secrets.is_not(None))
    rows = db.session.scalars(query.order_by(AdapterSettings.id).with_for_update()).all()
    for row in rows:
        row.secrets = _encrypt(_decrypt(row))
    return len(rows)


def _field(problem: ValidationError) -> str | None:
    return next((str(part) for part in problem.errors(include_url=False)[0]["loc"]), None)


def _sentence(problem: ValidationError) -> str:
    """Return the first fault as a sentence that names the field, never its value."""
    fault = problem.errors(include_input=False, include_url=False)[0]
    label = (_field(problem) or "settings").replace("_", " ").capitalize()
    if fault["type"] == "missing":
        return _("%(label)s is missing.", label=label)
    return f"{label}: {fault['msg'].removeprefix('Value error, ')}."
