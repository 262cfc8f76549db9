"""A process that holds keys is looked into by no other process of the same user."""

import ctypes
import platform

_SET_DUMPABLE = 4


def close_to_others() -> bool:
    """Have the kernel keep this process's environment, memory and open files from other processes, debuggers too (`prctl(2)`).

    Root may still look. It does not pass on to programs that this process starts. Returns whether the kernel does so: only Linux can.
    """
    if platform.system() != "Linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0) == 0)
