"""Under https behind a proxy: cookies, headers, forms, and whose address is believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app.core.settings import ROOT
from tests import servers as test_servers
from tests.entry_points.https_shop import ORIGIN

PROXIES = ("1", "0", "2")


@pytest.fixture(scope="module")
def told(
    servers: dict[str, str], slot: int, shop_environment: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """What the shop says, by the number of proxies it trusts."""
    own = test_servers.clone(servers, f"https_{slot}")
    given = {"BASE_URL": ORIGIN, "REALTIME_URL": "wss://shop.example.com"}
    given |= {"DATABASE_URL": own.url, "OWNER_DATABASE_URL": own.owner_url}
    done = subprocess.run(
        [sys.executable, "-m", "tests.entry_points.https_shop", *PROXIES],
        cwd=ROOT,
        env={**os.environ, **shop_environment, **given},
        capture_output=True,
        text=True,
        timeout=120,
    )
    test_servers.drop(servers, own.name)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return dict(zip(PROXIES, lines, strict=True))


def attributes(cookie: str) -> tuple[str, set[str]]:
    first, *rest = (part.strip() for part in cookie.split(";"))
    lasting = ("expires", "max-age")
    return first.split("=")[0], {part for part in rest if not part.lower().startswith(lasting)}


def test_a_shop_under_https_tells_browsers_so_and_its_forms_work(
    told: dict[str, dict[str, Any]],
) -> None:
    shop = told["1"]

    page = shop["page"]["headers"]
    assert page["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page["Cache-Control"] == "no-store"

    assert shop["signed_in"]["status"] == 303, shop["signed_in"]
    named = dict(attributes(cookie) for cookie in shop["signed_in"]["cookies"])
    assert named["__Host-makeready"] == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert shop["old_token"]["status"] == 400  # what stood in the browser before is worth nothing

    kept = dict(attributes(cookie) for cookie in shop["link"]["cookies"])
    assert kept["__Host-makeready_links"] == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert shop["link"]["headers"]["Cache-Control"] == "no-store"
    assert shop["link"]["headers"]["Referrer-Policy"] == "strict-origin"

    assert shop["lost_link"]["status"] == 303  # and not “this form is too old”
    assert shop["elsewhere"]["status"] == 400
    assert shop["addresses"] == ["198.51.100.7"]


@pytest.mark.parametrize(("proxies", "believed"), [("0", "10.0.0.1"), ("2", "203.0.113.9")])
def test_a_visitor_s_address_is_taken_from_as_many_proxies_as_were_named(
    told: dict[str, dict[str, Any]], proxies: str, believed: str
) -> None:
    assert told[proxies]["addresses"] == [believed]
