"""Containers written byte by byte: what no library here writes, or none writes as old programs do."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import libarchive

_RAR5 = b"Rar!\x1a\x07\x01\x00"


def a_rar(members: Mapping[str, bytes]) -> bytes:
    """A rar archive of version 5 whose members are stored as they are (its format's technical note, section 'Archive blocks')."""
    parts = [_RAR5, _block(1, b"\x00")]
    for name, content in members.items():
        encoded = name.encode()
        # flags: CRC32 is there; attributes 0; method 0, stored; host 1, Unix
        fields = (
            _number(0x04)
            + _number(len(content))
            + _number(0o100644)
            + struct.pack("<I", zlib.crc32(content))
            + _number(0)
            + _number(1)
            + _number(len(encoded))
            + encoded
        )
        parts += [_block(2, fields, data=len(content)), content]
    return b"".join([*parts, _block(5, b"\x00")])


def _block(kind: int, fields: bytes, data: int | None = None) -> bytes:
    body = _number(kind) + (_number(0) if data is None else _number(0x02) + _number(data)) + fields
    sized = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """A variable-length integer: seven bits a byte, the lowest first."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def a_seven_zip(path: Path, members: Mapping[str, bytes]) -> bytes:
    """A 7z archive, packed by libarchive."""
    with libarchive.file_writer(str(path), "7zip") as archive:
        for name, content in members.items():
            archive.add_file_from_memory(name, len(content), content)
    return path.read_bytes()


def a_mail(*parts: tuple[bytes, bytes], edge: bytes = b"edge") -> bytes:
    """A mail with a greeting and these parts: the header lines of each, and its bytes as they stand in the mail.

    `edge` parts them from each other; a mail in a mail has its own.
    """
    head = (
        b"Received: from mail.example by mx.example; Mon, 4 Mar 2024 10:00:00 +0800\r\nFrom: =?utf-8?B?5byA56Wo?= <a@shop.example>\r\n"
        b"To: b@firm.example\r\nSubject: invoice\r\nDate: Mon, 4 Mar 2024 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=" + edge + b"\r\n\r\n"
    )
    greeting = b"--" + edge + b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the files.\r\n"
    attached = b"".join(b"--" + edge + b"\r\n" + headers + b"\r\n\r\n" + body + b"\r\n" for headers, body in parts)
    return head + greeting + attached + b"--" + edge + b"--\r\n"
