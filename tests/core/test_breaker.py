"""A system that stops answering costs few calls, and is asked again after a pause."""

from __future__ import annotations

import threading
import time

import pytest

from app.core.breaker import Breaker, NotAsked


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def call(breaker: Breaker, fault: Exception | None = None) -> None:
    with breaker.calling(ConnectionError):
        if fault:
            raise fault


def break_it(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(ConnectionError):
            call(breaker, ConnectionError())


def test_after_two_calls_without_an_answer_none_is_made() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    break_it(breaker, 2)
    with pytest.raises(NotAsked):
        call(breaker)


def test_an_answer_in_between_starts_the_count_again() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    for _ in range(3):
        break_it(breaker, 1)
        call(breaker)


def test_a_refusal_is_an_answer() -> None:
    breaker = Breaker(failures=1)
    with pytest.raises(KeyError):
        call(breaker, KeyError())
    call(breaker)


def test_after_the_pause_a_single_call_tries() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, pause_s=5, clock=clock)
    break_it(breaker, 2)
    clock.now_s += 5
    with breaker.calling(ConnectionError), pytest.raises(NotAsked):
        call(breaker)
    call(breaker)


def test_a_trial_without_an_answer_keeps_it_open() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, pause_s=5, clock=clock)
    break_it(breaker, 2)
    clock.now_s += 5
    break_it(breaker, 1)
    with pytest.raises(NotAsked):
        call(breaker)


def test_more_calls_than_places_give_up_soon() -> None:
    breaker = Breaker(at_once=2, wait_s=0.05)
    end, inside = threading.Event(), threading.Barrier(3)

    def wait() -> None:
        with breaker.calling(ConnectionError):
            inside.wait(10)
            end.wait(10)

    waiting = [threading.Thread(target=wait) for _ in range(2)]
    for thread in waiting:
        thread.start()
    inside.wait(10)
    began = time.monotonic()
    with pytest.raises(NotAsked):
        call(breaker)
    assert time.monotonic() - began < 5
    end.set()
    for thread in waiting:
        thread.join()
    call(breaker)
