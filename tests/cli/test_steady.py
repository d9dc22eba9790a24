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
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import requests

from app.cli.embedded import processes
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
    """A running shop with the demo's stock, in which locks are waited for briefly."""
    home = tmp_path_factory.mktemp("steady") / "the shop"
    running = running_shop.start(home, LOCK_TIMEOUT_MS="300")
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


def watching(shop: RunningShop) -> dict[str, str]:
    """What the monitoring of this shop sends."""
    return {"Authorization": f"Bearer {shop.settings()['MONITOR_TOKEN']}"}


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
    watch = asking(address(shop), ["/readyz"], clients=4, headers=watching(shop))
    with hung(shop, part), watch as readiness:
        with asking(address(shop), ["/", "/healthz", "/readyz/pages"], clients=4) as answers:
            answered(answers, 100)
        eventually(lambda: readiness.seconds, 30)
    assert answers.errors == []
    assert max(answers.statuses) < 500
    assert answers.p95_s() < 1
    assert max(readiness.seconds) < 5
    assert set(readiness.statuses) == {503}


def family_of(pid: int) -> list[int]:
    """The process and everything it started; each backend of PostgreSQL leads a session of its own."""
    whole = psutil.Process(pid)
    return [pid, *(child.pid for child in whole.children(recursive=True))]


@pytest.mark.parametrize("part", ["all of it", "what takes connections"])
def test_a_database_that_hangs_is_said_to_be_away_within_seconds(
    shop: RunningShop, part: str
) -> None:
    asked = ["/", "/p/invitation-card-a6", "/admin/sign-in"]
    with asking(address(shop), asked, clients=4) as before:
        answered(before, 30)
    leader = pid_of(shop, "postgres")
    frozen = family_of(leader) if part == "all of it" else [leader]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        with (
            asking(address(shop), ["/healthz"], clients=2, pause_s=0.05) as health,
            asking(address(shop), asked, clients=20) as answers,
        ):
            answered(answers, 200)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert answers.errors == health.errors == []
    assert set(answers.statuses) <= {200, 429, 503}
    assert max(answers.seconds) < 12
    if part == "all of it":
        assert answers.statuses[503] > 100
    assert (set(health.statuses), health.p95_s() < 1) == ({200}, True)
    eventually(lambda: requests.get(address(shop), timeout=30).status_code == 200, 30)


@pytest.mark.parametrize("all_of_it", [False, True])
def test_pages_come_back_when_their_process_was_killed_under_load(
    shop: RunningShop, all_of_it: bool
) -> None:
    with asking(address(shop), ["/", "/healthz"], clients=8) as answers:
        answered(answers, 50)
        old, place = pid_of(shop, "web"), shop.home / "run" / "web.pid"
        if all_of_it:
            shop.kill("web")
        else:
            os.kill(old, signal.SIGKILL)
        eventually(lambda: (new := processes.read_record(place)) and new.pid != old, 60)
        answered(answers, 100)
    assert set(answers.statuses) <= {200, 429}
    assert processes.session_members(old) == []
    assert requests.get(f"{address(shop)}/p/invitation-card-a6", timeout=30).status_code == 200


def test_an_upload_says_within_seconds_that_the_storage_is_silent(shop: RunningShop) -> None:
    browser = requests.Session()
    page = browser.get(f"{address(shop)}/p/invitation-card-a6", timeout=30).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None, page[:2000]
    for _ in range(8):  # each process reads boto3 with its first question
        requests.get(f"{address(shop)}/readyz", timeout=30, headers=watching(shop))
    with hung(shop, "seaweedfs"):
        began = time.monotonic()
        answer = browser.post(
            f"{address(shop)}/uploads",
            json={"file_name": "card.pdf", "size_bytes": 5000, "sha256": "0" * 64},
            headers={"X-CSRFToken": token[1]},
            timeout=30,
        )
        assert time.monotonic() - began < 5
    assert answer.status_code == 503, answer.text
    assert "The file storage is not responding." in answer.text
    assert answer.headers["Retry-After"]


def test_pages_are_replaced_under_load_without_an_error(shop: RunningShop) -> None:
    with asking(address(shop), ["/", *PAGES[2:]], clients=8) as answers:
        answered(answers, 100)
        old = pid_of(shop, "web")
        os.kill(old, signal.SIGTERM)
        eventually(lambda: not Path(f"/proc/{old}").exists(), 60)
        answered(answers, 100)
    assert answers.errors == []
    assert set(answers.statuses) <= {200, 429}


@dataclass
class Receipts:
    """Receives one piece of an item at a time, each with a key of its own; `met` counts the statuses."""

    shop: RunningShop
    stock: dict[str, str]
    met: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def receive(self, client: int, most: int) -> None:
        """Receive at most so many times, from an address of its own: each has its limit."""
        port = urlsplit(address(self.shop)).port
        own = (f"127.0.1.{client}", 0)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=own)
        path = f"/api/v1/stock-items/{self.stock['item']}/receive"
        for _ in range(most):
            headers = {
                "Authorization": f"Bearer {self.stock['key']}",
                "Content-Type": "application/json",
                "Idempotency-Key": uuid.uuid4().hex,
            }
            try:
                line.request("POST", path, body='{"quantity": "1"}', headers=headers)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as problem:
                self.met[repr(problem)] += 1
                line.close()
                continue
            self.met[str(answer.status)] += 1
            if answer.status == 503 and not answer.getheader("Retry-After"):
                self.met["503 without a time"] += 1
            if self.stop.is_set():
                break
        line.close()

    @contextmanager
    def under_way(self, clients: int, most: int = 10_000) -> Iterator[Counter[str]]:
        """Let so many clients receive until the end of the block."""
        threads = [
            threading.Thread(target=self.receive, args=(number + 1, most), daemon=True)
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        yield self.met
        self.stop.set()
        for thread in threads:
            thread.join(60)


def test_a_database_that_is_restarted_under_load_is_said_to_be_away(
    shop: RunningShop, stock: dict[str, str]
) -> None:
    with Receipts(shop, stock).under_way(16) as met:
        eventually(lambda: met["200"] > 10, 60)
        os.kill(pid_of(shop, "postgres"), signal.SIGINT)
        eventually(lambda: met["503"] > 0, 60)
        before = met["200"]
        eventually(lambda: met["200"] > before + 10, 60)
    assert set(met) == {"200", "503"}


def test_two_hundred_at_once_for_one_item_are_all_served(
    shop: RunningShop, stock: dict[str, str]
) -> None:
    log = shop.home / "logs" / "web.log"
    owner = shop.settings()["OWNER_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(owner) as longest:
        longest.execute("SELECT * FROM stock_levels FOR UPDATE")
        with Receipts(shop, stock).under_way(200, most=1) as met:
            eventually(lambda: "request.repeated" in log.read_text(), 30)
            longest.rollback()
            eventually(lambda: met.total() >= 200, 60)
    assert met == {"200": 200}
