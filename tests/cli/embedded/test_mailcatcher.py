"""Mail goes by real SMTP to the catcher, which keeps it before it says yes."""

from __future__ import annotations

import smtplib
import socket
import stat
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.cli.embedded import ports, processes
from app.cli.embedded.prepare import ROOT
from tests.waiting import eventually
from tests.walk.mailbox import Mailbox


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port = ports.pick()
    folder = tmp_path / "mail here"
    process = processes.spawn(
        [sys.executable, "-m", "app.cli.embedded.mailcatcher", str(port), str(folder)],
        pid_file=tmp_path / "catcher.pid",
        log_file=tmp_path / "catcher.log",
        cwd=ROOT,
    )
    eventually(lambda: answers(port))
    yield port, folder
    processes.end(tmp_path / "catcher.pid")
    process.wait()


def answers(port: int) -> bool:
    try:
        with socket.create_connection((ports.HOST, port), timeout=0.5):
            return True
    except OSError:
        return False


def letter(to: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "shop@example.com"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.split()[0]}@example.com>"
    mail.set_content(".a line that begins with a dot\nZoë")
    return mail


def test_a_mail_is_kept_as_it_was_sent(catcher: tuple[int, Path]) -> None:
    port, folder = catcher
    with smtplib.SMTP(ports.HOST, port) as server:
        server.send_message(letter("zoe@example.com", "Quote für Zoë"))
    (file,) = folder.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["X-RcptTo"] == "zoe@example.com"
    assert mail["Subject"] == "Quote für Zoë"
    assert mail["Message-ID"] == "<Quote@example.com>"
    assert mail.get_content() == ".a line that begins with a dot\nZoë\n"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (
        0o600,
        0o700,
    )


def test_a_mailbox_has_the_mails_to_its_address_in_their_order(catcher: tuple[int, Path]) -> None:
    port, folder = catcher
    with smtplib.SMTP(ports.HOST, port) as server:
        for number, to in enumerate(("a@example.com", "b@example.com", "a@example.com")):
            server.send_message(letter(to, f"n{number}"))
    mails = Mailbox(folder, "A@example.com").mails()
    assert [mail.subject for mail in mails] == ["n0", "n2"]


def test_there_is_no_mail_where_no_catcher_ran(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "none", "a@example.com").mails() == []
