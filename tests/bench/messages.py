"""What a message costs from the queue to sent, beside bare SMTP with a connection for each message."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from app.cli.embedded import ports
from tests import servers
from tests.bench.turns import Row, compare

NAME = "bench_messages"
MESSAGES, ROUNDS = 200, 3
CONTEXT = {
    "contact_name": "Ada", "items": "250 × Card", "total": "£12.00", "taxes": [], "tax_notes": [],
    "valid_until": "Fri 4 Dec",
    "promised_on": "", "note": "", "link": "https://shop.example.com/t/" + "k" * 43,
}  # fmt: skip


def rows() -> Iterator[Row]:
    """Make a shop's database and a mail sink, compare, and drop them."""
    from app import create_app
    from app.core import settings
    from app.core.db import db

    values = servers.ensure()
    port = ports.pick()
    sink = subprocess.Popen([sys.executable, "-m", "tests.bench.mail_sink", str(port)])
    with servers.lock("users", shared=True):
        own = servers.clone(values, NAME)
        try:
            environment = servers.environment(values, own, valkey_number=0)
            mail = {"SMTP_PORT": str(port), "MAIL_CATCHER_DIR": ""}
            settings.use(settings.load(environment | mail))
            app = create_app(pages=False)
            with app.app_context():
                _wait_for(port)
                yield _row(port)
                db.session.remove()
                db.engine.dispose()
        finally:
            servers.drop(values, NAME)
            sink.kill()
            sink.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def _row(port: int) -> Row:
    import sqlalchemy as sa
    from flask import current_app

    from app.core import queue, relay
    from app.core.actor import system
    from app.core.db import db
    from app.notify import services
    from app.notify.models import Message

    queue.connection().flushdb()
    for number in range(MESSAGES * (ROUNDS + 1)):
        address = f"ada.{number}@example.com"
        services.compose("quote_ready", CONTEXT, address, key=str(number), actor=system())
        db.session.commit()
    size = len(db.session.scalars(sa.select(Message.body_html)).first() or "")

    def ours() -> None:
        relay.drain(current_app.extensions["reactions"])
        queue.worker("outbound").work(burst=True, logging_level="WARNING")

    def peer() -> None:
        for number in range(MESSAGES):
            with smtplib.SMTP("127.0.0.1", port) as server:
                letter = f"Subject: {number}\r\n\r\n" + "x" * 78 * (size // 80)
                server.sendmail("shop@example.com", [f"ada.{number}@example.com"], letter)

    row = compare(f"{MESSAGES} messages by one worker", ours, "bare SMTP", peer, rounds=ROUNDS)
    sent = db.session.scalar(sa.select(sa.func.count()).where(Message.state == "sent"))
    assert sent == MESSAGES * (ROUNDS + 1), f"{sent} were sent"
    return row
