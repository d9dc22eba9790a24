"""The way out of a request: an answer is kept until it is whole, so that a slow reader holds no thread."""

from __future__ import annotations

import select
import socket
from typing import IO, Any

#: An answer up to here waits for its end and leaves in one piece.
GATHERED_BYTES = 256 * 1024
#: What is kept for one reader at most; a thread with more to say waits for it.
KEPT_BYTES = 16 * 1024 * 1024
STALLED_S = 15.0
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Outgoing:
    """What gunicorn takes for the client's socket while it answers. It never blocks on a slow reader, unless more
    than 16 MiB wait for them."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.pending = bytearray()
        self.said_continue = False

    def sendall(self, data: bytes) -> None:
        """Keep or send `data`. Raises OSError where the reader is gone, or takes nothing for 15 s."""
        self.pending += data
        if len(self.pending) >= GATHERED_BYTES:
            self.flush()
        while len(self.pending) >= KEPT_BYTES:
            if not select.select((), (self.line,), (), STALLED_S)[1]:
                raise TimeoutError("The reader takes nothing.")
            self.flush()

    def send(self, data: bytes) -> int:
        """As `sendall`; what the loop has said already (100 Continue) is not said again."""
        if data != CONTINUE or not self.said_continue:
            self.sendall(data)
        return len(data)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        """Send `count` bytes of a file from `offset` on, all of them by default; return how many."""
        file.seek(offset)
        sent = 0
        while data := file.read(min(65536, count - sent) if count is not None else 65536):
            self.sendall(data)
            sent += len(data)
        return sent

    def flush(self) -> bool:
        """Send what the reader takes now; return whether all of it is gone. Raises OSError."""
        while self.pending:
            try:
                sent = self.line.send(self.pending)
            except (BlockingIOError, InterruptedError):
                return False
            del self.pending[:sent]
        return True

    def gettimeout(self) -> float:
        """Return 0: nothing waits here."""
        return 0.0

    def setblocking(self, flag: bool) -> None:
        """Do nothing: the line never blocks."""

    def settimeout(self, value: float | None) -> None:
        """Do nothing: the line never blocks."""

    def recv(self, size: int) -> bytes:
        """Return nothing: whole requests are handed over, so there is no more to read."""
        return b""

    def shutdown(self, how: int) -> None:
        """Do nothing: the loop closes the line when the answer is out."""

    def close(self) -> None:
        """Do nothing: the loop closes the line when the answer is out."""

    def fileno(self) -> int:
        """Return the line's number."""
        return self.line.fileno()

    def getsockname(self) -> Any:
        """Return our own end's address."""
        return self.line.getsockname()
