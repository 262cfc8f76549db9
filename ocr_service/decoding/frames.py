"""What parent and child say to each other: a JSON object and some bytes, their lengths before them; nothing that runs when it is read."""

import json
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

_LENGTHS = struct.Struct(">IQ")
_LONGEST_HEAD = 1_000_000
"""Bytes of the JSON: it holds names and numbers."""
_AT_ONCE = 1 << 20

Head = Mapping[str, Any]


class BrokenFrame(Exception):
    """The other side is gone, is late, or says what nobody understands."""


def send(connection: socket.socket, head: Head, content: bytes | memoryview = b"", seconds: float | None = None) -> None:
    """Send one frame; `seconds` is how long the other side may take to read it.

    Raises:
        BrokenFrame: it is gone or does not read.
    """
    said = json.dumps(head).encode()
    try:
        connection.settimeout(seconds)
        connection.sendall(_LENGTHS.pack(len(said), len(content)) + said)
        if content:
            connection.sendall(content)
    except OSError as error:
        raise BrokenFrame(str(error)) from error


def receive(connection: socket.socket, most_bytes: int, seconds: float | None = None) -> tuple[Head, bytes] | None:
    """The next frame; None when the other side has hung up between two frames.

    Raises:
        BrokenFrame: none came within `seconds`, it has more than `most_bytes` beside its JSON, or it is none.
    """
    until = None if seconds is None else time.monotonic() + seconds
    try:
        lengths = _read(connection, _LENGTHS.size, until)
        if not lengths:
            return None
        head_size, size = _LENGTHS.unpack(lengths)
        if head_size > _LONGEST_HEAD or size > most_bytes:
            raise BrokenFrame("the frame is too long")
        head = json.loads(_read(connection, head_size, until))
        content = _read(connection, size, until)
    except (OSError, ValueError, RecursionError, struct.error) as error:
        raise BrokenFrame(str(error)) from error
    if not isinstance(head, dict) or len(content) != size:
        raise BrokenFrame("the frame is cut off")
    return head, bytes(content)


def _read(connection: socket.socket, size: int, until: float | None) -> bytearray:
    """So many bytes; fewer when the other side has hung up. No room is made for bytes that were only announced."""
    found = bytearray()
    while len(found) < size:
        if until is not None:
            connection.settimeout(max(0.001, until - time.monotonic()))
        part = connection.recv(min(size - len(found), _AT_ONCE))
        if not part:
            break
        found += part
    return found
