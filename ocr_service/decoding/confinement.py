"""What a child gives up before it opens a stranger's file: the network, other programs, and looking into other processes."""

import ctypes
import errno
import platform
import struct
from typing import NamedTuple

_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_LOAD, _IS, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of classic BPF: load a word, jump where it is or is at least a value, end."""
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_ALLOWED, _REFUSED = 0x7FFF0000, 0x00050000 | errno.EPERM
_OTHER_ABI = 0x40000000
"""Where x86-64 has the same calls a second time, by other numbers (x32)."""


class _Machine(NamedTuple):
    """How a kernel names its architecture (`linux/audit.h`), the number of `seccomp`, and those of the calls that are given up."""

    architecture: int
    seccomp: int
    given_up: tuple[int, ...]


_MACHINES = {
    # socket, connect, execve, ptrace, process_vm_readv and its like for writing, bpf, execveat; io_uring_setup, pidfd_getfd
    "x86_64": _Machine(0xC000003E, 317, (41, 42, 59, 101, 310, 311, 321, 322, 425, 438)),
    "aarch64": _Machine(0xC00000B7, 277, (198, 203, 221, 117, 270, 271, 280, 281, 425, 438)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine() -> bool:
    """Have the kernel refuse all that (EPERM), for ever and to every thread; whether it does: other systems and machines cannot."""
    machine = _MACHINES.get(platform.machine())
    if platform.system() != "Linux" or machine is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    instructions = _instructions(machine)
    program = _Program(len(instructions) // 8, instructions)
    return bool(libc.syscall(machine.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def _instructions(machine: _Machine) -> bytes:
    """The filter: whatever comes by another architecture, by x32 or by a number that is given up is refused."""
    refuse = len(machine.given_up) + 5
    found = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IS, 0, refuse - 2, machine.architecture),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IS_AT_LEAST, refuse - 4, 0, _OTHER_ABI),
    ]
    found.extend((_IS, refuse - 5 - place, 0, number) for place, number in enumerate(machine.given_up))
    found.extend([(_RETURN, 0, 0, _ALLOWED), (_RETURN, 0, 0, _REFUSED)])
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in found)
