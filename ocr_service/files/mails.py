"""A mail (RFC 5322, MIME) as what it says of itself and the parts that it brings: files, decoration, and the text that people read."""

import email
import email.policy
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from PIL import Image

from models.errors import UnreadableFile
from models.litter import is_litter
from ocr_service.files.name_encodings import decoded_name
from ocr_service.letter import MOST_HOSTS, LeftOut, Letter

_REPLACED = "\ufffd"
"""What the parser of mails puts where it cannot decode."""
_RAW_NAME = re.compile(r'name="?([^";\r\n]+)')
_BROKEN_HEADER = (ValueError, LookupError, TypeError, AttributeError)
"""What the parser of headers raises over those that no program should have written."""
_TEXTS = ("plain", "html", "enriched", "richtext", "calendar", "rfc822-headers", "x-amp-html")
"""Of the texts in a mail those that a mail program shows; e-invoice data come as `text/xml`, often without a name."""
_ACCOMPANYING = frozenset(
    (
        *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-keys"),
        *("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "message/delivery-status", "text/rfc822-headers"),
    )
)
_TNEF = b"\x78\x9f\x3e\x22"
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
LEAST_SIDE = 300
"""Pixels of the shorter side under which a picture in the text of a mail is decoration: a logo, a line, the picture of a signature. The
smallest tickets have some 20 characters across, of which 300 pixels give each 15 and the margins nothing."""
_LINK = re.compile(rb"https?://[^\s\"'<>\\]{4,2000}")
_MOST_TEXT = 2_000_000
"""Bytes of a mail's text that are looked through for links."""
_T = TypeVar("_T")
_U = TypeVar("_U")


@dataclass(frozen=True, slots=True)
class MailPart:
    """A part of a mail that is no text to be read: its name, and its bytes when they are asked for."""

    name: str
    part: Message
    content: Callable[[], bytes]


def parts_of(content: bytes) -> Iterator[MailPart]:
    """The parts that are no text to be read, those of mails in the mail too, in their order; as many as can be told apart.

    Raises:
        UnreadableFile: a header is such that no part can be told apart; of `MailPart.content` and `letter_of` too.
    """
    place = 0
    with _broken_headers_refused():
        for part in _walk(content):
            if _is_text(part):
                continue
            place += 1
            name = _name(part) or f"{place}.{_told(part.get_content_subtype, 'bin')}"
            yield MailPart(name, part, partial(_payload, part))


def letter_of(content: bytes) -> Letter:
    """What the mail says of itself, and what of it is worth archiving."""
    left_out: list[tuple[int, str, LeftOut]] = []
    count = 0
    with _broken_headers_refused():
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        for part in parts_of(content):
            why = _why_left_out(part)
            if why is not None:
                left_out.append((count, part.name, why))
            count += 1
        subject, sender, sent, message_id = (_head(message, name) for name in ("Subject", "From", "Date", "Message-ID"))
        return Letter(subject, sender, sent, message_id, _hosts(content), count - len(left_out), tuple(left_out))


@contextmanager
def _broken_headers_refused() -> Iterator[None]:
    """The parser of mails raises over some headers only when it is asked about a part, such as a charset with a NUL in its name."""
    try:
        yield
    except _BROKEN_HEADER as error:
        raise UnreadableFile("a header of the mail cannot be read: save what it brings, and hand that in") from error


def _walk(content: bytes) -> Iterator[Message]:
    """Every part that is no mere wrapping, in their order."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        if not part.is_multipart() or _is_wrapped_mail(part):
            yield part


def _is_wrapped_mail(part: Message) -> bool:
    """A forwarded mail that its program encoded against the rules: the parser takes the code for its text."""
    return part.get_content_type() == "message/rfc822" and _told(lambda: str(part["content-transfer-encoding"]).lower(), "") == "base64"


def _payload(part: Message) -> bytes:
    if part.is_multipart():
        inner = next(iter(part.iter_parts()), None) if isinstance(part, EmailMessage) else None
        carrier = Message()
        carrier["Content-Transfer-Encoding"] = str(part["content-transfer-encoding"])
        text = "" if inner is None else inner.get_payload()
        carrier.set_payload(text if isinstance(text, str) else "")
        part = carrier
    with _broken_headers_refused():
        payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _is_text(part: Message) -> bool:
    if part.get_content_maintype() != "text" or part.get_content_subtype() not in _TEXTS:
        return False
    return _told(part.get_content_disposition, None) != "attachment" and not _name(part)


def _name(part: Message) -> str:
    """What the sender called a part; raw bytes in its header are in whatever encoding the sender's machine has."""
    name = str(_told(part.get_filename, "") or "")
    if name and _REPLACED not in name and name.isprintable():
        return name
    for header, value in part.raw_items() if isinstance(part, EmailMessage) else ():
        told = _RAW_NAME.search(str(value)) if header.lower() in ("content-disposition", "content-type") else None
        if told is not None:
            return decoded_name(told[1].encode("utf-8", "surrogateescape"))
    return name


def _why_left_out(part: MailPart) -> LeftOut | None:
    kind = part.part.get_content_type()
    if kind in _ACCOMPANYING:
        return LeftOut.ACCOMPANYING
    if kind in _TNEF_TYPES or part.name.casefold() == "winmail.dat" or part.content()[:4] == _TNEF:
        return LeftOut.TNEF
    if any(map(is_litter, part.name.split("/"))):
        return LeftOut.LITTER
    return LeftOut.DECORATION if _is_in_the_text(part.part) and _is_small_picture(part.content()) else None


def _is_in_the_text(part: Message) -> bool:
    return part["content-id"] is not None or _told(part.get_content_disposition, None) == "inline"


def _is_small_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return min(picture.size) < LEAST_SIDE
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _hosts(content: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in _walk(content):
        if not _is_text(part):
            continue
        for link in _LINK.findall(_payload(part)[:_MOST_TEXT]):
            with suppress(ValueError):
                host = urlsplit(link.decode("ascii", "replace")).hostname
                if host and len(found) < MOST_HOSTS:
                    found.setdefault(host)
    return tuple(found)


def _head(message: Message, name: str) -> str:
    """A header as people read it, on one line; raw bytes in whatever encoding the sender's machine has."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    raw = re.sub(r"[\r\n]+[ \t]*", " ", raw)
    if any("\udc80" <= letter <= "\udcff" for letter in raw):
        return decoded_name(raw.encode("utf-8", "surrogateescape"))
    return _told(lambda: str(make_header(decode_header(raw))), raw)


def _told(ask: Callable[[], _T], otherwise: _U) -> _T | _U:
    """What a header says; `otherwise` where it is one that nothing can read."""
    try:
        return ask()
    except _BROKEN_HEADER:
        return otherwise
