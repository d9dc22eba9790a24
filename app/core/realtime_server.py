"""The realtime process: an ASGI application that holds the WebSockets and fans pings out to them."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from app.core.realtime import EVERYTHING, TICKET_S, Admission, channel, ended_key, read_ticket
from app.core.settings import current

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
HELD = 64
"""Pings kept for a slow socket; past that the oldest goes, since any ping means "look again"."""
CUT = ""
"""In place of a ping: the line ends, and the page has to ask for a ticket again."""


class Switchboard:
    """All sockets of this process, and the one subscription that feeds them."""

    def __init__(self) -> None:
        self.sockets: dict[asyncio.Queue[str], frozenset[str]] = {}
        self.issued: dict[asyncio.Queue[str], float] = {}
        self.feed: asyncio.Task[None] | None = None

    def ensure_feed(self) -> None:
        """Start the subscription with the first socket."""
        if self.feed is None or self.feed.done():
            self.feed = asyncio.get_running_loop().create_task(self._feed())

    async def _feed(self) -> None:
        from redis.asyncio import Redis

        while True:
            redis = Redis.from_url(current().redis_url, socket_connect_timeout=2)
            try:
                async with redis.pubsub() as subscription:
                    await subscription.subscribe(channel())
                    await self._cut_missed()
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            self.fan_out(message["data"].decode("utf-8"))
            except asyncio.CancelledError:
                raise
            except Exception:
                await asyncio.sleep(1)
                self.fan_out(json.dumps({"stream": EVERYTHING, "name": "reconnected"}))
            finally:
                with contextlib.suppress(Exception):
                    await redis.aclose()

    async def _cut_missed(self) -> None:
        """Cut the lines whose end was told while nobody listened."""
        for waiting, streams in list(self.sockets.items()):
            if await has_ended(Admission(streams, self.issued.get(waiting, 0))):
                _put(waiting, CUT)

    def fan_out(self, message: str) -> None:
        """Give `message` to every socket that may hear its stream; cut those that it ends."""
        told = json.loads(message)
        stream = told["stream"]
        for waiting, streams in self.sockets.items():
            if told.get("ends") and stream in streams:
                _put(waiting, CUT)
            elif stream == EVERYTHING or EVERYTHING in streams or stream in streams:
                _put(waiting, message)


def _put(waiting: asyncio.Queue[str], message: str) -> None:
    if waiting.full():
        waiting.get_nowait()
    waiting.put_nowait(message)


async def has_ended(admission: Admission) -> bool:
    """Return whether access to one of the ticket's streams ended since it was issued. Raises what Redis
    raises: nobody can tell then."""
    from redis.asyncio import Redis

    opened = Redis.from_url(current().redis_url, socket_connect_timeout=2, socket_timeout=2)
    async with opened as redis:
        ended = await redis.mget([ended_key(stream) for stream in admission.streams])
    return any(moment is not None and admission.issued_at <= float(moment) for moment in ended)


switchboard = Switchboard()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI entry: ``/ws?ticket=…`` for sockets, ``/healthz`` for the supervisor."""
    if scope["type"] == "lifespan":
        for _step in ("startup", "shutdown"):
            message = await receive()
            await send({"type": message["type"] + ".complete"})
    elif scope["type"] == "http":
        await _http(scope, send)
    else:
        await _socket(scope, receive, send)


async def _http(scope: dict[str, Any], send: Send) -> None:
    found = scope["path"] == "/healthz"
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok\n" if found else b"not here\n"})


async def _socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    await receive()
    given = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    admission = read_ticket(given) if _own_origin(scope) else None
    if admission is None:
        await send({"type": "websocket.close", "code": 4401, "reason": "ticket"})
        return
    switchboard.ensure_feed()
    waiting: asyncio.Queue[str] = asyncio.Queue(maxsize=HELD)
    # before it is looked up whether access ended: what ends meanwhile cuts the line
    switchboard.sockets[waiting] = admission.streams
    switchboard.issued[waiting] = admission.issued_at
    try:
        await _hold_line(waiting, admission, receive, send)
    finally:
        del switchboard.sockets[waiting], switchboard.issued[waiting]


async def _hold_line(
    waiting: asyncio.Queue[str], admission: Admission, receive: Receive, send: Send
) -> None:
    """Accept the socket and write its pings until either side ends it."""
    try:
        is_over = await has_ended(admission)
    except Exception:
        await send({"type": "websocket.close", "code": 4503, "reason": "try again"})
        return
    if is_over:
        await send({"type": "websocket.close", "code": 4401, "reason": "ticket"})
        return
    await send({"type": "websocket.accept"})
    tasks = [asyncio.create_task(_write(waiting, send)), asyncio.create_task(_read(receive))]
    try:
        # no longer than its ticket: the page then asks the web process for another
        await asyncio.wait(tasks, timeout=TICKET_S, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[1].done():
            await send({"type": "websocket.close", "code": 4401, "reason": "ticket"})
    finally:
        for task in tasks:
            task.cancel()


async def _read(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass  # a page has nothing to say; its frames only show that it lives


async def _write(waiting: asyncio.Queue[str], send: Send) -> None:
    while (message := await waiting.get()) != CUT:
        await send({"type": "websocket.send", "text": message})


def _own_origin(scope: dict[str, Any]) -> bool:
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return origin in {"", current().base_url}
