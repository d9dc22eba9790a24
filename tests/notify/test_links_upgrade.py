"""A shop whose messages held the address of their link updates, and goes back: what waits keeps its link."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import PasswordReset
from app.accounts.services.links import find_link
from app.accounts.services.resets import find_reset
from app.core.actor import system
from app.core.db import db
from app.notify import services
from app.notify.links import ACCOUNT, Link
from app.notify.models import Message
from tests.conftest import Committed
from tests.notify.conftest import send_all
from tests.notify.occasions import happens
from tests.notify.test_sending import letters

BEFORE, BETWEEN, HEAD = "0040_passkeys", "0041_message_links", "0042_no_stored_links"
STORED = sa.text("SELECT template, link FROM messages ORDER BY template")


@pytest.fixture
def flask_db(committed: Committed) -> Callable[..., None]:
    def run(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    return run


@pytest.fixture
def waiting(shop: Any) -> dict[str, str]:
    """Messages that wait to be sent: template → address of the link."""
    names = ("quote.sent", "staff.reset_requested")
    rows = [row for name in names for row in services.queue_messages(happens(name))]
    context = {"contact_name": "Ada", "items": "", "tracking_number": "", "link": Link(ACCOUNT)}
    rows.append(services.compose("delivered", context, "a@example.com", key="k", actor=system()))
    db.session.commit()
    found = {row.template: str(row.link) for row in rows}
    db.session.remove()  # the migrations wait for nobody
    return found


def opens(address: str) -> bool:
    """Whether the token of the address opens an order, or the form to choose a password."""
    find = find_reset if "choose-password" in address else find_link
    return bool(find(address.rpartition("/")[2]))


def test_a_message_that_waited_during_the_update_is_sent_with_its_link(
    shop: Any, mail: Any, waiting: dict[str, str], committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.connect() as connection:
        stored = {row.template: row.link for row in connection.execute(STORED)}
    assert stored == waiting  # as the former version wrote them, made again on the way back
    flask_db("upgrade")
    assert set(send_all(shop)) == {"done"}
    texts = [one.get_body(("plain",)).get_content() for one in letters(mail)]
    sent = {found for text in texts for found in re.findall(r"https?://\S+", text)}
    assert sent == set(waiting.values())
    assert all(opens(one) for one in sent if "/admin/account" not in one)


def test_what_a_process_of_the_former_version_queues_meanwhile_has_its_link(
    shop: Any, mail: Any, waiting: dict[str, str], committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BETWEEN)
    former = sa.text(
        "INSERT INTO messages (id, idempotency_key, channel, recipient, template, subject, "
        "body_text, body_html, link, state, attempts) SELECT :id, 'former', channel, recipient, "
        "template, subject, body_text, body_html, link, state, 0 FROM messages "
        "WHERE template = 'quote_ready'"
    )
    made = uuid.uuid4()
    with committed.owner_engine.begin() as connection:
        connection.execute(former, {"id": made})
    assert db.session.get_one(Message, made).link == waiting["quote_ready"]
    db.session.remove()
    flask_db("upgrade")
    assert db.session.get_one(Message, made).link == waiting["quote_ready"]


def test_nothing_is_left_of_the_stored_addresses(
    shop: Any, waiting: dict[str, str], committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BEFORE)
    flask_db("upgrade")
    with committed.owner_engine.connect() as connection:
        kept = " ".join(connection.scalars(sa.text("SELECT m::text FROM messages m")))
    reset = db.session.scalars(sa.select(PasswordReset)).one()
    assert reset.token not in kept
    assert waiting["quote_ready"].rpartition("/")[2] not in kept
