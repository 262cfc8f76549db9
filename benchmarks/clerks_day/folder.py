"""The folder on somebody's desk: tickets, scans, photos, digital invoices in every form, doubles, and what no archive can take."""

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmarks.drawing.camera import encoded, photograph, scan
from benchmarks.drawing.digits import amount_in_words
from benchmarks.drawing.document import Drawn
from benchmarks.drawing.drawn_set import drawn
from tests.support import invoice_data
from tests.support.mails import mail
from tests.support.ofd_files import an_ofd, page_of, printed, zipped
from tests.support.pdf_files import LOCKED_PDF, text_pdf

MOST_BYTES = 4_000_000
"""The limit of one file on the server of such a day: low, so that a file above it need not be large."""
OUR_NAME, OUR_TAX_ID = "白石县样本咨询有限公司", "91310199651717240Y"
"""Who buys what the XML files bill."""
SHARES: Mapping[str, int] = {
    "xml": 12,
    "pdf": 40,
    "taxi": 30,
    "scan": 36,
    "duplicate": 6,
    "again": 4,
    "empty": 2,
    "locked": 2,
    "large": 1,
    "none": 4,
    "train": 24,
    "photo": 12,
    "zip": 3,
    "mail": 3,
    "ofd": 8,
    "coach": 10,
    "broken": 2,
    "text": 1,
}
"""So many of 200; of fewer files each has its share, the first named first."""
REFUSED = ("empty", "locked", "large", "broken", "text")
OF_A_PHONE = ("taxi", "scan", "train", "photo", "coach", "pdf", "ofd", "again", "none", "duplicate", "large", "empty", "locked", "broken")
"""What somebody finds among the photos and files of a phone."""
_POINTS, _MILLIMETRES = 72, 25.4
_PAPERS = {"scan": ("vat_special", "vat_general", "vat_electronic_general", "toll_electronic"), "photo": ("vat_general", "vat_special")}
_DIGITAL = ("digital_general", "digital_special")
_NOTICE = ((220, 340, 20, "关于年会的通知"), (60, 280, 12, "各位同事："), (60, 250, 12, "年会定于十二月二十日举行，请各部门准时参加。"))


class MixedFile(NamedTuple):
    """One file, and what it is of `SHARES`."""

    name: str
    content: bytes
    what: str


class Listed(NamedTuple):
    """An invoice that the tax bureau's list names."""

    number: str
    day: str
    net: Decimal
    tax: Decimal


class Mixed(NamedTuple):
    """The whole folder, and which invoices of it the tax bureau knows besides one that nobody has."""

    files: tuple[MixedFile, ...]
    listed: tuple[Listed, ...]


