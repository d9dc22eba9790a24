"""A small WSGI application for tests of how `web` serves: it says what it got, or takes its time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

HELD = threading.Event()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with method, path and body; ``/large`` with 8 MiB, ``/held`` after ``/release`` or ``?s=`` seconds."""
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read() if path != "/unread" else b""
    answer = f"{environ['REQUEST_METHOD']} {path} ".encode() + body
    if path == "/large":
        answer = b"x" * 8 * 1024 * 1024
    elif path == "/held":
        HELD.wait(float(environ["QUERY_STRING"].removeprefix("s=") or 20))
    elif path.endswith("/release"):
        HELD.set()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
