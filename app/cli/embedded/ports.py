"""Ports on the loopback address: which are free, and who holds one that is not."""

from __future__ import annotations

import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
# Below the range that the kernel gives to outgoing connections, so that a port that is ours today
# is not somebody's outgoing connection tomorrow.
FIRST, LAST = 15000, 31999


def is_free(port: int) -> bool:
    """Whether a server may listen on `port` of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int, timeout_s: float = 0.5) -> bool:
    """Whether something accepts connections on `port`."""
    try:
        with socket.create_connection((HOST, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def pick(count: int, *, avoid: set[int] | None = None) -> list[int]:
    """Return `count` different free ports."""
    chosen: list[int] = []
    refused = set(avoid or ())
    # A fixed-seed-free generator of our own: tests that seed `random` must not make shops collide.
    numbers = random.SystemRandom()
    while len(chosen) < count:
        port = numbers.randint(FIRST, LAST)
        if port not in refused and is_free(port):
            chosen.append(port)
            refused.add(port)
    return chosen


def holder(port: int) -> str:
    """Name the program that listens on `port` ("nginx, process 812"), or "" where it can't be seen."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return ""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for handle in (process / "fd").iterdir():
                if str(handle.readlink()) in inodes:
                    name = (process / "comm").read_text().strip()
                    return f"{name}, process {process.name}"
        except OSError:
            continue
    return ""
