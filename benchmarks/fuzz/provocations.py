"""Files that cost a careless service everything: each was seen to stop one, or stands for its kind."""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage

from PIL import Image

from tests.support.hostile import nested_forms, white_png, with_a_member_that_wants_four_gigabytes
from tests.support.invoice_data import DIGITAL, NUMBER
from tests.support.ofd_files import an_ofd, page_of, printed, text_object, zipped
from tests.support.pdf_files import large_pdf, pages_pdf, portfolio_pdf
from tests.support.pictures import a_picture

_HEAD = DIGITAL.encode()[: DIGITAL.encode().index(b"</EInvoice>")]


def _unclosed_sections(size: int) -> bytes:
    return _HEAD + b"<a>&" + b"<![CDATA[" * (size // 9)


def _in_an_ofd(part: bytes) -> bytes:
    return an_ofd(parts={"Doc_0/Pages/Page_0/Content.xml": part, "Doc_0/PublicRes.xml": part})


def _slow_encoding() -> bytes:
    text = DIGITAL.replace('encoding="UTF-8"', 'encoding="punycode"')
    return text.encode() + b"<!--" + b"a-" * 400_000 + b"-->"


def _many_directories() -> bytes:
    entries = [(254, 0), (256, 1), (257, 1), (258, 1), (259, 1), (262, 0), (273, 8), (279, 1)]
    size = 2 + 12 * len(entries) + 4
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    chain = b"".join(directory + struct.pack("<I", 8 + 8 + (number + 1) * size) for number in range(40_000))
    return b"II*\x00" + struct.pack("<I", 16) + bytes(8) + chain[:-4] + bytes(4)


def _many_scans() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4_000, 4_000)).save(stream, "JPEG", progressive=True)
    content = stream.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 2_000 + content[-2:]


def _endless_page(filling: str) -> bytes:
    return DIGITAL.replace("<Remark>三月</Remark>", f"<Remark>{filling}</Remark>").encode()


def _many_rows(count: int) -> bytes:
    row = "<IssuItemInformation><ItemName>甲</ItemName></IssuItemInformation>"
    return DIGITAL.replace("<AdditionalInformation>", row * count + "<AdditionalInformation>").encode()


def _template_for_every_page() -> bytes:
    template = page_of(printed() + "<!--" + "x" * 1_000_000 + "-->").encode()
    pages = [page_of("", template='<ofd:Template TemplateID="9" ZOrder="Background"/>')] * 400
    return an_ofd(*pages, parts={"Doc_0/Tpls/Tpl_0/Content.xml": template})


def _long_number() -> bytes:
    digits = "25" * 4_000
    lines = "".join(text_object(10, 10 + place / 60, 3, digits[place : place + 20]) for place in range(0, 8_000, 20))
    return an_ofd(page_of(lines), attachments={"a.xml": DIGITAL.replace(NUMBER, digits).encode()})


def _unfolds_to_a_gigabyte() -> bytes:
    white = bytes(11_000_000)
    return zipped({f"{number}.png": white_png(40, 30) + white for number in range(100)})


def _four_thousand_jobs() -> bytes:
    rng = random.Random(4)
    return zipped({f"{number}.png": a_picture(number % 50) + rng.randbytes(8) for number in range(4_000)}, zipfile.ZIP_STORED)


def _zips_in_zips() -> bytes:
    content = a_picture(1)
    for depth in range(40):
        content = zipped({f"{depth}-{twin}.zip": content for twin in range(3)} if depth < 12 else {f"{depth}.zip": content})
    return content


def _mail_of_mails() -> bytes:
    parts = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth, depth + 1) for depth in range(3_000))
    return b"From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + parts


def _mail_with_a_long_header() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "x"
    mail.add_attachment(a_picture(2), maintype="image", subtype="png", filename="a.png")
    return mail.as_bytes().replace(b"Subject: x", b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\nReferences: " + b"<" * 500_000)


FILES: Mapping[str, Callable[[], bytes]] = {
    "unclosed CDATA, 81 kB": lambda: _unclosed_sections(81_000),
    "unclosed CDATA, 5 MB": lambda: _unclosed_sections(5_000_000),
    "unclosed CDATA in an OFD": lambda: _in_an_ofd(b"<a>&" + b"<![CDATA[" * 110_000),
    "encoding punycode": _slow_encoding,
    "TIFF of 40,000 directories": _many_directories,
    "JPEG of 2,000 scans": _many_scans,
    "PDF of forms in forms, 4 x 40": lambda: nested_forms(4, 40),
    "PDF of forms in forms, 5 x 60": lambda: nested_forms(5, 60),
    "PDF page of two kilometres": lambda: large_pdf(2_000_000, 2_000_000),
    "PDF page of 14,400 points": lambda: large_pdf(14_400, 14_400),
    "PDF of 100,000 pages": lambda: pages_pdf(100_000),
    "PDF with a heavy XML attached": lambda: portfolio_pdf({"a.xml": b"<a>" + b"<b>1</b>" * 300_000 + b"</a>"}),
    "PNG of 64 megapixels, 10 kB": lambda: white_png(8_000, 8_000),
    "PNG of 4,000 megapixels": lambda: white_png(63_000, 63_000),
    "XML with a remark of 30,000 lines": lambda: _endless_page("\n" * 30_000),
    "XML with a remark of a million signs": lambda: _endless_page("甲" * 1_000_000),
    "XML of 20,000 rows": lambda: _many_rows(20_000),
    "OFD whose 400 pages share a megabyte": _template_for_every_page,
    "OFD with a number of 8,000 digits": _long_number,
    "zip that unfolds to 1.1 GB": _unfolds_to_a_gigabyte,
    "zip of 4,000 pictures": _four_thousand_jobs,
    "zip that wants 4 GB to unpack": lambda: with_a_member_that_wants_four_gigabytes(**{"1.png": a_picture(1)}),
    "zips in zips": _zips_in_zips,
    "mail of 3,000 mails": _mail_of_mails,
    "mail with a megabyte of headers": _mail_with_a_long_header,
}
"""By what they are; each makes its bytes when it is asked."""

SHOWN_AT_ONCE = "PNG of 64 megapixels, 10 kB"
"""The one whose preview is asked for by many at once."""

RAW_REQUESTS: Mapping[str, bytes] = {
    "Content-Length of 5,000 digits": b"POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "charset=undefined": b"POST /v1/invoices/find HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=undefined\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}",
    "lone surrogate": b"GET /v1/invoices?text=%ED%A0%80 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /v1/review HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "a megabyte of headers": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "JSON of 100,000 brackets": b"POST /v1/invoices/find HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\nConnection: close\r\n\r\n" + b"[" * 100_000,
    "form of 100,000 fields": b"POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 4500000\r\nConnection: close\r\n\r\n" + b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" * 95_000,
}
"""Requests as they go over the wire."""

STALLED = (
    b"POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 40000000\r\n\r\n--b"
)
"""The beginning of a request that never goes on."""
STALLED_AT_ONCE = 200
