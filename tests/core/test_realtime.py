from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
import uuid

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.core import queue, realtime, relay, settings
from app.core.db import db
from tests.core.thing import say
from tests.realtime_process import realtime_process


@pytest.fixture(scope="module")
def server(shop_environment):
    """The realtime process as the Procfile runs it: gunicorn, ASGI, one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    with realtime_process(address, shop_environment):
        yield address


def listen(server, streams, **options):
    return connect(f"ws://{server}/ws?ticket={realtime.ticket(streams)}", **options)


def hear(link, stream, timeout_s=10):
    """Return the next ping of `stream`; publishing goes on until the subscription stands."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        realtime.publish([json.dumps({"stream": str(stream), "name": "thing.done"})])
        try:
            return json.loads(link.recv(timeout=0.2))
        except TimeoutError:
            continue
    raise AssertionError("nothing was heard")


def test_a_ticket_opens_the_streams_it_was_made_for(app):
    mine = uuid.uuid4()
    assert realtime.admit(realtime.ticket([mine])) == {str(mine)}


@pytest.mark.parametrize("forged", ["", "x", "WyIqIl0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_a_forged_ticket_opens_nothing(app, forged):
    assert realtime.admit(forged) is None


def test_a_ticket_is_good_for_ten_minutes(app, monkeypatch):
    ticket = realtime.ticket(["*"])
    monkeypatch.setattr(realtime, "TICKET_S", -1)
    assert realtime.admit(ticket) is None


def test_a_page_hears_that_its_order_changed(server, app):
    mine = uuid.uuid4()
    with listen(server, [mine]) as link:
        assert hear(link, mine) == {"stream": str(mine), "name": "thing.done"}


def test_a_change_committed_by_a_service_reaches_the_page(server, committed):
    with committed.app.app_context():
        mine = uuid.uuid4()
        with listen(server, [mine]) as link:
            hear(link, mine)
            say("thing.committed", stream_id=mine)
            db.session.commit()
            relay.drain({})
            heard = {}
            while heard.get("name") != "thing.committed":
                heard = json.loads(link.recv(timeout=10))
        db.session.remove()
    assert heard == {"stream": str(mine), "name": "thing.committed", "kind": "things"}


def test_a_customer_never_hears_of_another_order(server, app):
    mine, foreign = uuid.uuid4(), uuid.uuid4()
    with listen(server, [mine]) as link:
        hear(link, mine)
        realtime.publish([json.dumps({"stream": str(foreign), "name": "thing.secret"})])
        realtime.publish([json.dumps({"stream": str(mine), "name": "thing.last"})])
        names = []
        while "thing.last" not in names:
            names.append(json.loads(link.recv(timeout=10))["name"])
    assert "thing.secret" not in names


def test_staff_hear_of_every_order(server, app):
    with listen(server, ["*"]) as link:
        some = uuid.uuid4()
        assert hear(link, some)["stream"] == str(some)


def closed_within(link, timeout_s=10):
    """Whether the server ends the line; pings before that are read over."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        try:
            link.recv(timeout=0.2)
        except TimeoutError:
            continue
        except ConnectionClosed:
            return True
    return False


def test_a_disabled_persons_line_is_cut_at_once_and_its_ticket_opens_none(server, committed):
    from app.accounts.verbs import create_staff, disable_staff
    from app.core.actor import system

    with committed.app.app_context():
        ines, bo = (
            create_staff(None, f"{name}@example.com", name.title(), ["sales"], actor=system("cli"))
            for name in ("ines", "bo")
        )
        db.session.commit()
        relay.drain({})
        kept = realtime.ticket(["*", ines.id])
        with (
            connect(f"ws://{server}/ws?ticket={kept}") as hers,
            listen(server, ["*", bo.id]) as his,
        ):
            hear(hers, "x"), hear(his, "x")
            disable_staff(ines.id, actor=system("cli"))
            db.session.commit()
            relay.drain({})
            assert closed_within(hers)
            assert hear(his, "y")["stream"]
        with (
            pytest.raises((InvalidStatus, ConnectionClosed)),
            connect(f"ws://{server}/ws?ticket={kept}") as again,
        ):
            again.recv(timeout=5)
        db.session.remove()


def test_a_revoked_links_line_is_cut(server, app):
    mine, other = uuid.uuid4(), uuid.uuid4()
    with listen(server, [mine]) as link, listen(server, ["*", other]) as staff:
        hear(link, mine), hear(staff, mine)
        told = {"stream": str(mine), "name": "link.revoked", "kind": "order_links", "ends": True}
        realtime.publish([json.dumps(told)])
        assert closed_within(link)
        assert hear(staff, "x")["stream"]


def test_a_line_whose_end_was_told_while_nobody_listened_is_cut(server, app):
    mine = uuid.uuid4()
    with listen(server, [mine]) as link:
        hear(link, mine)
        queue.connection().set(realtime.ended_key(str(mine)), time.time(), ex=60)
        lose_every_subscription()
        assert closed_within(link)


@pytest.mark.parametrize("ticket", ["", "forged"])
def test_without_a_ticket_there_is_no_socket(server, app, ticket):
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        connect(f"ws://{server}/ws?ticket={ticket}") as link,
    ):
        link.recv(timeout=5)


def test_another_sites_page_gets_no_socket(server, app):
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        listen(server, ["*"], origin="https://evil.example") as link,
    ):
        link.recv(timeout=5)


def test_our_own_page_gets_one(server, app, shop_environment):
    with listen(server, ["*"], origin=shop_environment["BASE_URL"]) as link:
        assert hear(link, "x")["stream"] == "x"


def lose_every_subscription():
    """End the subscriptions of this test process; others use the same server."""
    redis = queue.connection()
    ours = str(redis.connection_pool.connection_kwargs["db"])
    for client in redis.client_list(_type="pubsub"):
        if client["db"] == ours:
            redis.client_kill_filter(_id=client["id"])


def test_a_page_hears_again_after_redis_lost_every_connection(server, app):
    mine = uuid.uuid4()
    with listen(server, [mine]) as link:
        hear(link, mine)
        lose_every_subscription()
        assert hear(link, mine)["name"] in {"thing.done", "reconnected"}


def test_a_slow_socket_drops_its_oldest_pings_only():
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from app.core.realtime_server import HELD, Switchboard

    async def flood():
        board, slow = Switchboard(), asyncio.Queue(maxsize=HELD)
        board.sockets[slow] = frozenset({"*"})
        for n in range(HELD + 10):
            board.fan_out(json.dumps({"stream": "a", "name": str(n)}))
        return [json.loads(slow.get_nowait())["name"] for _ in range(slow.qsize())]

    with ThreadPoolExecutor(1) as thread:  # a browser test before may have left a loop in this one
        kept = thread.submit(asyncio.run, flood()).result()
    assert (len(kept), kept[-1]) == (HELD, str(HELD + 9))


def test_two_shops_on_one_redis_do_not_hear_each_other(app):
    ours = settings.current()
    names = []
    for number in (1, 2):
        place = ours.redis_url.rpartition("/")[0] + f"/{number}"
        settings.use(ours.model_copy(update={"redis_url": place}))
        names.append(realtime.channel())
    settings.use(ours)
    assert names[0] != names[1]


def test_any_other_address_is_not_here(server):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://{server}/orders", timeout=5)
    assert caught.value.code == 404
    caught.value.close()
