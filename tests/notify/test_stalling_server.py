"""A mail server that stops answering: before DATA the letter goes out later, from DATA on never again by itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from app.core import settings
from app.notify.channels import email as smtp
from app.notify.channels.email import connections
from tests.notify.conftest import MailServer, fresh, pending, send_all
from tests.notify.test_sending import Known, message
from tests.waiting import eventually

__all__ = ["message"]
ANSWERS = {"EHLO": b"250 OK\r\n", "HELO": b"250 OK\r\n", "MAIL": b"250 OK\r\n",
           "RCPT": b"250 OK\r\n", "DATA": b"354 Go on\r\n"}  # fmt: skip


@dataclass
class Stalling:
    """A server that says nothing from `at` on until it is let go, and then goes on as if nothing had been."""

    at: str
    go: threading.Event = field(default_factory=threading.Event)
    silent: threading.Event = field(default_factory=threading.Event)
    letters: list[bytes] = field(default_factory=list)
    talks: int = 0
    port: int = 0

    def talk(self, peer: socket.socket) -> None:
        with peer, peer.makefile("rb") as lines:
            self.talks += 1
            try:
                peer.sendall(b"220 here\r\n")
                for line in lines:
                    self._answer(peer, lines, line[:4].decode().upper().strip())
            except OSError:
                return

    def _say_nothing(self) -> None:
        self.silent.set()
        self.go.wait(30)

    def _answer(self, peer: socket.socket, lines: object, word: str) -> None:
        if word == self.at:
            self._say_nothing()
        peer.sendall(ANSWERS.get(word, b"250 OK\r\n"))
        if word != "DATA":
            return
        if self.at == "body":
            self._say_nothing()
        letter = b""
        for line in lines:  # type: ignore[attr-defined]
            if line == b".\r\n":
                self.letters.append(letter)
                break
            letter += line
        if self.at == "after":
            self._say_nothing()
        peer.sendall(b"250 taken\r\n")


@contextmanager
def stalling(at: str) -> Iterator[Stalling]:
    found = Stalling(at)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found.port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=found.talk, args=(peer,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        settings.use(settings.current().model_copy(update={"smtp_port": found.port}))
        try:
            yield found
        finally:
            found.go.set()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(smtp, "ANSWER_TIMEOUT_S", 0.3)


@pytest.mark.parametrize("at", ["DATA", "body", "after"])
def test_from_data_on_the_letter_is_never_sent_again_by_itself(
    shop, message: Known, at: str
) -> None:
    with stalling(at) as server:
        assert send_all(shop) == ["done"]
        assert fresh(message).state == "unknown"
        server.go.set()
        if at != "DATA":
            eventually(lambda: server.letters)
        assert pending() == []
        assert send_all(shop) == []
        assert server.talks == 1
        assert len(server.letters) <= 1


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
def test_before_data_the_letter_is_sent_later_and_once(
    shop, mail: MailServer, message: Known, at: str
) -> None:
    with stalling(at) as server:
        assert send_all(shop) == ["retry"]
        assert fresh(message).state == "queued"
        server.go.set()
    settings.use(settings.current().model_copy(update={"smtp_port": mail.port}))
    assert send_all(shop) == ["done"]
    assert (fresh(message).state, len(mail.arrived), server.letters) == ("sent", 1, [])
