"""Ports on the loopback address: which are free, and who holds one that is not."""

import random
import socket
from collections.abc import Collection

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


def pick(avoid: Collection[int] = ()) -> int:
    """Return a free port that is not among `avoid`."""
    numbers = random.SystemRandom()  # tests that seed `random` must not make shops collide
    while (port := numbers.randint(FIRST, LAST)) in avoid or not is_free(port):
        pass
    return port


def holder(port: int) -> str:
    """Name the program that listens on `port` ("nginx, process 812"), or "" where it can't be seen."""
    import psutil

    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid:
            return f"{psutil.Process(one.pid).name()}, process {one.pid}"
    return ""
