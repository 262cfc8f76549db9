"""Time stamps of the log's days by an outside authority (RFC 3161): what it signed lay before it, whatever this machine's clock says."""

import secrets
from collections.abc import Iterator
from datetime import date
from itertools import groupby

import urllib3

from models.digest import Digest
from models.errors import InvalidSetting, Unavailable
from storage import archive_layout as layout
from storage.activity_log import ActivityLog
from storage.log_records import LOG, Block, block_name_of
from storage.object_store import ObjectStore, keep

_SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256 with its NULL, in DER (RFC 5754, section 2.2)."""
_GRANTED = (b"\x02\x01\x00", b"\x02\x01\x01")
"""PKIStatus `granted` and `grantedWithMods` (RFC 3161, section 2.4.2)."""
_SECONDS = 20.0
_MOST_BYTES = 100_000


def stamp_closed_days(store: ObjectStore, log: ActivityLog, url: str) -> tuple[date, ...]:
    """Have the root of each day that is over and has no stamp yet stamped, and keep the answers; returns the days.

    Raises:
        InvalidSetting: there is no address of an authority.
        Unavailable: it does not answer, or with no stamp of what it was asked for; days stamped before are kept.
    """
    if not url:
        raise InvalidSetting("name an authority for time stamps in PIAOGEN_TSA_URL")
    stamped = []
    for block in _closed(store, log):
        day = block.name.day
        key = layout.stamp_key(day)
        if any(found.key == key for found in store.list(key)):
            continue
        answer = requested(url, block.tree.root)
        keep(store, key, answer, Digest.of(answer))
        stamped.append(day)
    return tuple(stamped)


def requested(url: str, root: bytes) -> bytes:
    """The authority's answer (TimeStampResp, DER) for a SHA-256; raise Unavailable when it is none for this very request."""
    nonce = secrets.token_bytes(8)
    try:
        with urllib3.PoolManager(timeout=_SECONDS, retries=False) as pool:
            headers = {"Content-Type": "application/timestamp-query"}
            answer = pool.request("POST", url, body=request_for(root, nonce), headers=headers, preload_content=False)
            content = answer.read(_MOST_BYTES)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Unavailable(f"the authority for time stamps does not answer: check PIAOGEN_TSA_URL, or try again ({error})") from error
    # Whether its signature holds is checked with its certificate, which the archive does not know: `openssl ts -verify`.
    if answer.status != 200 or not _is_granted(content) or root not in content or _integer(nonce) not in content:
        raise Unavailable("the authority for time stamps answered without a stamp of this root; try again")
    return content


def request_for(root: bytes, nonce: bytes) -> bytes:
    """A TimeStampReq in DER: version 1, the hash, a nonce, and the wish to have the authority's certificate in the answer."""
    imprint = _sequence(_SHA256 + b"\x04\x20" + root)
    return _sequence(b"\x02\x01\x01" + imprint + _integer(nonce) + b"\x01\x01\xff")


def _closed(store: ObjectStore, log: ActivityLog) -> Iterator[Block]:
    """The last block of each day that is over."""
    names = (name for found in store.list(LOG) if (name := block_name_of(found.key)) is not None)
    for _, of_day in groupby(names, key=lambda name: name.day):
        *_, last = of_day
        block = log.read(last).block
        if block.next_day is not None:
            yield block


def _is_granted(content: bytes) -> bool:
    """Whether the answer begins with a status that grants: SEQUENCE { SEQUENCE { INTEGER 0 or 1, …"""
    header = _header_length(content)
    inner = content[header:]
    return inner[_header_length(inner) :][:3] in _GRANTED


def _header_length(content: bytes) -> int:
    """Of a SEQUENCE: its tag and the bytes of its length."""
    if len(content) < 2 or content[0] != 0x30:
        return len(content)
    return 2 if content[1] < 0x80 else 2 + (content[1] & 0x7F)


def _sequence(content: bytes) -> bytes:
    assert len(content) < 0x80  # a request is short
    return bytes([0x30, len(content)]) + content


def _integer(value: bytes) -> bytes:
    """A positive INTEGER in its shortest form."""
    digits = value.lstrip(b"\x00") or b"\x00"
    if digits[0] & 0x80:
        digits = b"\x00" + digits
    return bytes([0x02, len(digits)]) + digits
