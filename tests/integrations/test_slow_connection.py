"""A server that takes for ever holds up nobody who tests its connection, and no worker for long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from app.core.outbound import credentials
from app.core.outbound.adapters import AdapterError
from app.notify.channels.email import EmailSettings, connections
from tests.backoffice.conftest import Person, somebody
from tests.integrations.test_pages import EMAIL, Enter, save
from tests.silent_server import silent_server
from tests.waiting import eventually

__all__ = ["somebody"]


@contextmanager
def dripping_server() -> Iterator[int]:
    """Give the port of a server whose greeting has no end: a letter now and then, each in time."""
    over = threading.Event()

    def drip(line: socket.socket) -> None:
        with suppress(OSError), line:
            while not over.wait(0.05):
                line.sendall(b"2")

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        over.set()


def press(owner: Person) -> tuple[float, Any]:
    """Press the button; return the seconds that it took, and the answer."""
    token, began = owner.token(EMAIL), time.monotonic()
    answer = owner.send(f"{EMAIL}/check_connection", {"csrf_token": token})
    return time.monotonic() - began, answer


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A shop that has patience for 0.4 s, and for a whole sign-in 1 s."""
    monkeypatch.setattr(credentials, "LONGEST_TEST_S", 0.4)
    monkeypatch.setattr(connections, "LET_IN_S", 1)
    yield
    free = credentials._tests
    eventually(lambda: free._value == credentials.MOST_TESTS, 15)


@pytest.mark.parametrize("server", [silent_server, dripping_server])
def test_the_test_of_a_connection_ends_within_seconds(
    somebody: Enter, session: Any, brief: None, server: Any
) -> None:
    owner = somebody("owner")
    with server() as port:
        save(owner, host="127.0.0.1", port=str(port), starttls="")
        seconds, answer = press(owner)
    assert seconds < 3
    assert answer.status == 503
    assert "There was no answer within 0.4 seconds." in answer.said(".notice-bad")
    assert "whether a firewall is in between" in answer.said(".notice-bad")


def test_a_few_tests_at_once_are_enough(
    somebody: Enter, session: Any, brief: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = somebody("owner")
    monkeypatch.setattr(connections, "LET_IN_S", 8)
    with dripping_server() as port:
        save(owner, host="127.0.0.1", port=str(port))
        found = [press(owner)[1].said(".notice-bad") for _ in range(credentials.MOST_TESTS + 1)]
    assert "Other connections are being tested." in found[-1]
    assert all("no answer within" in sentence for sentence in found[:-1])


def test_no_worker_waits_for_a_greeting_without_end(brief: None) -> None:
    with dripping_server() as port:
        chosen = EmailSettings(host="127.0.0.1", port=port, mail_from="shop@example.com")
        began = time.monotonic()
        with (
            pytest.raises(AdapterError, match="does not answer"),
            connections.open_connection(chosen),
        ):
            raise AssertionError("nobody let us in")
    assert time.monotonic() - began < 5


def test_the_patience_of_a_real_shop_is_a_few_seconds() -> None:
    assert credentials.LONGEST_TEST_S <= 5
