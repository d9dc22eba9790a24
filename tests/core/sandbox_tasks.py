"""What a hostile file might make a parser do. Run inside the sandbox by test_sandbox.py."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

Payload = dict[str, Any]
PREPARED_IMPORTS = ("wave",)  # nothing else here imports it


def echo(payload: Payload) -> Payload:
    return {"said": payload, "cwd": os.getcwd(), "environment": dict(os.environ)}


def look_around(payload: Payload) -> Payload:
    return {
        "pid": os.getpid(),
        "group": os.getpgrp(),
        "parent": os.getppid(),
        "open": [number for number in range(256) if _is_open(number)],
        "flask": "flask" in sys.modules,
        "prepared": "wave" in sys.modules,
        "modules": sorted(sys.modules),
        "no_new_privs": ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1,
    }


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def connect(payload: Payload) -> Payload:
    refused = []
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family)
        except OSError as problem:
            refused.append(problem.errno)
    return {"refused": refused}


def start_programs(payload: Payload) -> Payload:
    refused = []
    for way in (os.fork, lambda: os.execv("/bin/true", ["true"]), os.setsid):
        try:
            way()
        except OSError as problem:
            refused.append(problem.errno)
    return {"refused": refused}


def signal_others(payload: Payload) -> Payload:
    try:
        os.kill(payload["pid"], 0)
    except OSError as problem:
        return {"errno": problem.errno}
    return {"errno": 0}


def run_threads(payload: Payload) -> Payload:
    done: list[int] = []
    threads = [threading.Thread(target=done.append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"done": len(done)}


def eat_memory(payload: Payload) -> Payload:
    return {"size": len(bytearray(payload["bytes"]))}


def abort_for_want_of_memory(payload: Payload) -> Payload:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def spin(payload: Payload) -> Payload:
    while True:
        pass


def wait_for_ever(payload: Payload) -> Payload:
    Path(payload["mark"]).write_text(str(os.getpid()))
    while True:
        time.sleep(60)


def crash(payload: Payload) -> Payload:
    ctypes.string_at(0)
    return {}


def raise_error(payload: Payload) -> Payload:
    raise ValueError("the parser did not expect this")


def write_without_end(payload: Payload) -> Payload:
    with open("large.bin", "wb") as file:
        while True:
            file.write(b"\0" * 1024 * 1024)


def answer_with_rubbish(payload: Payload) -> Payload:
    os.write(payload.get("fd", 3), b'{"result": {')
    os._exit(0)


def leave_traps(payload: Payload) -> Payload:
    """Try to put what hangs or leads elsewhere where the answer and the errors are read, then a folder."""
    refused = []
    for name in ("answer.json", "errors.txt"):
        os.unlink(name)
        for way in (
            lambda name=name: os.symlink("/proc/self/environ", name),
            lambda name=name: os.mkfifo(name),
            lambda name=name: os.link("/etc/passwd", name),
        ):
            try:
                way()
            except OSError as problem:
                refused.append(problem.errno)
        os.mkdir(name)
    os._exit(0 if len(refused) == 6 else 7)


def remember(payload: Payload) -> Payload:
    """Tell what an earlier task left in this process's memory, and leave something."""
    found = getattr(sys, "left_here", None)
    sys.left_here = "something"
    return {"found": found}
