"""Load on a running shop: clients that ask without a pause, and clients that dribble."""

from __future__ import annotations

import contextlib
import http.client
import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

TIMEOUT_S = 30


@dataclass
class Answers:
    """What clients met: seconds of each answer, its status, and what went wrong in their place."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def p95_s(self) -> float:
        """Return what 95 of 100 answers took at most."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


@contextmanager
def asking(
    address: str,
    paths: Sequence[str],
    clients: int = 8,
    pause_s: float = 0.0,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Answers]:
    """Let `clients` ask for `paths` by turns over kept connections until the end of the block."""
    answers, stop = Answers(), threading.Event()
    threads = [
        threading.Thread(
            target=_ask, args=(address, paths, answers, stop, pause_s, headers), daemon=True
        )
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT_S)


def _ask(
    address: str,
    paths: Sequence[str],
    answers: Answers,
    stop: threading.Event,
    pause_s: float,
    headers: Mapping[str, str],
) -> None:
    place = urlsplit(address)
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT_S)
    number = 0
    while not stop.is_set():
        path, number = paths[number % len(paths)], number + 1
        began = time.monotonic()
        try:
            line.request("GET", path, headers=dict(headers))
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as problem:
            answers.errors.append(f"{path}: {problem!r}")
            line.close()
        else:
            answers.seconds.append(time.monotonic() - began)
            answers.statuses[answer.status] += 1
        stop.wait(pause_s)
    line.close()


@contextmanager
def dribbling(address: str, heads: int, bodies: int, every_s: float = 1.0) -> Iterator[list[int]]:
    """Hold connections that send one byte every `every_s` seconds: of their head, or of a body of 5,000 bytes.
    Gives the list that the number of those still open is appended to."""
    place = urlsplit(address)
    stop, held = threading.Event(), list[int]()
    begun = threading.Event()
    thread = threading.Thread(
        target=_dribble,
        args=((place.hostname or "", place.port or 80), heads, bodies, every_s, stop, begun, held),
        daemon=True,
    )
    thread.start()
    assert begun.wait(TIMEOUT_S), "the slow connections could not be opened"
    try:
        yield held
    finally:
        stop.set()
        thread.join(TIMEOUT_S)


def _dribble(
    place: tuple[str, int],
    heads: int,
    bodies: int,
    every_s: float,
    stop: threading.Event,
    begun: threading.Event,
    held: list[int],
) -> None:
    start = b"POST /request HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    lines: list[socket.socket] = []
    with selectors.DefaultSelector() as closed:
        for number in range(heads + bodies):
            line = socket.create_connection(place, timeout=TIMEOUT_S)
            is_head = number < heads
            line.sendall(start + (b"X-Slow: " if is_head else b"Content-Length: 5000\r\n\r\n"))
            line.setblocking(False)
            closed.register(line, selectors.EVENT_READ)
            lines.append(line)
        begun.set()
        while not stop.wait(every_s):
            for line in list(lines):
                try:
                    line.send(b"a")
                except OSError:
                    lines.remove(line)
            for key, _ in closed.select(0):
                with contextlib.suppress(ValueError):
                    lines.remove(key.fileobj)  # type: ignore[arg-type]
                closed.unregister(key.fileobj)
            held.append(len(lines))
    for line in lines:
        line.close()
