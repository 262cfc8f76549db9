"""The drawn documents must be right themselves, or every score taken on them is worth nothing."""

import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from stdnum.cn import uscc

from benchmarks.drawing import examples
from benchmarks.drawing.__main__ import save
from benchmarks.drawing.camera import encoded, photograph, scan, sheet_of
from benchmarks.drawing.digits import amount_in_words, checksum, credit_code, sealed_payload
from benchmarks.drawing.drawn_set import picture
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import KINDS, invent

# fields before the checksum, and both checksums: over the last comma (A) and without it (B); all numbers invented
VECTORS = (
    ("01,01,3100199130,12345678,1000.00,20190315,,", "2F55", "35AF"),
    ("01,04,031001900104,12345678,943.40,20191001,12345678901234567890,", "A4A8", "E0A6"),
    ("01,10,044001900111,87654321,188.68,20190601,98765432109876543210,", "EF06", "ADEC"),
    ("01,31,,24312000000012345678,1130.00,20240301,,", "8EAF", "1E0E"),
    ("01,32,,24312000000012345679,88.00,20240301,,", "984D", "B11B"),
)


def test_checksum_of_the_catalogue() -> None:
    assert checksum("123456789") == 0xFEE8


@pytest.mark.parametrize(("fields", "with_comma", "without_comma"), VECTORS)
def test_checksum_vectors(fields: str, with_comma: str, without_comma: str) -> None:
    assert sealed_payload(fields, "A") == f"{fields}{with_comma},"
    assert sealed_payload(fields, "B") == f"{fields}{without_comma},"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零圆整"),
        ("0.05", "伍分"),
        ("0.30", "叁角"),
        ("10", "壹拾圆整"),
        ("11.20", "壹拾壹圆贰角"),
        ("100.05", "壹佰圆零伍分"),
        ("600", "陆佰圆整"),
        ("825.15", "捌佰贰拾伍圆壹角伍分"),
        ("1001", "壹仟零壹圆整"),
        ("1010.10", "壹仟零壹拾圆壹角"),
        ("4449", "肆仟肆佰肆拾玖圆整"),
        ("10010.01", "壹万零壹拾圆零壹分"),
        ("10600", "壹万零陆佰圆整"),
        ("100000", "壹拾万圆整"),
        ("1002300", "壹佰万贰仟叁佰圆整"),
        ("100000001", "壹亿零壹圆整"),
        ("230050000", "贰亿叁仟零伍万圆整"),
        ("-100", "（负数）壹佰圆整"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


def test_whole_may_follow_jiao_but_never_fen() -> None:
    assert amount_in_words(Decimal("326.40"), whole_after_jiao=True) == "叁佰贰拾陆圆肆角整"
    assert amount_in_words(Decimal("326.41"), whole_after_jiao=True) == "叁佰贰拾陆圆肆角壹分"


def test_credit_codes_hold_both_check_characters() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        code = credit_code(rng, "3100")
        assert uscc.is_valid(code), code
        organisation = code[8:17]
        weighed = sum(weight * int(char, 36) for weight, char in zip((3, 7, 9, 10, 5, 8, 4, 2), organisation, strict=False))
        check = 10 if organisation[8] == "X" else int(organisation[8])
        assert (weighed + check) % 11 == 0, code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_amounts_agree(kind: str, seed: int) -> None:
    invoice = invent(kind, seed, lines=1 + seed % 5, discount=seed % 2 == 1 and kind != "vat_roll", red=seed == 6)
    truth = invoice.truth
    items = truth["items"]
    assert isinstance(items, list)
    total = Decimal(str(truth["tax_inclusive_amount"]))
    if kind == "vat_roll":
        assert sum(Decimal(item["amount"]) for item in items) == total
        return
    amount, tax = Decimal(str(truth["tax_exclusive_amount"])), Decimal(str(truth["tax_amount"]))
    assert amount + tax == total
    assert sum(Decimal(item["amount"]) for item in items) == amount
    assert sum(Decimal(item["tax_amount"]) for item in items) == tax
    assert (total < 0) == (seed == 6)
    for item in items:
        rate = Decimal(item["tax_rate"].removesuffix("%")) / 100
        assert abs(Decimal(item["amount"]) * rate - Decimal(item["tax_amount"])) <= Decimal("0.01")
        if item["quantity"] and item["unit_price"]:
            assert abs(Decimal(item["quantity"]) * Decimal(item["unit_price"]) - Decimal(item["amount"])) <= Decimal("0.01")


def test_numbers_have_the_form_of_their_kind() -> None:
    suffixes = {
        "vat_general": "04",
        "vat_electronic_general": "11",
        "toll_electronic": "12",
        "vat_electronic_special": "13",
        "vat_roll": "07",
    }
    for kind in KINDS:
        invoice = invent(kind, 3)
        if kind.startswith("digital"):
            assert invoice.code is None
            assert len(invoice.number) == 20
            assert invoice.number[:2] == f"{invoice.issue_date.year % 100:02d}"
            continue
        assert invoice.code is not None
        assert len(invoice.number) == 8
        if kind == "vat_special":
            assert len(invoice.code) == 10
            assert invoice.code[:4] == invoice.region
            assert invoice.code[7] == "1"
        else:
            assert len(invoice.code) == 12
            assert invoice.code[0] == "0"
            assert invoice.code[1:5] == invoice.region
            assert invoice.code[-2:] == suffixes[kind]
        year = int(invoice.code[4:6] if len(invoice.code) == 10 else invoice.code[5:7])
        assert year <= invoice.issue_date.year % 100


def test_exempt_and_margin_lines_print_stars() -> None:
    exempt = invent("vat_electronic_general", 2, taxation="exempt")
    assert exempt.truth["tax_amount"] == "***"
    assert exempt.total == exempt.amount
    assert {item.tax_rate for item in exempt.items} == {"免税"}
    margin = invent("digital_general", 2, taxation="margin")
    assert [item.tax_rate for item in margin.items] == ["***"]
    assert (margin.remarks or "").startswith("差额征税：")


def test_a_discount_follows_its_line() -> None:
    first, discount = invent("digital_general", 4, lines=1, discount=True).items
    assert discount.name == first.name
    assert discount.amount < 0 < first.amount
    assert discount.quantity is None


def test_unknown_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot invent"):
        invent("banknote", 1)
    with pytest.raises(ValueError, match="cannot invent"):
        invent("vat_general", 1, lines=9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_qr_code_carries_the_payload(kind: str) -> None:
    invoice = invent(kind, 7, with_qr=True)
    codes = zxingcpp.read_barcodes(draw(invoice))
    assert [code.text for code in codes] == [invoice.qr_payload]


@pytest.mark.parametrize("kind", ["vat_special", "vat_roll"])
def test_no_qr_code_where_none_is_asked_for(kind: str) -> None:
    invoice = invent(kind, 7)
    assert invoice.qr_payload is None
    assert not zxingcpp.read_barcodes(draw(invoice))


def test_both_checksum_variants_are_drawn() -> None:
    variants = {invent("vat_electronic_general", seed).crc_variant for seed in range(40)}
    assert variants == {"A", "B"}


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and bool(np.array_equal(np.asarray(one), np.asarray(other)))


def test_a_seed_decides_every_pixel() -> None:
    assert invent("digital_special", 9) == invent("digital_special", 9)
    assert invent("digital_special", 9) != invent("digital_special", 10)
    page = draw(invent("digital_special", 9), dpi=80)
    assert _same(page, draw(invent("digital_special", 9), dpi=80))
    assert _same(photograph(page, seed=1, perspective=0.1, noise=3), photograph(page, seed=1, perspective=0.1, noise=3))
    assert not _same(photograph(page, seed=1, perspective=0.1, noise=3), photograph(page, seed=2, perspective=0.1, noise=3))
    assert _same(scan(page, seed=1, skew_degrees=2), scan(page, seed=1, skew_degrees=2))
    assert not _same(scan(page, seed=1, skew_degrees=2), scan(page, seed=2, skew_degrees=2))


def test_a_photo_keeps_the_whole_document_in_frame() -> None:
    invoice = invent("vat_electronic_general", 21)
    photo = photograph(draw(invoice), seed=3, turn_degrees=180.0, perspective=0.08, background="cloth", light=0.8, jpeg_quality=80)
    assert [code.text for code in zxingcpp.read_barcodes(photo)] == [invoice.qr_payload]
    border = np.concatenate([np.asarray(photo)[0], np.asarray(photo)[-1]])
    assert border.mean() < 120, "the desk shows all along the upper and lower edge"


def test_two_documents_share_a_sheet() -> None:
    invoices = [invent("digital_general", seed) for seed in (1, 2)]
    page = sheet_of([draw(invoice) for invoice in invoices])
    assert page.size == (1240, 1754)
    found = sorted(zxingcpp.read_barcodes(page), key=lambda code: code.position.top_left.y)
    assert [code.text for code in found] == [invoice.qr_payload for invoice in invoices]


def test_saved_label_has_the_form_the_scoring_tool_reads(tmp_path: Path) -> None:
    drawn = picture(1, 2)
    save(drawn, tmp_path / "files", tmp_path / "labels")
    label = json.loads((tmp_path / "labels" / "003.json").read_text(encoding="utf-8"))
    assert (tmp_path / "files" / label["file"]).is_file()
    assert label["uncertain"] == []
    assert [invoice["kind"] for invoice in label["invoices"]] == ["vat_electronic_general"]
    assert label["invoices"][0]["invoice_code"] == drawn.invoices[0].code


def test_committed_examples_are_what_the_code_draws() -> None:
    drawn = list(examples.pictures())
    assert {path.name for path in examples.FOLDER.iterdir() if path.suffix in (".jpg", ".png")} == {one.name for one in drawn}
    sizes = 0
    for one in drawn:
        path = examples.FOLDER / one.name
        sizes += path.stat().st_size
        assert path.stat().st_size <= 250_000, one.name
        again = encoded(one.image, "PNG") if one.quality is None else encoded(one.image, "JPEG", quality=one.quality)
        with Image.open(path) as kept, Image.open(io.BytesIO(again)) as new:
            assert kept.size == new.size, one.name
            distance = np.abs(np.asarray(kept.convert("RGB"), dtype=int) - np.asarray(new.convert("RGB"), dtype=int)).mean()
        # not equality: JPEG libraries may round differently by a grey level
        assert distance < 1.0, f"{one.name} differs by {distance:.2f} grey levels: run python -m benchmarks.drawing.examples"
    assert sizes <= 1_500_000
