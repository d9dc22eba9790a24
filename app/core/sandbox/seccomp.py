"""A seccomp filter: what the sandboxed process may never ask the kernel for (seccomp(2)).

Refused: sockets, new processes, leaving the process group, signals to others, namespaces, mounts,
modules, io_uring (which would go round the filter). Threads stay allowed.
"""

import ctypes
import os
import platform
import struct

PR_SET_SECCOMP = 22
MODE_FILTER = 2
LD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM, EACCES, ENOSYS = 1, 13, 38
CLONE_THREAD = 0x00010000
# offsets in struct seccomp_data
NR, ARCH, FIRST_ARG = 0, 4, 16

SAME_EVERYWHERE = {424, 425, 426, 427, 428, 429, 430, 434, 438}
# arch token, clone, socket, tgkill, numbers refused outright
X86_64 = {59, 322, 57, 58, 101, 310, 311, 165, 166, 155, 161, 308, 272, 321, 298, 250, 248, 249}
X86_64 |= {323, 246, 320, 175, 313, 176, 169, 304, 112, 109, 62, 200, 129, 297}
AARCH64 = {221, 281, 117, 270, 271, 40, 39, 41, 51, 268, 97, 280, 241, 219, 217, 218}
AARCH64 |= {282, 104, 294, 105, 273, 106, 142, 265, 157, 154, 129, 130, 138, 240}
MACHINES = {
    "x86_64": (0xC000003E, 56, 41, 234, X86_64),
    "aarch64": (0xC00000B7, 220, 198, 131, AARCH64),
}
CLONE3 = 435


def _step(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, k)


def _refuse(number: int, error: int) -> bytes:
    return _step(JEQ, number, 0, 1) + _step(RET, ERRNO | error)


def program(machine: str, pid: int) -> bytes:
    """Return the filter for `machine` (``x86_64`` or ``aarch64``) as struct sock_filter[]."""
    arch, clone, socket, tgkill, refused = MACHINES[machine]
    steps = [_step(LD, ARCH), _step(JEQ, arch, 1, 0), _step(RET, KILL), _step(LD, NR)]
    if machine == "x86_64":  # the x32 numbers would go round the list
        steps += [_step(JGE, 0x40000000, 0, 1), _step(RET, ERRNO | EPERM)]
    steps += [_refuse(number, EPERM) for number in sorted(refused | SAME_EVERYWHERE)]
    steps += [_refuse(socket, EACCES), _refuse(CLONE3, ENOSYS)]
    steps += [  # a new thread yes, a new process no
        _step(JEQ, clone, 0, 4),
        _step(LD, FIRST_ARG),
        _step(JSET, CLONE_THREAD, 0, 1),
        _step(RET, ALLOW),
        _step(RET, ERRNO | EPERM),
    ]
    steps += [  # abort() signals the process itself, nobody else
        _step(JEQ, tgkill, 0, 4),
        _step(LD, FIRST_ARG),
        _step(JEQ, pid, 0, 1),
        _step(RET, ALLOW),
        _step(RET, ERRNO | EPERM),
    ]
    return b"".join([*steps, _step(RET, ALLOW)])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


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
