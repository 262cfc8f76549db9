"""Drawn documents of all formats with a few things wrong in each, the same for the same seed."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from functools import cache
from typing import NamedTuple

from PIL import Image

from benchmarks.drawing.drawn_set import picture
from tests.support.invoice_data import DIGITAL, VAT, XBRL
from tests.support.ofd_files import an_ofd, page_of, printed, zipped
from tests.support.pdf_files import pages_pdf, portfolio_pdf, text_pdf
from tests.support.pictures import a_picture

_MOST_CHANGES = 6
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483648", b"99999999999999999999", b"1e400", b"0.0000001", b"NaN", b"")
_WORDS = (
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\0",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&#0;",
    b"endstream",
    b"\xed\xa0\x80",
    b"PK\x05\x06",
)
_NUMBER = re.compile(rb"[0-9]+(?:\.[0-9]+)?")


class Mutant(NamedTuple):
    """A file; its number and format are enough to make it again."""

    number: int
    format: str
    content: bytes

    @property
    def name(self) -> str:
        """How it is told."""
        return f"mutant {self.number} ({self.format})"


@cache
def seeds() -> Mapping[str, tuple[bytes, ...]]:
    """The files that are mutated, by format."""
    page = picture(20261130, 0).image
    page.thumbnail((640, 640))
    small = page.resize((200, 140))
    turned = _saved(small, "JPEG", quality=50, exif=_turned())
    xml = tuple(text.encode() for text in (DIGITAL, VAT, XBRL))
    return {
        "jpeg": (_saved(page, "JPEG", quality=50), _saved(page, "JPEG", quality=50, progressive=True), turned),
        "png": (_saved(small, "PNG"), _saved(small.convert("P"), "PNG"), _saved(small.convert("I;16"), "PNG")),
        "tiff": (
            _saved(page.convert("1"), "TIFF", compression="group4"),
            _saved(small, "TIFF", compression="tiff_lzw", save_all=True, append_images=[small.rotate(180)]),
            _saved(small, "TIFF", compression="jpeg"),
        ),
        "webp": (_saved(page, "WEBP", quality=40),),
        "bmp": (_saved(small.convert("L"), "BMP"),),
        "gif": (_saved(small, "GIF", save_all=True, append_images=[small.rotate(180)]),),
        "avif": (_saved(page, "AVIF", quality=40),),
        "pdf": (
            text_pdf(attachment=("a.xml", xml[0]), properties={"Number": "1"}),
            text_pdf(picture=True, said={"票": "豪"}),
            _saved(page, "PDF"),
            portfolio_pdf({"a.png": a_picture(1)}, {"b.xml": xml[1]}),
            pages_pdf(3),
        ),
        "ofd": (an_ofd(), an_ofd(page_of(printed()), page_of(""), attachments={"a.xml": xml[0]}, stated={"Number": "1"})),
        "xml": xml,
        "zip": (zipped({"a.png": a_picture(1), "b.xml": xml[0]}), zipped({"a/": b"", "a/c.zip": zipped({"d.jpg": turned})})),
        "eml": (_mail(a_picture(3), xml[0]),),
    }


def mutants(begin: int, end: int, seed: int) -> Iterator[Mutant]:
    """Those with the numbers from `begin` to before `end`."""
    return (mutant(number, seed) for number in range(begin, end))


def mutant(number: int, seed: int) -> Mutant:
    """The one with this number."""
    rng = random.Random(seed * 1_000_003 + number)
    formats = tuple(seeds())
    format = formats[number % len(formats)]
    content = rng.choice(seeds()[format])
    if format in {"ofd", "zip"} and rng.random() < 0.6:
        return Mutant(number, format, _inside_a_zip(content, rng))
    return Mutant(number, format, changed(content, rng))


def changed(content: bytes, rng: random.Random) -> bytes:
    """The bytes with a few things wrong."""
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        content = rng.choice(_CHANGES)(content, rng) or b"\0"
    return content


def _inside_a_zip(content: bytes, rng: random.Random) -> bytes:
    """One of its members changed, the zip around it sound: what is wrong is met further inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    members[name] = changed(members[name] or b"\0", rng)
    if rng.random() < 0.1:
        del members[rng.choice(list(members))]
    return zipped(members)


def _flipped(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def _overwritten(content: bytes, rng: random.Random) -> bytes:
    place, word = rng.randrange(len(content)), rng.choice(_WORDS)
    return content[:place] + word + content[place + len(word) :]


def _inserted(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    filling = rng.choice((rng.randbytes(rng.randint(1, 20)), rng.choice(_WORDS) * rng.choice((1, 3, 2_000))))
    return content[:place] + filling + content[place:]


def _shortened(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def _without_a_piece(content: bytes, rng: random.Random) -> bytes:
    begin, size = rng.randrange(len(content)), rng.choice((1, 4, 16, 300))
    return content[:begin] + content[begin + size :]


def _repeated(content: bytes, rng: random.Random) -> bytes:
    begin, size = rng.randrange(len(content)), rng.choice((4, 40, 400))
    return content[:begin] + content[begin : begin + size] * rng.choice((2, 5, 500)) + content[begin + size :]


def _renumbered(content: bytes, rng: random.Random) -> bytes:
    """Another number in the place of one that is written out."""
    found = list(_NUMBER.finditer(content))
    if not found:
        return _flipped(content, rng)
    place = rng.choice(found)
    return content[: place.start()] + rng.choice(_NUMBERS) + content[place.end() :]


def _spliced(content: bytes, rng: random.Random) -> bytes:
    other = rng.choice(rng.choice(list(seeds().values())))
    begin = rng.randrange(len(other))
    place = rng.randrange(len(content))
    return content[:place] + other[begin : begin + rng.choice((20, 400, 5_000))] + content[place:]


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flipped, _flipped, _overwritten, _inserted, _shortened, _without_a_piece, _repeated, _renumbered, _renumbered, _spliced),
)


def _saved(image: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def _turned() -> bytes:
    exif = Image.Exif()
    exif[274] = 6
    return exif.tobytes()


def _mail(png: bytes, xml: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "发票"
    mail.set_content("见附件")
    mail.add_attachment(png, maintype="image", subtype="png", filename="票.png")
    mail.add_attachment(xml, maintype="application", subtype="xml", filename="a.xml")
    return mail.as_bytes()