def shared_out(count: int) -> dict[str, int]:
    """How many of each: every kind has one before any has its second, as far as the count goes."""
    whole = sum(SHARES.values())
    given = {what: share * count // whole for what, share in SHARES.items()}
    for what in sorted(SHARES, key=lambda each: (given[each] > 0, -(SHARES[each] * count % whole) if given[each] else 0)):
        if sum(given.values()) < count:
            given[what] += 1
    return given


def mixed(count: int, seed: int) -> Mixed:
    """Draw them, in the order in which a heap of paper lies: by lot."""
    given = shared_out(count)
    files = [_DRAWN[what](seed, place) for what, many in given.items() if what in _DRAWN for place in range(many)]
    readable = [file for file in files if file.what in ("taxi", "train", "scan", "pdf")]
    for place in range(given["duplicate"]):
        first = readable[place % len(readable)]
        files.append(MixedFile(f"副本-{place + 1:02}-{first.name}", first.content, "duplicate"))
    order = np.random.default_rng(seed).permutation(len(files))
    return Mixed(tuple(files[place] for place in order), tuple(_listed(seed, place) for place in range(given["xml"])))


def written(files: tuple[MixedFile, ...], folder: Path) -> list[Path]:
    """Put them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / file.name for file in files]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.content)
    return paths


def _ticket(kind: str, words: str) -> Callable[[int, int], MixedFile]:
    def one(seed: int, place: int) -> MixedFile:
        image = drawn(kind, seed, place, dpi=220).image.convert("RGB")
        return MixedFile(f"{words}{place + 1:02}.jpg", encoded(scan(image, seed=seed + place, noise=2.0)), kind)

    return one


def _scanned(seed: int, place: int) -> MixedFile:
    image = drawn(_PAPERS["scan"][place % 4], seed, place, dpi=150).image.convert("RGB")
    return MixedFile(f"扫描{place + 1:04}.jpg", encoded(scan(image, seed=seed + place, skew_degrees=0.8), quality=72), "scan")


def _photographed(seed: int, place: int) -> MixedFile:
    image = drawn(_PAPERS["photo"][place % 2], seed + 1, place, dpi=150).image.convert("RGB")
    photo = photograph(image, seed=seed + place, turn_degrees=3.0, perspective=0.08, blur=0.4, light=0.8)
    return MixedFile(f"IMG{place + 1:04}.jpg", encoded(photo, quality=75), "photo")


def _pdf(seed: int, place: int) -> MixedFile:
    document = drawn(_DIGITAL[place % 2], seed, place, dpi=_POINTS)
    height = document.image.height
    texts = []
    for one in document.prints:
        (left, top), _, (_, bottom), _ = one.polygon
        size = bottom - top
        texts.append((left, 400 - (bottom - size / 8) * 400 / height, max(4, round(size)), one.text))
    return MixedFile(f"数电票{place + 1:02}.pdf", text_pdf(texts), "pdf")


def _ofd(seed: int, place: int) -> MixedFile:
    document: Drawn = drawn(_DIGITAL[place % 2], seed + 2, place, dpi=_POINTS)
    scale = _MILLIMETRES / _POINTS
    texts = []
    for one in document.prints:
        (left, top), _, (_, bottom), _ = one.polygon
        size = (bottom - top) * scale
        texts.append((left * scale, bottom * scale - size / 8, size, one.text))
    return MixedFile(f"数电票{place + 1:02}.ofd", an_ofd(page_of(printed(texts))), "ofd")


def _listed(seed: int, place: int) -> Listed:
    net = Decimal(100 * (place + 1) + seed % 10)
    return Listed(f"25119900000{seed % 1000:03}{place + 1:06}", f"2025-03-{place % 28 + 1:02}", net, net * Decimal("0.06"))


def _xml(seed: int, place: int) -> MixedFile:
    one = _listed(seed, place)
    total = one.net + one.tax
    said = {
        invoice_data.NUMBER: one.number,
        "100.00": f"{one.net:.2f}",
        ">6.00<": f">{one.tax:.2f}<",
        "106.00": f"{total:.2f}",
        "壹佰零陆圆整": amount_in_words(total),
        ">50<": f">{one.net / 2:.2f}<",
        "2025-03-19": one.day,
    }
    text = invoice_data.DIGITAL
    for was, now in said.items():
        text = text.replace(was, now)
    return MixedFile(f"税务数字账户{place + 1:02}.xml", text.encode(), "xml")


def _again(seed: int, place: int) -> MixedFile:
    image = drawn(_PAPERS["scan"][place % 4], seed, place, dpi=170).image.convert("RGB")
    return MixedFile(f"再扫一次{place + 1:02}.jpg", encoded(image, quality=80), "again")


def _zip(seed: int, place: int) -> MixedFile:
    inner = [_ticket("taxi", "出租车")(seed + 3, 3 * place + number) for number in range(2)] + [_pdf(seed + 3, place)]
    return MixedFile(f"报销包{place + 1}.zip", zipped({file.name: file.content for file in inner}), "zip")


def _mail(seed: int, place: int) -> MixedFile:
    attached = _pdf(seed + 4, place)
    return MixedFile(f"发票邮件{place + 1}.eml", mail((attached.name, attached.content), number=seed + place), "mail")


def _large(seed: int, place: int) -> MixedFile:
    return MixedFile(f"超大{place + 1}.jpg", _scanned(seed + 5, place).content + bytes(MOST_BYTES), "large")


def _broken(seed: int, place: int) -> MixedFile:
    stream = io.BytesIO()
    Image.new("L", (800, 600), 240).save(stream, "PNG")
    return MixedFile(f"传坏的{place + 1}.png", stream.getvalue()[: 60 + place + seed % 7], "broken")


def _told_apart(name: str, content: bytes, what: str) -> Callable[[int, int], MixedFile]:
    """Files of a kind that differ by their names, and but for the empty ones by a line at their end."""

    def one(seed: int, place: int) -> MixedFile:
        stem, _, ending = name.partition(".")
        return MixedFile(f"{stem}{place + 1}.{ending}", content + (b"\n" * (place + seed % 2) if content else b""), what)

    return one


_DRAWN: Mapping[str, Callable[[int, int], MixedFile]] = {
    "xml": _xml,
    "pdf": _pdf,
    "taxi": _ticket("taxi", "出租车"),
    "train": _ticket("train", "火车票"),
    "coach": _ticket("coach", "汽车票"),
    "scan": _scanned,
    "photo": _photographed,
    "again": _again,
    "zip": _zip,
    "mail": _mail,
    "ofd": _ofd,
    "none": _told_apart("会议通知.pdf", text_pdf(_NOTICE), "none"),
    "empty": _told_apart("空文件.pdf", b"", "empty"),
    "locked": _told_apart("加密.pdf", LOCKED_PDF, "locked"),
    "text": _told_apart("说明.txt", "报销说明".encode(), "text"),
    "large": _large,
    "broken": _broken,
}
