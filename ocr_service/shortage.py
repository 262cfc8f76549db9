"""Tells a machine that is short of something from a file that is damaged: libraries report both by the same exceptions."""

import errno

from models.errors import OutOfResources

_SHORT = frozenset({errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO, errno.EAGAIN})
"""What a file's bytes cannot cause: no memory, disk full, too many open files or processes, a disk that fails."""
_OPENCV_NO_MEMORY = -4
"""`cv::Error::StsNoMem`."""
_FIRST_WORDS = ("out of memory error", "Error -4 ", "Memory allocation error")
"""Pillow's decoders (code -9), zlib (Z_MEM_ERROR) and libheif have only a text for it; nothing of a file can stand at its beginning."""


def is_shortage(error: BaseException) -> bool:
    """Whether an exception speaks of this machine, not of what it was given."""
    if isinstance(error, MemoryError | OutOfResources):
        return True
    if getattr(error, "errno", None) in _SHORT:
        return True
    if getattr(error, "code", None) == _OPENCV_NO_MEMORY:
        return True
    return str(error).startswith(_FIRST_WORDS)


def refuse_shortage(error: BaseException) -> None:
    """Do nothing about an exception that speaks of what was given.

    Raises:
        OutOfResources: it speaks of this machine; whoever asked may ask again.
    """
    if is_shortage(error):
        message = "This machine is short of memory, disk space or open files just now. Nothing is wrong with the file; try again."
        raise OutOfResources(message) from error
