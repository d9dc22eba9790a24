"""The whole shop under fire: slow clients, parts that hang, a database and pages that are restarted."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli import running_shop
from tests.cli.running_shop import RunningShop
from tests.load import Answers, asking, dribbling
from tests.servers import ROOT
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.extended]
PAGES = ("/", "/admin/sign-in", "/healthz", "/static/css/base.css")
SLOW_HEADS, SLOW_BODIES = 1000, 200


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A running shop with the demo's stock."""
    running = running_shop.start(tmp_path_factory.mktemp("steady") / "the shop")
    yield running
    running_shop.stop(running)


@pytest.fixture(scope="module")
def stock(shop: RunningShop) -> dict[str, str]:
    """An API key for the stock, and the SKU of an item."""
    printed = subprocess.run(
        [sys.executable, "-m", "tests.cli.shop_keys"],
        cwd=ROOT,
        env=shop.environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    found: dict[str, str] = json.loads(printed.splitlines()[-1])
    return found


def address(shop: RunningShop) -> str:
    return shop.settings()["BASE_URL"]


def pid_of(shop: RunningShop, name: str) -> int:
    return int((shop.home / "run" / f"{name}.pid").read_text().split()[0])


@contextmanager
def hung(shop: RunningShop, name: str) -> Iterator[None]:
    """Let a server of the shop take connections and answer nothing."""
    pid = pid_of(shop, name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def answered(answers: Answers, how_many: int) -> None:
    """Wait for this many further answers."""
    reached = len(answers.seconds)
    eventually(lambda: len(answers.seconds) >= reached + how_many, 60)


def test_pages_answer_while_slow_clients_hold_their_connections(shop: RunningShop) -> None:
    with (
        dribbling(address(shop), SLOW_HEADS, SLOW_BODIES) as held,
        asking(address(shop), ["/", "/healthz"], clients=4, pause_s=0.05) as answers,
    ):
        answered(answers, 150)
        eventually(lambda: held, 30)
    assert answers.errors == []
    assert 200 in answers.statuses and max(answers.statuses) < 500
    assert answers.p95_s() < 1
    assert held[0] == SLOW_HEADS + SLOW_BODIES


@pytest.mark.parametrize("part", ["seaweedfs", "valkey"])
def test_pages_that_do_not_need_what_hangs_answer(shop: RunningShop, part: str) -> None:
    with hung(shop, part), asking(address(shop), ["/readyz"], clients=4) as readiness:
        with asking(address(shop), ["/", "/healthz", "/readyz/pages"], clients=4) as answers:
            answered(answers, 100)
        eventually(lambda: readiness.seconds, 30)
    assert answers.errors == []
    assert max(answers.statuses) < 500
    assert answers.p95_s() < 1
    assert max(readiness.seconds) < 5
    assert set(readiness.statuses) == {503}


def test_an_upload_says_within_seconds_that_the_storage_is_silent(shop: RunningShop) -> None:
    place = urlsplit(address(shop))
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    line.request("GET", "/", headers={"Accept": "text/html"})
    first = line.getresponse()
    cookie = first.getheader("Set-Cookie", "").partition(";")[0]
    page = first.read().decode()
    links = re.findall(r'href="(/p/[^"]+|/products/[^"]+)"', page)
    assert links, "the portal's first page leads to no product"
    line.request("GET", links[0], headers={"Cookie": cookie})
    second = line.getresponse()
    cookie = second.getheader("Set-Cookie", cookie).partition(";")[0]
    token = re.search(r'csrf[-_]token"[^>]*(?:content|value)="([^"]+)"', second.read().decode())
    assert token is not None
    asked = {"Cookie": cookie, "X-CSRFToken": token[1], "Content-Type": "application/json"}
    body = json.dumps({"file_name": "card.pdf", "size_bytes": 5000})
    with hung(shop, "seaweedfs"):
        began = time.monotonic()
        line.request("POST", "/uploads", body=body, headers=asked)
        answer = line.getresponse()
        said = answer.read().decode()
        assert time.monotonic() - began < 5
    assert answer.status == 503, said
    assert answer.getheader("Retry-After")


def test_pages_are_replaced_under_load_without_an_error(shop: RunningShop) -> None:
    with asking(address(shop), ["/", *PAGES[2:]], clients=8) as answers:
        answered(answers, 100)
        old = pid_of(shop, "web")
        os.kill(old, signal.SIGTERM)
        eventually(lambda: not Path(f"/proc/{old}").exists(), 60)
        answered(answers, 100)
    assert answers.errors == []
    assert set(answers.statuses) <= {200, 429}


def receive(
    shop: RunningShop, stock: dict[str, str], source: int, stop: threading.Event, met: Counter[str]
) -> None:
    """Receive one piece after the other until `stop`, each with a key of its own, from a loopback address of its
    own; note the statuses, and 503 without a time to try again."""
    port = urlsplit(address(shop)).port
    line = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=(f"127.0.1.{source}", 0)
    )
    while not stop.is_set():
        headers = {
            "Authorization": f"Bearer {stock['key']}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        path = f"/api/v1/stock-items/{stock['item']}/receive"
        try:
            line.request("POST", path, body='{"quantity": "1"}', headers=headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as problem:
            met[repr(problem)] += 1
            line.close()
            continue
        met[str(answer.status)] += 1
        if answer.status == 503 and not answer.getheader("Retry-After"):
            met["503 without a time"] += 1
    line.close()


@contextmanager
def receiving(shop: RunningShop, stock: dict[str, str], clients: int) -> Iterator[Counter[str]]:
    met: Counter[str] = Counter()
    stop = threading.Event()
    threads = [
        threading.Thread(target=receive, args=(shop, stock, number + 1, stop, met), daemon=True)
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    yield met
    stop.set()
    for thread in threads:
        thread.join(60)


def test_a_database_that_is_restarted_under_load_is_said_to_be_away(
    shop: RunningShop, stock: dict[str, str]
) -> None:
    with receiving(shop, stock, 16) as met:
        eventually(lambda: met["200"] > 10, 60)
        os.kill(pid_of(shop, "postgres"), signal.SIGINT)
        eventually(lambda: met["503"] > 0, 60)
        before = met["200"]
        eventually(lambda: met["200"] > before + 10, 60)
    assert set(met) == {"200", "503"}


def test_two_hundred_at_once_for_one_item_are_all_served(
    shop: RunningShop, stock: dict[str, str]
) -> None:
    with receiving(shop, stock, 200) as met:
        eventually(lambda: met.total() >= 200, 60)
    assert set(met) == {"200"}
