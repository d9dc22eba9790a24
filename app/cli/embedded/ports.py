"""Ports on the loopback address: which are free, and who holds one that is not."""

import random
import socket

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
    import psutil

    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid:
            return f"{psutil.Process(one.pid).name()}, process {one.pid}"
    return ""
