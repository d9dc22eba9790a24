"""A seccomp filter: only what is listed may be asked of the kernel (seccomp(2)).

No sockets, programs, new processes, signals, limits or locks of others, namespaces, mounts, keys, shared
memory, changes of modes or owners. Threads stay allowed. What a kernel newer than the list has is unknown.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable

from app.core.sandbox import syscalls

PR_SET_SECCOMP = 22
MODE_FILTER = 2
LD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM, EFAULT, ENOSYS = 1, 14, 38
CLONE_THREAD = 0x00010000
# offsets in struct seccomp_data
NR, ARCH, FIRST_ARG, SECOND_ARG = 0, 4, 16, 24

# arch token, its list, then clone, tgkill, prlimit64, prctl, fcntl, ioctl
MACHINES = {
    "x86_64": (0xC000003E, syscalls.X86_64, 56, 234, 302, 157, 72, 16),
    "aarch64": (0xC00000B7, syscalls.AARCH64, 220, 131, 261, 167, 25, 29),
}
CLONE3 = 435  # its flags lie in memory, where no filter sees them: libraries fall back on clone
NEWER = 424  # libraries ask for these numbers to find out what the kernel has
# F_DUPFD to F_SETLKW, F_OFD_*, F_DUPFD_CLOEXEC, F_GETPIPE_SZ; never owners, signals, leases
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# names of threads and of mappings, and questions about itself; never its death with its parent
PRCTL = (2, 3, 15, 16, 21, 23, 30, 39, 0x53564D41)


def _step(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, k)


def _answer(number: int, action: int) -> bytes:
    return _step(JEQ, number, 0, 1) + _step(RET, action)


def _if_argument(number: int, offset: int, values: Iterable[int]) -> bytes:
    """Allow the call where its argument is one of `values`, refuse it otherwise."""
    steps = [_step(LD, offset), *(_answer(value, ALLOW) for value in values)]
    steps.append(_step(RET, ERRNO | EPERM))
    body = b"".join(steps)
    return _step(JEQ, number, 0, len(body) // 8) + body


def program(machine: str, pid: int) -> bytes:
    """Return the filter for `machine` (``x86_64`` or ``aarch64``) as struct sock_filter[]."""
    arch, allowed, clone, tgkill, prlimit, prctl, fcntl, ioctl = MACHINES[machine]
    steps = [_step(LD, ARCH), _step(JEQ, arch, 1, 0), _step(RET, KILL), _step(LD, NR)]
    if machine == "x86_64":  # the x32 numbers would go round the list
        steps += [_step(JGE, 0x40000000, 0, 1), _step(RET, ERRNO | EPERM)]
    steps += [_answer(number, ALLOW) for number in allowed]
    steps += [  # a new thread yes, a new process no
        _step(JEQ, clone, 0, 4),
        _step(LD, FIRST_ARG),
        _step(JSET, CLONE_THREAD, 0, 1),
        _step(RET, ALLOW),
        _step(RET, ERRNO | EPERM),
        _if_argument(tgkill, FIRST_ARG, [pid]),  # abort() signals the process itself
        _if_argument(prlimit, FIRST_ARG, [0, pid]),
        _if_argument(prctl, FIRST_ARG, PRCTL),
        _if_argument(fcntl, SECOND_ARG, FCNTL),
        _if_argument(ioctl, SECOND_ARG, IOCTL),
        _answer(CLONE3, ERRNO | ENOSYS),
        _step(JGE, NEWER, 0, 1),
        _step(RET, ERRNO | ENOSYS),
    ]
    return b"".join([*steps, _step(RET, ERRNO | EPERM)])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def is_available() -> bool:
    """Whether this machine has a filter for us: without an address it says so, and changes nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_SECCOMP, MODE_FILTER, None, 0, 0)
    return platform.machine() in MACHINES and ctypes.get_errno() == EFAULT


def install() -> bool:
    """Put the filter on this process for good; return False where the kernel has none. Needs no_new_privs or
    CAP_SYS_ADMIN, and no second thread yet."""
    machine = platform.machine()
    if machine not in MACHINES:
        return False
    code = ctypes.create_string_buffer(program(machine, os.getpid()))
    length = (len(code) - 1) // 8
    filled = _Program(length, ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(filled), 0, 0) == 0)
