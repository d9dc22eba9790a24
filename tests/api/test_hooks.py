from __future__ import annotations

import hashlib
import hmac

import pytest

from app.core.outbound.adapters import WEBHOOKS, of_kind
from app.integrations.storefronts import Storefront

taken: list[bytes] = []


class Doorbell(Storefront):
    """A sender that signs with HMAC-SHA256, as most do."""

    key = "doorbell"
    name = "Doorbell"
    abilities = frozenset({WEBHOOKS})

    def __init__(self, settings=None):
        super().__init__(settings)
        self.taken = taken

    def perform_write(self, request):
        raise AssertionError("a doorbell is never written to")

    def sign(self, body: bytes) -> str:
        return hmac.new(b"shared", body, hashlib.sha256).hexdigest()

    def is_genuine(self, body, headers):
        return hmac.compare_digest(
            headers.get("x-signature", "").encode(), self.sign(body).encode()
        )

    def receive(self, body, headers):
        self.taken.append(body)


@pytest.fixture
def bell(monkeypatch):
    taken.clear()
    monkeypatch.setitem(of_kind("storefront"), "doorbell", Doorbell)
    return Doorbell()


@pytest.mark.parametrize("name", ["shopify", "..", "doorbell2"])
def test_a_source_that_nobody_set_up_is_no_address(client, bell, name):
    answer = client.post(f"/hooks/{name}", data=b"{}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert answer.mimetype == "application/problem+json"
    assert bell.taken == []


def test_a_signed_call_is_taken_in(client, bell):
    body = b'{"order": 1}'
    answer = client.post("/hooks/doorbell", data=body, headers={"X-Signature": bell.sign(body)})
    assert (answer.status_code, bell.taken) == (204, [body])


@pytest.mark.parametrize("signature", ["", "0" * 64, "é"])
def test_a_false_signature_is_refused_and_nothing_is_read(client, bell, signature):
    answer = client.post(
        "/hooks/doorbell", data=b'{"order": 1}', headers={"X-Signature": signature}
    )
    assert (answer.status_code, bell.taken) == (401, [])
    assert answer.mimetype == "application/problem+json"


def test_a_browser_that_looks_finds_nothing(client, bell):
    assert client.get("/hooks/doorbell").status_code == 405
