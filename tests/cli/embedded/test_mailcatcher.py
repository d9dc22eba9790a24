"""Mail goes by real SMTP to the catcher, which keeps it before it says yes."""

from __future__ import annotations

import smtplib
import socket
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.cli.embedded import ports, processes
from app.cli.embedded.prepare import ROOT
from tests.waiting import eventually
from tests.walk.mailbox import list_mails


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
    (mail,) = list_mails(folder)
    assert mail.recipients == ["zoe@example.com"]
    assert mail.subject == "Quote für Zoë"
    assert mail.message_id == "<Quote@example.com>"
    kept = (folder / mail.file).read_bytes()
    assert b"X-Envelope-To: zoe@example.com" in kept
    assert b"\r\n.a line that begins" in kept or b"=2Ea line" in kept


def test_mails_are_listed_newest_first_and_by_recipient(catcher: tuple[int, Path]) -> None:
    port, folder = catcher
    with smtplib.SMTP(ports.HOST, port) as server:
        for number, to in enumerate(("a@example.com", "b@example.com", "a@example.com")):
            server.send_message(letter(to, f"n{number}"))
    assert [mail.subject for mail in list_mails(folder)] == ["n2", "n1", "n0"]
    assert [mail.subject for mail in list_mails(folder, recipient="A@example.com")] == ["n2", "n0"]
    assert len(list_mails(folder, limit=1)) == 1


def test_there_is_no_mail_where_no_catcher_ran(tmp_path: Path) -> None:
    assert list_mails(tmp_path / "none") == []
