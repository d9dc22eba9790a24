"""A process that has read the libraries, the longest part of a task, and forks a child for each.

Started as a file with an environment that holds nothing of ours; never looks at a foreign file itself.
Over the socket on descriptor 0 comes ``{"folder", "task", "wall_s", "watch": {"folders", "most_mb"}}``, back
goes ``{"in_time", "exit"}``; when the other end is gone, the task is ended and so is this process.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
import types
from typing import Any

MESSAGE_BYTES = 64 * 1024
LOOK_S = 0.05  # how often a running task is looked at


def _root_without_start() -> None:
    """Make `app` importable without running it: no Flask, no settings, no secrets in here."""
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
    sys.path.insert(0, root)
    package = types.ModuleType("app")
    package.__path__ = [os.path.join(root, "app")]
    sys.modules["app"] = package


def _prepare(task: str, prepared: set[str]) -> None:
    """Import the task's module and its ``PREPARED_IMPORTS``, once; what fails here fails again in the child."""
    module = task.partition(":")[0]
    if module in prepared:
        return
    prepared.add(module)
    with contextlib.suppress(Exception):
        for name in getattr(importlib.import_module(module), "PREPARED_IMPORTS", ()):
            importlib.import_module(name)
    gc.freeze()  # a child's collector then leaves these pages shared


def _fork(request: dict[str, Any]) -> int:
    host = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        from app.core.sandbox.child import serve

        serve(request["folder"], host)
    except BaseException:
        traceback.print_exc()  # to the task's errors.txt as soon as there is one
    finally:
        os._exit(1)


def _ended_in_time(child: int, line: socket.socket, request: dict[str, Any]) -> bool:
    """Wait for the child's end; False at the deadline and when whoever asked is gone. One that takes more of
    the machine than any limit of its own can say is killed meanwhile."""
    from app.core.sandbox.watch import is_excessive

    deadline = time.monotonic() + request["wall_s"]
    descriptor = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.register(line, select.POLLHUP)
        while (left_s := deadline - time.monotonic()) > 0:
            if ready := poll.poll(min(left_s, LOOK_S) * 1000):
                return any(which == descriptor for which, _ in ready)
            if is_excessive(child, **request["watch"]):
                os.kill(child, signal.SIGKILL)
        return False
    finally:
        os.close(descriptor)


def _end(child: int) -> int:
    """Kill whatever is left of the child's group, reap it, and return how it ended."""
    for kill in (os.killpg, os.kill):  # before reaping, so the number is still the child's
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    _root_without_start()
    importlib.import_module("app.core.sandbox.child")
    importlib.import_module("app.core.sandbox.confinement").hide_memory()
    prepared: set[str] = set()
    with socket.socket(fileno=0) as line:
        while message := line.recv(MESSAGE_BYTES):
            request = json.loads(message)
            _prepare(request["task"], prepared)
            child = _fork(request)
            in_time = _ended_in_time(child, line, request)
            answer = {"in_time": in_time, "exit": _end(child)}
            line.send(json.dumps(answer).encode())


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        main()
