"""What the sandboxed process takes from itself before it looks at the file."""

import ctypes
import os
import resource
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.core.sandbox import landlock, seccomp
from app.core.sandbox.confinement import PR_SET_DUMPABLE, hide_memory

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CAPABILITY_VERSION_3 = 0x20080522
MB = 1024 * 1024
MAPPED_MB = 1024  # address space for libraries and mapped files, on top of the data limit


class NotConfined(Exception):
    """A wall could not be put up; the message is the reason."""


def restrict(
    *,
    memory_mb: int,
    cpu_s: int,
    file_mb: int,
    parent: int,
    readable: Sequence[str],
    writable: Sequence[str],
) -> list[str]:
    """Apply every limit to this process and return its walls: ``["landlock", "seccomp"]``, and ``"namespace"``
    where it has a network of its own, an empty one. Raises NotConfined without the first two."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # an ordinary user may write to its own /proc again
    _limit(memory_mb, cpu_s, file_mb)
    namespace = _leave_network(libc)
    hide_memory()
    _drop_capabilities(libc)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # after the last change of credentials
    if os.getppid() != parent:
        os._exit(1)  # whoever asked is gone already
    try:
        landlock.shut(readable, writable)
    except OSError as problem:
        raise NotConfined(f"Landlock: {problem}") from None
    if not seccomp.install():
        raise NotConfined("seccomp: no filter")
    return ["landlock", "seccomp"] + ["namespace"] * namespace


def _limit(memory_mb: int, cpu_s: int, file_mb: int) -> None:
    pairs = (
        (resource.RLIMIT_DATA, memory_mb * MB),
        (resource.RLIMIT_AS, (memory_mb + MAPPED_MB) * MB),
        (resource.RLIMIT_FSIZE, file_mb * MB),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    )
    for what, value in pairs:
        hard = resource.getrlimit(what)[1]
        capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (capped, capped))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 2))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory runs out, we go first


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move into an empty network namespace: directly as root, through a user namespace otherwise. The sockets
    are refused by the filter in any case."""
    if libc.unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) != 0:
        return False
    with suppress(OSError):  # only names are missing then; the network is gone all the same
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up all that root or the namespace granted: even root then opens only its own files."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise NotConfined("capabilities could not be dropped")
