"""Gunicorn's threaded worker behind a loop: threads get whole requests and never wait for a client.

One loop reads all connections and writes what their readers did not take at once, so that slow ones cost
memory and no thread. A stopping worker goes on taking connections until its successor does.
"""

from __future__ import annotations

import errno
import selectors
import socket
import sys
import time
from collections.abc import Callable
from concurrent import futures
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.cli.web import handover
from app.cli.web.framing import Framing, HeadTooLarge
from app.cli.web.outgoing import CONTINUE, Outgoing

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
#: How long a head, a body and the reading of an answer may take in all.
HEAD_S, BODY_S, ANSWER_S = 30.0, 60.0, 120.0
#: How long a connection that was answered last is still listened to, for a client that has more to say.
LINGER_S = 2.0
#: What all requests of a worker that are not whole may take together, and what all answers not yet read.
BUFFERED_BYTES = 64 * 1024 * 1024
#: What asks how we are, and how many threads it has to itself: all others may hang.
PROBES = {b"GET /healthz ": 1, b"GET /readyz/pages ": 1, b"GET /readyz": 2}
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]
    """A client's connection. `sock` is what gunicorn answers to; `line` is the socket itself."""

    def __init__(self, cfg: Any, line: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, line, client, server)
        self.line = line
        self.sock = self.out = Outgoing(line)
        self.framing = Framing()
        self.deadline = time.monotonic() + HEAD_S
        self.initialized = self.data_ready = True  # gunicorn has nothing to wait for

    @property
    def is_idle(self) -> bool:
        """Whether nothing of a request has arrived."""
        return not self.framing.received

    def next_request(self, left_over: bytes) -> bool:
        """Begin to read another request; return whether it is whole already."""
        self.framing = Framing()
        self.out.said_continue = False
        self.deadline = time.monotonic() + (HEAD_S if left_over else self.cfg.keepalive)
        return bool(left_over) and self.framing.add(left_over)


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """Serves whole requests by `threads` threads; those that ask how we are have threads of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading: dict[Connection, None] = {}
        #: Those whose answer is being read, and those that are about to be closed.
        self.closing: dict[Connection, None] = {}
        self.buffered_bytes = 0
        self.was_told = False
        self.probe_pools: dict[bytes, futures.ThreadPoolExecutor] = {}

    def init_process(self) -> None:
        self.probe_pools = {
            start: futures.ThreadPoolExecutor(threads) for start, threads in PROBES.items()
        }
        super().init_process()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: stop, once somebody else takes the connections."""
        self.was_told = True
        super().handle_exit(sig, frame)

    # -- a connection's way --------------------------------------------------------------------
    def accept(self, listener: Any) -> None:
        """Take a connection and wait for its request. The oldest one that still reads makes room."""
        try:
            line, client = listener.accept()
        except OSError as problem:
            if problem.errno in (errno.EMFILE, errno.ENFILE):
                self.make_room()
            elif problem.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self.make_room()
        self.read(Connection(self.cfg, line, client, listener.getsockname()))

    def make_room(self) -> None:
        """Close the connection that has been reading for longest."""
        if self.reading:
            self.close(next(iter(self.reading)))

    def read(self, conn: Connection) -> None:
        """Wait for more of a request."""
        self.reading[conn] = None
        self.poller.register(conn.line, READ, partial(self.on_readable, conn))

    def on_readable(self, conn: Connection, _line: Any) -> None:
        """Take in what arrived and hand a whole request to a thread."""
        if conn not in self.reading:
            return  # closed by another event of the same round
        try:
            data = conn.line.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close(conn)
            return
        if conn.is_idle:
            conn.deadline = time.monotonic() + HEAD_S
        self.buffered_bytes += len(data)
        had_head = conn.framing.has_head
        try:
            is_whole = conn.framing.add(data)
        except HeadTooLarge:
            self.refuse(conn, TOO_LARGE)
            return
        if is_whole:
            self.stop_reading(conn)
            self.enqueue_req(conn)
        elif conn.framing.has_head and not had_head:
            self.await_body(conn)
        if self.buffered_bytes > BUFFERED_BYTES:
            self.make_room()

    def await_body(self, conn: Connection) -> None:
        conn.deadline = time.monotonic() + BODY_S
        if conn.framing.expects_continue:
            conn.out.said_continue = True
            try:
                conn.line.send(CONTINUE)
            except OSError:
                self.close(conn)

    def stop_reading(self, conn: Connection) -> None:
        """Forget the connection in the loop; its bytes are somebody else's now."""
        del self.reading[conn]
        self.buffered_bytes -= len(conn.framing.received)
        self.poller.unregister(conn.line)

    def enqueue_req(self, conn: Connection) -> None:
        """Give a whole request to a thread."""
        conn.parser = http.get_parser(self.cfg, [bytes(conn.framing.received)], conn.client)
        pools = (
            pool
            for start, pool in self.probe_pools.items()
            if conn.framing.received.startswith(start)
        )
        future = next(pools, self.tpool).submit(self.handle, conn)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle(self, conn: Connection) -> Any:
        """Answer the request. Runs in a thread; what the reader does not take at once the loop sends."""
        keeps = super().handle(conn)
        try:
            conn.out.flush()
        except OSError:
            conn.out.pending.clear()
            return False
        return bool(keeps) and not conn.framing.is_cut

    def finish_request(self, conn: Connection, future: futures.Future[Any]) -> None:
        """Go on with an answered connection: send the rest, then read again or close."""
        keeps = not future.cancelled() and future.exception() is None and future.result()
        if conn.out.pending:
            conn.deadline = time.monotonic() + ANSWER_S
            self.closing[conn] = None
            self.poller.register(conn.line, WRITE, partial(self.on_writable, conn, bool(keeps)))
            while sum(len(one.out.pending) for one in self.closing) > BUFFERED_BYTES:
                self.close(next(one for one in self.closing if one.out.pending))
        else:
            self.go_on(conn, bool(keeps))

    def on_writable(self, conn: Connection, keeps: bool, _line: Any) -> None:
        """Send more of an answer."""
        if conn not in self.closing:
            return
        try:
            if not conn.out.flush():
                return
        except OSError:
            self.close(conn)
            return
        del self.closing[conn]
        self.poller.unregister(conn.line)
        self.go_on(conn, keeps)

    def go_on(self, conn: Connection, keeps: bool) -> None:
        if not keeps:
            self.linger(conn)
            return
        try:
            is_whole = conn.next_request(conn.parser.unreader.buf.getvalue())
        except HeadTooLarge:
            self.linger(conn)
            return
        if is_whole:
            self.enqueue_req(conn)
        else:
            self.buffered_bytes += len(conn.framing.received)
            self.read(conn)

    # -- its end -------------------------------------------------------------------------------
    def refuse(self, conn: Connection, answer: bytes) -> None:
        """Say in one line why a request is not waited for, and close."""
        self.stop_reading(conn)
        try:
            conn.line.send(answer)
        except OSError:
            self.drop(conn)
        else:
            self.linger(conn)

    def linger(self, conn: Connection) -> None:
        """Say that no more comes, and close when the client has closed: closing at once would take back an answer
        that it has not read yet."""
        try:
            conn.line.shutdown(socket.SHUT_WR)
        except OSError:
            self.drop(conn)
            return
        conn.deadline = time.monotonic() + LINGER_S
        self.closing[conn] = None
        self.poller.register(conn.line, READ, partial(self.on_afterthought, conn))

    def on_afterthought(self, conn: Connection, _line: Any) -> None:
        if conn not in self.closing:
            return
        try:
            more = conn.line.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            more = b""
        if not more:
            self.close(conn)

    def close(self, conn: Connection) -> None:
        """Close a connection that the loop has."""
        if conn in self.reading:
            self.stop_reading(conn)
        elif self.closing.pop(conn, conn) is None:
            self.poller.unregister(conn.line)
        self.drop(conn)

    def drop(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.line.close()

    def close_overdue(self) -> None:
        """Close what took too long; whoever began a request is told so."""
        now = time.monotonic()
        for conn in [one for one in self.reading if one.deadline <= now]:
            if conn.is_idle:
                self.close(conn)
            else:
                self.refuse(conn, TIMED_OUT)
        for conn in [one for one in self.closing if one.deadline <= now]:
            self.close(conn)

    # -- the loop ------------------------------------------------------------------------------
    def run(self) -> None:
        """Serve until told to stop, then until everybody was answered or the time is up."""
        self.poller.register(self.method_queue.fileno(), READ, self.method_queue.run_callbacks)
        self.set_accept_enabled(True)
        handover.say_ready()
        self.turn_while(lambda: self.alive and self.is_parent_alive())
        if self.was_told:
            self.hand_over()
        self.set_accept_enabled(False)
        self.finish()
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()
        for listener in self.sockets:
            listener.close()

    def turn_while(self, goes_on: Callable[[], bool], pause_s: float = 1.0) -> None:
        swept_at = 0.0
        while goes_on():
            self.notify()
            self.wait_for_and_dispatch_events(timeout=pause_s)
            if time.monotonic() - swept_at >= min(pause_s, 0.5):
                self.close_overdue()
                swept_at = time.monotonic()

    def hand_over(self) -> None:
        """Go on taking connections, each for one request, until the successor does or the time is up."""
        health = sys.modules.get("app.core.web.health")  # none where another application is served
        if health is not None:
            health.stop_taking_requests()
        until = time.monotonic() + handover.DRAIN_S
        successor = handover.Successor()
        self.turn_while(lambda: successor.is_awaited() or time.monotonic() < until, 0.1)

    def finish(self) -> None:
        """Answer what has begun. Idle connections stay a moment: their client may be about to ask."""
        began = time.monotonic()
        until = began + self.cfg.graceful_timeout
        idle_until = began + handover.IDLE_S

        def goes_on() -> bool:
            now = time.monotonic()
            if now >= idle_until:
                for conn in [one for one in self.reading if one.is_idle]:
                    self.close(conn)
            return bool(self.nr_conns) and now < until

        self.turn_while(goes_on, 0.1)
