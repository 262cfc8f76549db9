"""Whatever is wrong with input, handed to the real commands and a real server: a clear error each, nothing lost, the rest goes on.

No file here is ever read by the engine, so nothing waits for it.
"""

import json
import os
import random
import socket
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from PIL import Image

from models.digest import Digest
from tests.support.command import ROOT, Result, piaogen
from tests.support.invoice_data import DIGITAL
from tests.support.ofd_files import an_ofd, zipped
from tests.support.pdf_files import LOCKED_PDF, pages_pdf
from tests.support.pictures import a_picture
from tests.support.serving import serving
from tests.support.waiting import until

MEGABYTE = 1_000_000


def png_bomb(side: int) -> bytes:
    """A valid PNG of side x side black and white pixels, a hundred kilobytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def raw_name(name: bytes) -> str:
    """A file name of this machine that is no text."""
    return os.fsdecode(name)


BAD = {
    "空.jpg": (b"", "empty_file"),
    "文本.jpg": ("这不是图片".encode(), "unsupported_media_type"),
    "cut.jpg": (a_picture(format="JPEG")[:300], "unreadable_file"),
    "cut.png": (a_picture()[:60], "unreadable_file"),
    "bomb.png": (png_bomb(30_000), "too_many_pixels"),
    "locked.pdf": (LOCKED_PDF, "locked_file"),
    "year.pdf": (pages_pdf(10_000), "file_too_large"),
    "bomb.ofd": (an_ofd(parts={"Doc_0/Pages/Page_0/Content.xml": bytes(150 * MEGABYTE)}), "file_too_large"),
    "empty.ofd": (zipped({"OFD.xml": b"<OFD/>"}), "file_without_pages"),
    "entities.xml": (b'<!DOCTYPE EInvoice [<!ENTITY x SYSTEM "file:///etc/passwd">]><EInvoice>&x;</EInvoice>', "unreadable_file"),
    "cut.xml": (DIGITAL.encode()[:-100], "unreadable_file"),
    "other.xml": (b"<note>invoice</note>", "unsupported_media_type"),
    "票" * 80 + ".jpg": (b"x", "unsupported_media_type"),
    "line\nfeed\x1b[31m.jpg": (b"x", "unsupported_media_type"),
    raw_name(b"\xff\xfe.jpg"): (b"x", "unsupported_media_type"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bad") / "in"
    place.mkdir()
    for name, (content, _) in BAD.items():
        (place / name).write_bytes(content)
    os.mkfifo(place / "pipe.jpg")
    (place / "circle").symlink_to("circle")
    return place


def of_utf_8(*arguments: str | Path, archive: Path) -> Result:
    """Run with an output that takes UTF-8 only, as a terminal of a Chinese or English desktop does."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict", "PIAOGEN_ARCHIVE": str(archive)}
    command = [sys.executable, "-m", "ocr_service.cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "backslashreplace"))


def test_every_bad_file_is_one_json_line_with_its_code_and_its_very_name(folder: Path, tmp_path: Path) -> None:
    result = of_utf_8("ingest", folder, "--json", archive=tmp_path / "archive")
    codes = {Path(line["file"]).name: line["error"]["code"] for line in result.lines}

    assert result.code == 3
    assert codes == {name: code for name, (_, code) in BAD.items()} | {"pipe.jpg": "unreadable_path", "circle": "unreadable_path"}


def test_no_file_name_can_write_to_the_terminal_what_it_likes(folder: Path, tmp_path: Path) -> None:
    result = of_utf_8("ingest", folder, archive=tmp_path / "archive")

    assert result.code == 3
    assert len(result.out.splitlines()) == len(BAD) + 2
    assert "line\\nfeed\\x1b[31m.jpg" in result.out
    assert "\x1b" not in result.out + result.err


def test_a_folder_without_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    result = piaogen("ingest", tmp_path / "in", "--json", archive=tmp_path / "archive")

    assert (result.code, result.out) == (0, "")
    assert "there was no file to archive" in result.err


def test_without_weights_the_scan_is_kept_and_the_command_says_try_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "a.png").write_bytes(a_picture())
    result = piaogen("ingest", tmp_path / "a.png", "--json", archive=tmp_path / "archive", weights=str(tmp_path / "weights"))
    found = piaogen("find", archive=tmp_path / "archive")

    assert (result.code, result.out) == (6, "")
    assert "weights_unavailable" in result.err
    assert "1 scans are not read yet" in found.err


