"""Where a request ends: looked for in what has arrived so far, before anybody parses it.

Only when to hand a request over is decided here. What it says is gunicorn's to parse, from the same bytes and
from no others, so that a wrong guess ends in its refusal and never in a second reading of the same connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_HEAD_BYTES = 64 * 1024
#: What the application takes, and the framing of chunks.
MAX_BODY_BYTES = 2 * 1024 * 1024 + 64 * 1024
MAX_LINE_BYTES = 8 * 1024
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,18})[ \t]*(?=\r\n|$)", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:[^\r\n]*chunked", re.I)
EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue", re.I)


class HeadTooLarge(Exception):
    """The head has no end within 64 KiB."""


@dataclass
class Framing:
    """What is known of the request at the beginning of `received`."""

    received: bytearray = field(default_factory=bytearray)
    is_whole: bool = False
    is_cut: bool = False
    """The body is larger than the application takes: it is handed over as far as it came."""
    expects_continue: bool = False
    _head_bytes: int = 0
    _needed_bytes: int | None = None
    _looked_at: int = 0

    @property
    def has_head(self) -> bool:
        """Whether the head has arrived."""
        return self._head_bytes > 0

    def add(self, data: bytes) -> bool:
        """Take in what arrived; return whether the request is whole. Raises HeadTooLarge."""
        self.received += data
        if not self.has_head and not self._find_head():
            return False
        if self._needed_bytes is not None:
            self.is_whole = len(self.received) >= self._needed_bytes
        else:
            self.is_whole = self._walk_chunks()
        if not self.is_whole and len(self.received) - self._head_bytes > MAX_BODY_BYTES:
            self.is_whole = self.is_cut = True
        return self.is_whole

    def _find_head(self) -> bool:
        end = self.received.find(b"\r\n\r\n", max(0, self._looked_at - 3))
        self._looked_at = len(self.received)
        if end < 0:
            if len(self.received) > MAX_HEAD_BYTES:
                raise HeadTooLarge
            return False
        self._head_bytes = self._looked_at = end + 4
        head = bytes(self.received[:end])
        self.expects_continue = EXPECTS.search(head) is not None
        if CHUNKED.search(head):
            return True
        length = LENGTH.search(head)
        body_bytes = int(length[1]) if length else 0
        self._needed_bytes = self._head_bytes + body_bytes
        if body_bytes > MAX_BODY_BYTES:
            self._needed_bytes, self.is_cut = self._head_bytes, True
        return True

    def _walk_chunks(self) -> bool:
        """Go on from chunk to chunk; return whether the last one is there. What is no chunk ends it."""
        while True:
            end = self.received.find(b"\r\n", self._looked_at)
            if end < 0:
                return len(self.received) - self._looked_at > MAX_LINE_BYTES
            size = self.received[self._looked_at : end].partition(b";")[0].strip()
            try:
                size_bytes = int(size, 16)
            except ValueError:
                return True
            if size_bytes <= 0:
                return self.received.find(b"\r\n\r\n", end) >= 0
            following = end + 2 + size_bytes + 2
            if following > len(self.received):
                return False
            self._looked_at = following
