"""Threads get whole requests and never wait for a client, and each client gets its whole answer."""

from __future__ import annotations

import http.client
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def talk(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def ask(port: int, path: str = "/") -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path)
    return line.getresponse().read()


def read_all(line: socket.socket) -> bytes:
    got = b""
    while data := line.recv(65536):
        got += data
    return got


def test_a_kept_connection_carries_many_requests(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(5):
        line.request("POST", f"/{number}", body=b"abc" * number)
        assert line.getresponse().read() == f"POST /{number} ".encode() + b"abc" * number


def test_requests_sent_behind_each_other_are_answered_in_order(port: int) -> None:
    with talk(port) as line:
        line.sendall(
            b"POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
            b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
            b"POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"2\r\ncd\r\n0\r\n\r\n"
        )
        got = read_all(line)
    assert [part in got for part in (b"POST /1 ab", b"GET /2 ", b"POST /3 cd")] == [True] * 3
    assert got.index(b"/1") < got.index(b"/2") < got.index(b"/3")


@pytest.mark.parametrize(
    "beginning",
    [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"],
)
def test_slow_requests_hold_no_thread(port: int, beginning: bytes) -> None:
    lines = [talk(port) for _ in range(40)]
    for line in lines:
        line.sendall(beginning)
    began = time.monotonic()
    assert ask(port) == b"GET / "
    assert time.monotonic() - began < 2
    for line in lines:
        line.close()


def test_slow_readers_hold_no_thread(port: int) -> None:
    lines = []
    for _ in range(6):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", port))
        line.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        lines.append(line)
    began = time.monotonic()
    assert ask(port) == b"GET / "
    assert time.monotonic() - began < 5
    for line in lines:
        line.close()


def test_a_large_answer_arrives_whole(port: int) -> None:
    assert len(ask(port, "/large")) == 8 * 1024 * 1024


def test_a_client_is_asked_for_its_body_once(port: int) -> None:
    with talk(port) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\nContent-Length: 5\r\n\r\n"
        )
        assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"abcde")
        got = read_all(line)
    assert got.startswith(b"HTTP/1.1 200 OK")
    assert got.endswith(b"POST / abcde")


def test_what_is_no_request_is_refused_in_words(port: int) -> None:
    with talk(port) as line:
        line.sendall(b"NONSENSE\r\n\r\n")
        assert read_all(line).startswith(b"HTTP/1.1 400 Bad Request")


def test_a_head_without_an_end_is_refused_in_words(port: int) -> None:
    with talk(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000)
        assert read_all(line).startswith(b"HTTP/1.1 431")


def test_nothing_behind_a_body_that_is_too_large_is_taken_for_a_request(port: int) -> None:
    with talk(port) as line:
        inner = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        line.sendall(b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + inner)
        got = read_all(line)
    assert got.count(b"HTTP/1.1 ") == 1
    assert b"smuggled" not in got


def test_health_is_told_while_every_thread_is_busy(port: int) -> None:
    with ThreadPoolExecutor(4) as others:
        held = [others.submit(ask, port, "/held") for _ in range(4)]
        began = time.monotonic()
        assert ask(port, "/healthz") == b"GET /healthz "
        assert time.monotonic() - began < 5
        assert not any(one.done() for one in held)
        line = talk(port)
        line.sendall(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert read_all(line).endswith(b"GET /readyz ")
        with talk(port) as free:
            free.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert read_all(free).endswith(b"GET /healthz ")
        assert release(port)
        assert [one.result() for one in held] == [b"GET /held "] * 4


def release(port: int) -> bool:
    """Let those go that are held: by a request that the probes' own threads take."""
    with talk(port) as line:
        line.sendall(b"GET /readyz/../release HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return b"200 OK" in read_all(line)
