"""An HTTP client that behaves like a person's browser: cookies, pages, forms with their values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

RETRY_S = 60
"""How long a server that does not answer is asked again: it may be starting anew."""


class WalkFailed(Exception):
    """The walk met something wrong; the sentence says what."""


@dataclass
class Page:
    """One answer: its address after redirects, its status, and the document."""

    url: str
    status: int
    text: str
    document: Any = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def texts(self, css: str) -> list[str]:
        """Return the text of every element that `css` selects, white space folded."""
        return [" ".join(found.text_content().split()) for found in self.document.cssselect(css)]

    def attributes(self, css: str, name: str) -> list[str]:
        """Return the attribute `name` of every element that `css` selects."""
        return [found.get(name) or "" for found in self.document.cssselect(css)]

    def happened(self) -> list[str]:
        """Return the names of the events on the page's timeline, newest first."""
        return self.attributes("[data-event]", "data-event")

    def form(self, action: str) -> Any:
        """Return the form whose address ends in `action`, None where the page offers none."""
        for form in self.document.forms:
            if urlsplit(form.get("action") or self.url).path.endswith(action):
                return form
        return None

    def faults(self) -> str:
        """Return what the page says is wrong."""
        found = self.texts(".notice-bad") + self.texts(".error") + self.texts("main h1 ~ p")
        return " ".join(found)[:600]


class Browser:
    """One person's session. Every request that meets a dead server is tried again for a minute."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()

    def get(self, path: str, *, expect: int = 200) -> Page:
        """Return the page at `path` (or a whole address), redirects followed."""
        return self._page(self._send("GET", path), expect)

    def fetch(self, path: str) -> bytes:
        """Return the bytes at `path`, redirects followed, as a download."""
        answer = self._send("GET", path)
        if answer.status_code != 200:
            raise WalkFailed(f"{path} answers {answer.status_code}, not 200.")
        return bytes(answer.content)

    def submit(
        self, page: Page, action: str, values: Mapping[str, str] | None = None, *, expect: int = 200
    ) -> Page:
        """Fill and send the form that ends in `action`; every named field must be there."""
        form = page.form(action)
        if form is None:
            raise WalkFailed(f"{page.path} has no form for “{action}”. It says: {page.faults()}")
        data = dict(form.form_values())
        known = set(form.inputs.keys())
        for name, value in (values or {}).items():
            if name not in known:
                raise WalkFailed(f"The form “{action}” on {page.path} has no field “{name}”.")
            data[name] = value
        address = urljoin(page.url, form.get("action") or page.url)
        return self._page(self._send("POST", address, data=data, once=True), expect)

    def json(self, method: str, path: str, token: str, body: Any = None) -> Any:
        """Send JSON as the page's script does, with its CSRF token; return the JSON answer."""
        answer = self._send(
            method, path, json=body, headers={"X-CSRFToken": token, "Accept": "application/json"}
        )
        if answer.status_code >= 400:
            raise WalkFailed(f"{method} {path} answers {answer.status_code}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def _send(
        self, method: str, path: str, *, once: bool = False, **given: Any
    ) -> requests.Response:
        address = urljoin(self.base_url, path)
        deadline = time.monotonic() + RETRY_S
        while True:
            try:
                answer = self.session.request(method, address, timeout=30, **given)
                if answer.status_code != 503 or time.monotonic() > deadline:
                    return answer
            except requests.ConnectionError:
                if once:
                    raise
                if time.monotonic() > deadline:
                    raise WalkFailed(f"{address} did not answer for {RETRY_S} s.") from None
            time.sleep(0.3)

    def _page(self, answer: requests.Response, expect: int) -> Page:
        document = html.document_fromstring(answer.text or "<html></html>", base_url=answer.url)
        page = Page(answer.url, answer.status_code, answer.text, document)
        if answer.status_code != expect:
            raise WalkFailed(
                f"{page.path} answers {answer.status_code}, not {expect}: {page.faults()}"
            )
        return page

    def act(
        self,
        where: str,
        action: str,
        values: Mapping[str, str] | None = None,
        *,
        done: Callable[[Page], bool],
    ) -> Page:
        """Send the form `action` on the page `where` until `done` holds there.

        A request that was cut off is looked up before it is sent again, as a person would.
        """
        deadline = time.monotonic() + RETRY_S
        while True:
            page = self.get(where)
            if done(page):
                return page
            if time.monotonic() > deadline:
                raise WalkFailed(f"“{action}” on {where} had no effect in {RETRY_S} s.")
            try:
                self.submit(page, action, values)
            except requests.ConnectionError:
                time.sleep(0.5)


def until(
    look: Callable[[], Any], what: str, *, timeout_s: float = 90.0, every_s: float = 0.25
) -> Any:
    """Return what `look` gives as soon as it is something; raise after `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise WalkFailed(f"{what} did not come in {timeout_s:.0f} s.")
        time.sleep(every_s)
