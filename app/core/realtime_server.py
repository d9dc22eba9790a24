"""The realtime process: an ASGI application that holds the WebSockets and fans pings out to them."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from app.core.realtime import EVERYTHING, admit, channel
from app.core.settings import current

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
HELD = 64
"""Pings kept for a slow socket; past that the oldest goes, since any ping means "look again"."""


class Switchboard:
    """All sockets of this process, and the one subscription that feeds them."""

    def __init__(self) -> None:
        self.sockets: dict[asyncio.Queue[str], frozenset[str]] = {}
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

    def fan_out(self, message: str) -> None:
        """Give `message` to every socket that may hear its stream."""
        stream = json.loads(message)["stream"]
        for waiting, streams in self.sockets.items():
            if stream == EVERYTHING or EVERYTHING in streams or stream in streams:
                if waiting.full():
                    waiting.get_nowait()
                waiting.put_nowait(message)


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
    streams = admit(given) if _own_origin(scope) else None
    if streams is None:
        await send({"type": "websocket.close", "code": 4401, "reason": "ticket"})
        return
    await send({"type": "websocket.accept"})
    switchboard.ensure_feed()
    waiting: asyncio.Queue[str] = asyncio.Queue(maxsize=HELD)
    switchboard.sockets[waiting] = streams
    writer = asyncio.create_task(_write(waiting, send))
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass  # a page has nothing to say; its frames only show that it lives
    finally:
        writer.cancel()
        del switchboard.sockets[waiting]


async def _write(waiting: asyncio.Queue[str], send: Send) -> None:
    while True:
        await send({"type": "websocket.send", "text": await waiting.get()})


def _own_origin(scope: dict[str, Any]) -> bool:
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return origin in {"", current().base_url}
