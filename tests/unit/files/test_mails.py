"""What a mail says of itself, and which of its parts are files to be archived."""

import base64
import io
from email.message import EmailMessage

import pytest
from PIL import Image

from models.errors import UnreadableFile
from ocr_service.files.mails import LEAST_SIDE, letter_of, parts_of
from ocr_service.letter import MOST_HOSTS, LeftOut
from tests.support.containers import a_mail
from tests.support.pictures import a_picture


def a_photo(side: int) -> bytes:
    """A picture whose shorter side is so many pixels."""
    buffer = io.BytesIO()
    Image.new("RGB", (side * 2, side)).save(buffer, "PNG")
    return buffer.getvalue()


def in_the_text(content: bytes) -> tuple[bytes, bytes]:
    """A part as mail programs put pictures into the text."""
    return (
        b"Content-Type: image/png; name=image001.png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64",
        base64.encodebytes(content),
    )


def a_part(kind: bytes, name: bytes, content: bytes) -> tuple[bytes, bytes]:
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=" + name
    return head, base64.encodebytes(content)


def test_a_mail_says_who_sent_it_about_what() -> None:
    letter = letter_of(a_mail(a_part(b"image/png", b"a.png", a_picture())))

    assert (letter.subject, letter.sender, letter.files, letter.left_out) == ("invoice", "开票 <a@shop.example>", 1, ())
    assert letter.sent == "Mon, 4 Mar 2024 10:00:00 +0800"


@pytest.mark.parametrize("written", ["电子发票".encode("gbk"), "电子发票".encode(), b"=?gb18030?B?tefX07eixrE=?="])
def test_a_subject_is_understood_in_whatever_encoding_it_is_written(written: bytes) -> None:
    mail = a_mail().replace(b"Subject: invoice", b"Subject: " + written)

    assert letter_of(mail).subject == "电子发票"


@pytest.mark.parametrize("written", [b"=?nonsense?B?tefX?=", b"=?utf-8?B?!!!!?=", b"=?utf-8?Q?=ZZ?=", b"\x00\xff", b""])
def test_a_subject_that_nothing_can_read_costs_nothing_else(written: bytes) -> None:
    mail = a_mail(a_part(b"image/png", b"a.png", a_picture())).replace(b"Subject: invoice", b"Subject: " + written)

    assert letter_of(mail).files == 1


def test_small_pictures_in_the_text_are_decoration_and_large_ones_are_files() -> None:
    parts = (in_the_text(a_photo(LEAST_SIDE - 1)), in_the_text(a_photo(LEAST_SIDE)), a_part(b"image/png", b"small.png", a_photo(20)))

    letter = letter_of(a_mail(*parts))

    assert letter.left_out == ((0, "image001.png", LeftOut.DECORATION),)
    assert letter.files == 2


def test_what_only_accompanies_a_mail_is_left_out_and_named() -> None:
    signature = a_part(b"application/pkcs7-signature", b"smime.p7s", b"x")
    hidden = a_part(b"application/octet-stream", b".DS_Store", b"x")

    letter = letter_of(a_mail(signature, hidden, a_part(b"text/x-vcard", b"wang.vcf", b"x")))

    assert [why for _, _, why in letter.left_out] == [LeftOut.ACCOMPANYING, LeftOut.LITTER, LeftOut.ACCOMPANYING]
    assert [name for _, name, _ in letter.left_out] == ["smime.p7s", ".DS_Store", "wang.vcf"]
    assert letter.files == 0


@pytest.mark.parametrize(
    "part",
    [
        a_part(b"application/ms-tnef", b"any.bin", b"x"),
        a_part(b"application/octet-stream", b"WINMAIL.DAT", b"x"),
        a_part(b"application/octet-stream", b"ATT0001.dat", b"\x78\x9f\x3e\x22more"),
    ],
)
def test_the_wrapping_of_outlook_is_known_by_its_type_its_name_and_its_bytes(part: tuple[bytes, bytes]) -> None:
    assert [why for _, _, why in letter_of(a_mail(part)).left_out] == [LeftOut.TNEF]


def test_links_in_the_text_are_told_by_their_hosts() -> None:
    page = (
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        base64.encodebytes(b'<a href="https://Inv.example.com/d?x=1">pdf</a> https://inv.example.com/2 http://[bad http://o.example/x'),
    )

    assert letter_of(a_mail(page)).links == ("inv.example.com", "o.example")


def test_no_more_hosts_are_told_than_anybody_reads() -> None:
    text = " ".join(f"https://h{number}.example/" for number in range(100)).encode()

    assert len(letter_of(a_mail((b"Content-Type: text/plain", text))).links) == MOST_HOSTS


def test_data_without_a_name_are_a_file_and_a_page_is_not() -> None:
    data = (b"Content-Type: text/xml; charset=utf-8", b"<EInvoice/>")
    page = (b"Content-Type: text/html", b"<p>hello</p>")

    assert [(part.name, part.content().strip()) for part in parts_of(a_mail(page, data))] == [("1.xml", b"<EInvoice/>")]


def test_a_forwarded_mail_that_was_encoded_against_the_rules_comes_out_as_a_file() -> None:
    inner = a_mail(a_part(b"image/png", b"inner.png", a_picture()))
    head = b"Content-Type: message/rfc822; name=forwarded.eml\r\nContent-Transfer-Encoding: base64"

    [part] = parts_of(a_mail((head, base64.encodebytes(inner))))

    assert part.name == "forwarded.eml"
    assert [each.name for each in parts_of(part.content())] == ["inner.png"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00" * 50,
        b"Content-Type: multipart/mixed; boundary=\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Disposition: attachment; filename*=x'y\r\n\r\nx",
        b"Content-Type: ;;;\r\nContent-Disposition: ;=\r\nContent-Transfer-Encoding: nonsense\r\n\r\nx",
        b"Content-Type: application/pdf; name=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Type: image/png; name*0*=utf-8''%zz; name*0=\"x\"\r\n\r\nx",
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(broken: bytes) -> None:
    letter = letter_of(broken)

    assert letter.files + len(letter.left_out) == len(list(parts_of(broken)))


def test_three_hundred_attachments_are_three_hundred_files() -> None:
    message = EmailMessage()
    message["Subject"] = "many"
    for number in range(300):
        message.add_attachment(a_picture(number % 50), maintype="image", subtype="png", filename=f"{number}.png")

    assert letter_of(message.as_bytes()).files == 300


@pytest.mark.parametrize("header", [b"multipart/mixed; boundary*=utf\0-8''abc", b"image/png; name*=utf\0-8''abc"])
def test_a_header_that_its_parser_breaks_over_refuses_the_mail(header: bytes) -> None:
    mail = b"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: " + header + b"\r\n\r\n--abc\r\n\r\nhello\r\n--abc--\r\n"

    with pytest.raises(UnreadableFile, match="header"):
        list(parts_of(mail))
    with pytest.raises(UnreadableFile, match="header"):
        letter_of(mail)
