"""Everything a hostile file may try once it has taken over the program that reads it.

Runs inside the sandbox, called by test_sandbox_walls.py. Each try is one line of what it got: a sentence
where it got through, nothing where it was refused.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import resource
import signal
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
IS_X86 = platform.machine() == "x86_64"
# calls that have no wrapper: their numbers here and on aarch64, with harmless or null arguments
CALLS: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "io_uring_setup": (425, 425, (4, 0)),
    "bpf": (321, 280, (0, 0, 0)),
    "userfaultfd": (323, 282, (0,)),
    "perf_event_open": (298, 241, (0, 0, -1, -1, 0)),
    "keyctl": (250, 219, (0, -3, 0)),
    "add_key": (248, 217, (0, 0, 0, 0, -3)),
    "kcmp": (312, 272, (0, 0, 0, 0, 0)),
    "unshare": (272, 97, (0x10000000,)),
    "setns": (308, 268, (0, 0)),
    "mount": (165, 40, (0, 0, 0, 0, 0)),
    "pivot_root": (155, 41, (0, 0)),
    "chroot": (161, 51, (0,)),
    "memfd_create": (319, 279, (0, 0)),
    "shmget": (29, 194, (0, 4096, 0o1600)),
    "semget": (64, 190, (0, 1, 0o1600)),
    "msgget": (68, 186, (0, 0o1600)),
    "mq_open": (240, 180, (0, 0, 0, 0)),
    "personality": (135, 92, (-1,)),
    "inotify_init1": (294, 26, (0,)),
    "fanotify_init": (300, 262, (0, 0)),
    "open_by_handle_at": (304, 265, (-1, 0, 0)),
    "seccomp": (317, 277, (2, 0, 0)),
    "kexec_load": (246, 104, (0, 0, 0, 0)),
    "init_module": (175, 105, (0, 0, 0)),
    "clone3": (435, 435, (0, 0)),
    "landlock_create_ruleset": (444, 444, (0, 0, 1)),
    "sched_setaffinity": (203, 122, (0, 0, 0)),
    "setns to nothing": (308, 268, (-1, 0)),
    "acct": (163, 89, (0,)),
    "swapon": (167, 224, (0, 0)),
    "reboot": (169, 142, (0, 0, 0, 0)),
    "syslog": (103, 116, (3, 0, 0)),
}
REFUSED = {1, 13, 38}  # EPERM, EACCES, ENOSYS


def attack(payload: dict[str, Any]) -> dict[str, Any]:
    """Try all of it against the worker ``pid``, its ``secret`` file and the folder ``outside``; return what
    got through, and what the process may still do."""
    through: list[str] = []

    def tried(name: str, way: Callable[[], object]) -> None:
        try:
            got = way()
        except (OSError, ValueError):  # resource raises the latter
            return
        through.append(f"{name}: {got!r:.80}")

    for name, way in (_files(payload) | _processes(payload) | _networks()).items():
        tried(name, way)
    for name, (here, there, arguments) in CALLS.items():
        ctypes.set_errno(0)
        answer = LIBC.syscall(here if IS_X86 else there, *map(ctypes.c_long, arguments))
        if answer != -1 or ctypes.get_errno() not in REFUSED:
            through.append(f"{name}: {answer}, errno {ctypes.get_errno()}")
    Path("own.txt").write_text("own")
    return {"through": through, "own": Path("own.txt").read_text(), "capabilities": _capabilities()}


def _files(payload: dict[str, Any]) -> dict[str, Callable[[], object]]:
    pid, outside = payload["pid"], Path(payload["outside"])
    secret = Path(payload["secret"])
    read = {
        f"read {path}": (lambda path=path: Path(path).read_bytes())
        for path in (
            "/etc/shadow", "/etc/passwd", "/etc/hostname", str(secret), payload["checkout"] + "/README.md",
            f"/proc/{pid}/environ", f"/proc/{pid}/maps", f"/proc/{pid}/cmdline", f"/proc/{os.getppid()}/environ",
            "/proc/self/environ", "/proc/self/maps", "/proc/1/environ", "/dev/mem", "/dev/kmsg",
        )
    }  # fmt: skip
    listed = {
        f"list {path}": (lambda path=path: os.listdir(path))
        for path in (
            "/",
            "/proc",
            "/etc",
            "/home",
            "/root",
            "/tmp",
            "/dev/shm",
            payload["checkout"],
        )
    }
    return {
        **read,
        **listed,
        "write the worker's memory": lambda: open(f"/proc/{pid}/mem", "r+b"),
        "write its own memory's file": lambda: open("/proc/self/mem", "r+b"),
        "write outside": lambda: (outside / "new").write_text("x"),
        "append to what lies outside": lambda: open(secret, "ab"),
        "cut what lies outside": lambda: os.truncate(secret, 0),
        "remove what lies outside": lambda: secret.unlink(),
        "move what lies outside": lambda: secret.rename("mine"),
        "move to outside": lambda: os.rename("request.json", outside / "moved"),
        "link what lies outside": lambda: os.link(secret, "linked"),
        "open modes of outside": lambda: os.chmod(secret, 0o777),
        "take what lies outside": lambda: os.chown(secret, 0, 0),
        "change its times": lambda: os.utime(secret, (0, 0)),
        "mark it": lambda: os.setxattr(secret, "user.x", b"1"),
        "write a shared segment": lambda: open("/dev/shm/x", "wb"),
        "make a device": lambda: os.mknod("device", 0o600 | 0o020000, os.makedev(1, 1)),
        "make a link": lambda: os.symlink("/etc/shadow", "link"),
        "write a library": lambda: open(os.__file__, "r+b"),
    }


def _processes(payload: dict[str, Any]) -> dict[str, Callable[[], object]]:
    pid = payload["pid"]
    reader, _writer = os.pipe()

    def iovec(number_x86: int, number_arm: int) -> int:
        buffer = ctypes.create_string_buffer(8)
        local = struct.pack("QQ", ctypes.addressof(buffer), 8)
        return _call(number_x86, number_arm, pid, local, 1, local, 1, 0)

    def fcntl(command: int, value: int) -> object:
        import fcntl as module

        return module.fcntl(reader, command, value)

    return {
        "signal the worker": lambda: os.kill(pid, 0),
        "signal the host": lambda: os.kill(os.getppid(), signal.SIGCONT),
        "signal everybody": lambda: os.kill(-1, 0),
        "signal a thread": lambda: _call(234, 131, pid, pid, 0),
        "queue a signal": lambda: _call(129, 138, pid, 0, 0),
        "open a pidfd": lambda: os.pidfd_open(pid),
        "trace the worker": lambda: _call(101, 117, 16, pid, 0, 0),
        "read its memory": lambda: iovec(310, 270),
        "write its memory": lambda: iovec(311, 271),
        "limit the worker": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)),
        "read the worker's limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE),
        "slow the worker": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        "pin the worker": lambda: os.sched_setaffinity(pid, {0}),
        "own signals": lambda: fcntl(8, pid),
        "own signals (extended)": lambda: fcntl(15, 0),
        "choose the signal": lambda: fcntl(10, signal.SIGKILL),
        "lease a file": lambda: fcntl(1024, 0),
        "survive the host": lambda: _prctl(1, 0),
        "let itself be read": lambda: _prctl(4, 1),
        "another process": os.fork,
        "another program": lambda: os.execv("/bin/true", ["true"]),
        "another session": os.setsid,
        "another user": lambda: os.setuid(12345),
        "raise its memory": lambda: resource.setrlimit(
            resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2
        ),
    }


def _networks() -> dict[str, Callable[[], object]]:
    return {
        "internet": lambda: socket.socket(socket.AF_INET),
        "internet 6": lambda: socket.socket(socket.AF_INET6),
        "a socket of the machine": lambda: socket.socket(socket.AF_UNIX),
        "a pair of sockets": socket.socketpair,
        "the kernel": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "cards": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    }


def _call(number_x86: int, number_arm: int, *arguments: Any) -> int:
    answer = LIBC.syscall(number_x86 if IS_X86 else number_arm, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return int(answer)


def _prctl(option: int, value: int) -> int:
    if LIBC.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "refused")
    return 0


def _capabilities() -> list[int]:
    header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    LIBC.capget(header, held)
    return list(held)


def start_threads_without_end(payload: dict[str, Any]) -> dict[str, Any]:
    """What is left of a fork bomb where no process can be made."""
    threading.stack_size(64 * 1024)
    wait = threading.Event()
    while True:
        threading.Thread(target=wait.wait, daemon=True).start()


def fill_the_disk_with_files(payload: dict[str, Any]) -> dict[str, Any]:
    """Many files, each below the limit of one."""
    block = bytes(1024 * 1024)
    number = 0
    while True:
        number += 1
        Path(f"{number}.bin").write_bytes(block)


def share_memory(payload: dict[str, Any]) -> dict[str, Any]:
    """Memory that is no part of the data segment."""
    held = [mmap.mmap(-1, 64 * 1024 * 1024) for _ in range(payload["mb"] // 64)]
    for part in held:
        part.write(bytes(64 * 1024 * 1024))
    return {"held": len(held)}
