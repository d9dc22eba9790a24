"""A breaker around calls to another system: one that stops answering holds up few requests, and briefly."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class NotAsked(Exception):
    """The call was not made: the other system did not answer lately, or too many calls wait for it."""


class Breaker:
    """At most `at_once` calls run at a time. After `failures` calls in a row that got no answer, none is made
    for `pause_s` seconds; then a single call tries whether it answers again. Safe between threads."""

    def __init__(
        self,
        *,
        at_once: int = 4,
        failures: int = 2,
        pause_s: float = 5.0,
        wait_s: float = 0.3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._most = failures
        self._pause_s = pause_s
        self._wait_s = wait_s
        self._clock = clock
        self._change = threading.Condition()
        self._running = 0
        self._failures = 0
        self._try_again_at = 0.0

    @contextmanager
    def calling(self, *no_answer: type[Exception]) -> Iterator[None]:
        """Let the block make one call; an exception of `no_answer` in it means that nobody answered. Raises
        NotAsked in place of the block, after `wait_s` where all places stay taken."""
        with self._change:
            self._change.wait_for(lambda: self._running < self._at_once, self._wait_s)
            if self._running >= self._at_once or not self._is_due():
                raise NotAsked
            self._running += 1
        answered = True
        try:
            yield
        except no_answer:
            answered = False
            raise
        finally:
            with self._change:
                self._running -= 1
                self._failures = 0 if answered else self._failures + 1
                if not answered:
                    self._try_again_at = self._clock() + self._pause_s
                self._change.notify()

    def _is_due(self) -> bool:
        """Return whether a call may be made now. The one that tries puts off the others."""
        if self._failures >= self._most:
            if self._clock() < self._try_again_at:
                return False
            self._try_again_at = self._clock() + self._pause_s
        return True
