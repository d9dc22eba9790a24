"""A shop's pages served by threads, a Chromium, and a tab of it that tells what went wrong in it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from tests.browser.install import BROWSERS

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for a test process. Playwright's event loop runs in the main thread from then on."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield browser
        browser.close()


def installed() -> str | None:
    """Return where the system's browser is; None where Playwright's own is to be used."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port; gives the address without a path."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class KeepsTheLine(WSGIRequestHandler):
        """A page's forty files over a few connections, not one for each."""

        protocol_version = "HTTP/1.1"

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepsTheLine)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def breaks_the_policy(message: Any) -> bool:
    """Whether the console tells of a breach of the content security policy."""
    return "Content Security Policy" in message.text


@contextmanager
def watched_page(
    context: Any, *, is_fault: Callable[[Any], bool] = breaks_the_policy
) -> Iterator[Any]:
    """A tab of `context`; a script's fault, or a message that is one, fails the test."""
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    yield tab
    tab.close()
    assert faults == []


@contextmanager
def watched_tab(
    browser: Any, *, is_fault: Callable[[Any], bool] = breaks_the_policy, **options: Any
) -> Iterator[Any]:
    """A watched page in a context of its own with `options`, which knows nobody and has read nothing."""
    context = browser.new_context(**options)
    try:
        with watched_page(context, is_fault=is_fault) as tab:
            yield tab
    finally:
        context.close()
