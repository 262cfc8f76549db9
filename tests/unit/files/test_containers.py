"""Whatever container a file comes in, its members come out by their names, and what cannot be unfolded is told."""

import base64
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from models.errors import LockedFile, UnreadablePath
from ocr_service.files.containers import Member, container_of
from tests.support.containers import a_mail, a_rar, a_seven_zip
from tests.support.pictures import a_picture

LIMIT = 100_000
MEMBERS = {"三月/发票.png": a_picture(), "收据.png": a_picture(1)}

Made = Callable[[Path, dict[str, bytes]], bytes]


def a_zip(_: Path, members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def attached(name: bytes, content: bytes) -> tuple[bytes, bytes]:
    headers = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; " + name
    return headers, base64.encodebytes(content).replace(b"\n", b"\r\n")


def mailed(_: Path, members: dict[str, bytes]) -> bytes:
    return a_mail(*(attached(b'filename="' + name.encode() + b'"', content) for name, content in members.items()))


EVERY = pytest.mark.parametrize(
    "made", [a_zip, lambda path, members: a_seven_zip(path / "a.7z", members), lambda _, members: a_rar(members), mailed],
    ids=["zip", "7z", "rar", "mail"],
)  # fmt: skip


def members_of(content: bytes | Path, limit: int = LIMIT) -> list[Member]:
    container = container_of(content)
    assert container is not None
    members = list(container.members(limit))
    assert [member.name for member in members] == list(container.names())
    return members


@EVERY
@pytest.mark.parametrize("large", [False, True], ids=["in memory", "on disk"])
def test_members_come_out_by_their_names(made: Made, large: bool, tmp_path: Path) -> None:
    content = made(tmp_path, MEMBERS)
    path = tmp_path / "container"
    path.write_bytes(content)

    assert {member.name: member.content for member in members_of(path if large else content)} == MEMBERS


@EVERY
def test_a_member_that_is_too_large_costs_itself_only(made: Made, tmp_path: Path) -> None:
    large, small = members_of(made(tmp_path, {"a.bin": bytes(5000), "b.png": a_picture()}), 1000)

    assert large.error is not None and large.error.code == "file_too_large"
    assert (small.content, small.error) == (a_picture(), None)


@EVERY
def test_a_container_that_breaks_off_is_told(made: Made, tmp_path: Path) -> None:
    content = made(tmp_path, {"a.bin": bytes(range(256)) * 20, "b.png": a_picture()})
    broken = container_of(content[: len(content) // 2])

    if made is mailed:
        # a mail has no end of its own: what is there is handed on, and intake tells a picture that is cut off
        assert broken is not None and len(broken.names()) == 1
    elif broken is not None:
        with pytest.raises(UnreadablePath, match="cannot be unpacked"):
            list(broken.members(LIMIT))


@pytest.mark.parametrize("content", [b"hello", a_picture(), b"From: nobody\nthe quick brown fox\n", b"%PDF-1.4\na: b\nc: d\ne: f\n", b""])
def test_other_files_are_no_containers(content: bytes) -> None:
    assert container_of(content) is None


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5"])
def test_names_without_a_word_about_their_encoding_are_understood(encoding: str) -> None:
    name = "掃描/電子發票.png" if encoding == "big5" else "扫描/电子发票.png"
    raw, marker = name.encode(encoding), b"#" * len(name.encode(encoding))
    zipped = a_zip(Path(), {marker.decode(): a_picture()}).replace(marker, raw)
    mail = a_mail(attached(b'filename="' + raw + b'"', a_picture()))

    assert [member.name for member in members_of(zipped)] == [name]
    assert [member.name for member in members_of(mail)] == [name]


@pytest.mark.parametrize(
    "written",
    [
        b"filename*=utf-8''%E5%8F%91%E7%A5%A8.png",
        b"filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8.png",
        b'filename="=?gb2312?B?t6LGsS5wbmc=?="',
        b'filename="=?utf-8?Q?=E5=8F=91=E7=A5=A8.png?="',
    ],
)
def test_names_of_attachments_are_decoded_as_mail_programs_write_them(written: bytes) -> None:
    assert [member.name for member in members_of(a_mail(attached(written, a_picture())))] == ["发票.png"]


def test_what_a_forwarded_mail_brings_comes_out_too_and_the_text_of_a_mail_does_not() -> None:
    forwarded = a_mail(attached(b'filename="inner.png"', a_picture()), edge=b"inner")
    page = (b"Content-Type: text/html\r\nContent-Transfer-Encoding: 8bit", b"<p>hello</p>")
    inline = (b"Content-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64", base64.encodebytes(a_picture(1)))
    data = (b'Content-Type: text/xml; name="invoice.xml"\r\nContent-Disposition: attachment', b"<EInvoice/>")

    names = [member.name for member in members_of(a_mail((b"Content-Type: message/rfc822", forwarded), page, inline, data))]

    assert names == ["inner.png", "2.png", "invoice.xml"]


def test_a_locked_seven_zip_says_so() -> None:
    """One member, encrypted with AES by 7-Zip's own method number 06 F1 07 01, header in clear."""
    content = _with_method(bytes.fromhex("06F10701"))
    container = container_of(content)
    assert container is not None

    with pytest.raises(LockedFile, match="locked with a password"):
        list(container.members(LIMIT))


def _with_method(method: bytes) -> bytes:
    """A 7z archive of one member in a folder with one coder of this method (7zFormat.txt, 'Header')."""
    packed = bytes(16)
    name = "a.png\0".encode("utf-16-le")
    header = (
        b"\x01\x04\x06\x00\x01\x09" + bytes([len(packed)]) + b"\x00"
        + b"\x07\x0b\x01\x00\x01" + bytes([len(method)]) + method + b"\x0c" + bytes([len(packed)]) + b"\x00\x08\x00\x00"
        + b"\x05\x01\x11" + bytes([len(name) + 1]) + b"\x00" + name + b"\x00\x00"
    )  # fmt: skip
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


@pytest.mark.parametrize(
    "content",
    [b"a: x\r\n" + b" \r\n" * 20_000 + b"\0", b"from: x\r\n" * 9_000 + b"\0", b"a" * 65_000, b"a:" + b"\r" * 65_000 + b"\n" * 3],
    ids=["folded for ever", "sent by everybody", "one name", "one line"],
)
def test_what_begins_like_a_mail_and_is_none_is_told_at_once(content: bytes) -> None:
    assert container_of(content) is None