def test_a_full_disk_says_try_again_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    noise = Image.frombytes("L", (1000, 1000), random.Random(1).randbytes(MEGABYTE))
    noise.save(tmp_path / "a.png")
    environment = {**os.environ, "PIAOGEN_ARCHIVE": str(tmp_path / "archive")}
    command = [sys.executable, "-m", "ocr_service.cli", "ingest", str(tmp_path / "a.png"), "--json"]
    full = subprocess.run(
        ["/bin/bash", "-c", 'ulimit -f 700; exec "$@"', "bash", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    audit = piaogen("audit", "--json", archive=tmp_path / "archive")

    assert (full.returncode, full.stdout) == (6, "")
    assert "store_unavailable" in full.stderr
    assert (audit.code, audit.lines[0]["documents"], audit.lines[0]["findings"]) == (0, 0, [])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("served") / "archive", workers=0) as (client, _):
        yield client


def part(disposition: bytes, content: bytes) -> bytes:
    return b'--cut\r\nContent-Disposition: form-data; name="files"' + disposition + b"\r\n\r\n" + content + b"\r\n"


def post_form(client: httpx.Client, body: bytes, media_type: str = "multipart/form-data; boundary=cut") -> httpx.Response:
    return client.post("/v1/uploads", content=body, headers={"Content-Type": media_type})


def in_pieces(megabytes: int) -> Iterator[bytes]:
    yield b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    for _ in range(megabytes):
        yield bytes(MEGABYTE)
    yield b"\r\n--cut--\r\n"


def test_sixty_megabytes_are_refused_whether_or_not_their_length_is_told(client: httpx.Client) -> None:
    whole = b"".join(in_pieces(60))
    told = post_form(client, whole)
    untold = client.post("/v1/uploads", content=in_pieces(60), headers={"Content-Type": "multipart/form-data; boundary=cut"})

    assert [(answer.status_code, answer.json()["code"]) for answer in (told, untold)] == [(413, "body_too_large")] * 2


def test_every_bad_upload_of_a_batch_is_told_and_the_good_one_is_kept(client: httpx.Client) -> None:
    good = a_picture(3)
    names = [name for name in BAD if name.isprintable()]
    files = [("files", (name, BAD[name][0], "image/jpeg")) for name in names]
    answer = client.post("/v1/uploads", files=[*files, ("files", ("../../好.png", good, "text/plain"))])
    told = {file["file_name"]: file["error"] and file["error"]["code"] for file in answer.json()["files"]}

    assert answer.status_code == 202
    assert told == {**{name: BAD[name][1] for name in names}, "好.png": None}
    assert client.head(f"/v1/files/{Digest.of(good)}").status_code == 200


@pytest.mark.parametrize(
    "name",
    [b"../../etc/passwd", "发票.png".encode(), b"x" * 300 + b".png", b"a\x00b\x01\x1b[31m.png", b"\xed\xa0\x80\xff.png", b""],
    ids=["climbing", "chinese", "long", "control", "surrogates", "empty"],
)
def test_any_name_is_taken_and_shown_harmlessly(name: bytes, client: httpx.Client) -> None:
    answer = post_form(client, part(b'; filename="' + name + b'"', a_picture(4)) + b"--cut--\r\n")
    shown = answer.json()["files"][0]["file_name"]

    assert answer.status_code == 202
    assert 0 < len(shown) <= 255
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") or letter == "/" for letter in shown)


def test_a_form_that_breaks_off_is_refused_even_when_a_file_of_it_is_whole(client: httpx.Client) -> None:
    answer = post_form(client, part(b'; filename="1.png"', a_picture(5)) + part(b'; filename="2.png"', a_picture(6))[:-40])

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert client.head(f"/v1/files/{Digest.of(a_picture(5))}").status_code == 404


def test_a_sender_that_hangs_up_in_the_middle_is_no_bug(client: httpx.Client) -> None:
    head = b"POST /v1/uploads HTTP/1.1\r\nHost: [::1]\r\nContent-Type: multipart/form-data; boundary=cut\r\nContent-Length: 999999\r\n\r\n"
    counted = 'piaogen_http_requests_total{method="POST",route="/v1/uploads",status="%s"}'
    before = client.get("/metrics").text
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(head + part(b'; filename="1.png"', a_picture(14))[:100])
    until(lambda: "status=" in _changed(before, client.get("/metrics").text, '"/v1/uploads"'))

    assert counted % 500 not in client.get("/metrics").text


def _changed(before: str, after: str, about: str) -> str:
    """The lines of figures that were not there before."""
    return "\n".join(line for line in after.splitlines() if about in line and line not in before.splitlines())


def test_a_file_without_a_name_is_not_dropped_in_silence(client: httpx.Client) -> None:
    answer = post_form(client, part(b'; filename="1.png"', a_picture(7)) + part(b"", a_picture(8)) + b"--cut--\r\n")

    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, "a part without filename= is no file")


@pytest.mark.parametrize("media_type", ["application/json", "image/jpeg", "text/plain"])
def test_a_body_of_a_wrong_type_is_told_what_to_send(media_type: str, client: httpx.Client) -> None:
    answer = post_form(client, a_picture(), media_type)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_body")


def test_a_body_without_a_type_is_told_what_to_send(client: httpx.Client) -> None:
    assert client.post("/v1/uploads", content=a_picture()).status_code == 415


def test_a_media_type_may_be_written_in_capitals(client: httpx.Client) -> None:
    body = part(b'; filename="1.png"', a_picture(9)) + b"--cut--\r\n"

    assert post_form(client, body, "Multipart/Form-Data; boundary=cut").status_code == 202


@pytest.mark.parametrize("text", ["bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000, "bytes=-" + "9" * 5000])
def test_a_range_of_any_length_is_no_bug(text: str, client: httpx.Client) -> None:
    digest = client.post("/v1/uploads", files=[("files", ("a.png", a_picture(12)))]).json()["files"][0]["digest"]
    answer = client.get(f"/v1/invoices/{digest}/original", headers={"Range": text})

    assert (answer.status_code, answer.content) == (200, a_picture(12))


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/v1/invoices", "/v1/capabilities", "/openapi.json", "/static/app.css"])
def test_head_is_answered_as_get_without_the_body(path: str, client: httpx.Client) -> None:
    told, whole = client.head(path), client.get(path)

    assert (told.status_code, told.content) == (whole.status_code, b"")
    assert told.headers["content-type"] == whole.headers["content-type"]


def test_head_tells_the_size_of_an_original_and_is_counted_by_its_route(client: httpx.Client) -> None:
    digest = client.post("/v1/uploads", files=[("files", ("a.png", a_picture(13)))]).json()["files"][0]["digest"]
    answer = client.head(f"/v1/invoices/{digest}/original")

    assert answer.headers["content-length"] == str(len(a_picture(13)))
    assert answer.headers["etag"] == json.dumps(digest)
    assert 'method="HEAD",route="/v1/invoices/{invoice_id}/original"' in client.get("/metrics").text
