"""Whoever can write to Redis makes a worker run nothing but deliveries."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rq.serializers import JSONSerializer
from rq.webhook import Webhook

from app.core import queue, relay
from app.core.db import db
from app.core.deliveries import Reaction
from app.core.delivery_job import ENTRY
from tests.core.thing import deliveries, reactions, say

ran = []


def note(event):
    ran.append(event.id)


TABLE = {"thing.done": [Reaction("first", do=note)]}


@pytest.fixture
def shop(committed):
    queue.connection().flushdb()
    ran.clear()
    with committed.app.app_context(), reactions(committed.app, TABLE):
        yield committed
        db.session.remove()


def good_job():
    say()
    db.session.commit()
    relay.drain(TABLE)
    (job,) = queue.queue("events").jobs
    return job


def forge(job, **fields):
    """Change a waiting job as anybody can who reaches Redis."""
    queue.connection().hset(job.key, mapping=fields)


def run_all():
    queue.worker("events").work(burst=True, logging_level="CRITICAL")
    db.session.rollback()


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "written-by-a-job"


@pytest.mark.parametrize("name", ["os.system", "subprocess.check_call", "builtins.exec"])
def test_a_job_that_names_another_function_is_refused(shop, target, name):
    command = f"open({str(target)!r}, 'w')" if "exec" in name else f"touch {target}"
    given = [["touch", str(target)]] if "subprocess" in name else [command]
    forge(good_job(), data=JSONSerializer.dumps([name, None, given, {}]))
    run_all()
    assert not target.exists()
    assert deliveries()[0].state == "pending"


def test_a_pickled_job_is_never_unpickled(shop, target):
    forge(good_job(), data=b"cposix\nsystem\n(S'touch " + str(target).encode() + b"'\ntR.")
    run_all()
    assert not target.exists()


@pytest.mark.parametrize("given", [[], [str(Path("/etc/passwd"))], [{"id": 1}], [None]])
def test_the_one_entry_takes_ids_of_deliveries_only(shop, given):
    forge(good_job(), data=JSONSerializer.dumps([ENTRY, None, given, {}]))
    run_all()
    assert ran == []


def test_a_method_of_an_object_or_named_arguments_are_refused(shop):
    job = good_job()
    for data in (["deliver", "jobs.deliver", [], {}], [ENTRY, None, [], {"a": 1}]):
        forge(job, data=JSONSerializer.dumps(data))
        run_all()
    assert ran == []


@pytest.mark.parametrize("when", ["success", "failure", "stopped"])
def test_a_callback_that_redis_names_is_never_called(shop, monkeypatch, when):
    called = []
    monkeypatch.setattr(relay, "called_back", lambda *_: called.append(1), raising=False)
    job = good_job()
    forge(job, **{f"{when}_callback_name": "app.core.relay.called_back"})
    if when == "failure":
        forge(job, data=JSONSerializer.dumps(["os.system", None, ["true"], {}]))
    run_all()
    assert called == []
    assert len(ran) == (when != "failure")


def test_a_webhook_that_redis_names_is_never_sent(shop):
    heard = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = Webhook(f"http://127.0.0.1:{server.server_port}/x", "finished")
    forge(good_job(), webhooks=json.dumps([hook.to_dict()]))
    run_all()
    server.shutdown()
    assert heard == []
    assert len(ran) == 1


def test_what_the_relay_hands_out_is_run(shop):
    good_job()
    run_all()
    assert len(ran) == 1
    assert deliveries()[0].state == "done"
