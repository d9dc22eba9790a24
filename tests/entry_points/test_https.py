"""Under https behind a proxy: cookies, headers, forms, and whose address is believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app.core.settings import ROOT
from tests.entry_points.https_shop import ORIGIN


def run(committed: Any, **changes: str) -> dict[str, Any]:
    given = {"BASE_URL": ORIGIN, "REALTIME_URL": "wss://shop.example.com", "TRUSTED_PROXIES": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.entry_points.https_shop"],
        cwd=ROOT,
        env={**os.environ, **committed.environment, **given, **changes},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def attributes(cookie: str) -> tuple[str, set[str]]:
    first, *rest = (part.strip() for part in cookie.split(";"))
    lasting = ("expires", "max-age")
    return first.split("=")[0], {part for part in rest if not part.lower().startswith(lasting)}


def test_a_shop_under_https_tells_browsers_so_and_its_forms_work(committed: Any) -> None:
    told = run(committed)

    page = told["page"]["headers"]
    assert page["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page["Cache-Control"] == "no-store"

    assert told["signed_in"]["status"] == 303, told["signed_in"]
    named = dict(attributes(cookie) for cookie in told["signed_in"]["cookies"])
    assert named["__Host-makeready"] == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert told["old_token"]["status"] == 400  # what stood in the browser before is worth nothing

    kept = dict(attributes(cookie) for cookie in told["link"]["cookies"])
    assert kept["__Host-makeready_links"] == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert told["link"]["headers"]["Cache-Control"] == "no-store"
    assert told["link"]["headers"]["Referrer-Policy"] == "strict-origin"

    assert told["lost_link"]["status"] == 303  # and not “this form is too old”
    assert told["elsewhere"]["status"] == 400
    assert told["addresses"] == ["198.51.100.7"]


@pytest.mark.parametrize(("proxies", "believed"), [("0", "10.0.0.1"), ("2", "203.0.113.9")])
def test_a_visitor_s_address_is_taken_from_as_many_proxies_as_were_named(
    committed: Any, proxies: str, believed: str
) -> None:
    assert run(committed, TRUSTED_PROXIES=proxies)["addresses"] == [believed]
