"""The token of a link is in the letter alone: in no table, no queue and no line of the log."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.notify import services, verbs
from app.notify.models import Message
from tests.notify.conftest import send_all, staff
from tests.notify.occasions import all_occasions, happens
from tests.notify.test_sending import letters

TABLES = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
#: One account is enough, and has one address.
EVENTS = sorted(
    {event for _, event in all_occasions() if not event.startswith("staff.")}
    | {"staff.reset_requested"}
)


def stored() -> dict[str, str]:
    """Every column of every row, by table."""
    db.session.rollback()
    found = {}
    for table in list(db.session.scalars(TABLES)):
        rows = db.session.scalars(sa.text(f'SELECT t::text FROM "{table}" AS t'))
        found[table] = "\n".join(rows)
    db.session.rollback()
    return found


def test_no_table_and_no_log_holds_a_token_that_was_sent(
    shop: Any, mail: Any, valkey_client: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in EVENTS:
        services.queue_messages(happens(name))
    db.session.commit()
    queued = stored()
    mail.answers["RCPT"] = ["451 Try again later", "550 No such person"]
    while send_all(shop):
        pass
    failed = db.session.scalars(sa.select(Message).where(Message.state == "failed")).one()
    verbs.resend(failed.id, actor=staff("message.resend"))
    db.session.commit()
    while send_all(shop):
        pass

    texts = [one.get_body(("plain",)).get_content() for one in letters(mail)]
    tokens = {token for text in texts for token in re.findall(r"/([\w-]{43})\b", text)}
    assert len(texts) == len(EVENTS)
    assert len(tokens) == len(EVENTS)
    client = shop.test_client()
    opened = {token: client.get(f"/t/{token}").status_code for token in tokens}
    (password,) = [token for token, status in opened.items() if status != 303]
    assert client.get(f"/admin/choose-password/{password}").status_code == 200
    places = queued | {f"{name}, afterwards": rows for name, rows in stored().items()}
    said = capfd.readouterr()
    places |= {"log": said.err + said.out}
    keys = [str(key) + repr(valkey_client.dump(key)) for key in valkey_client.scan_iter()]
    places["queue"] = " ".join(keys)
    assert len(places) > 50
    assert [name for name, rows in places.items() if any(one in rows for one in tokens)] == []
