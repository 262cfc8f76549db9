"""Every kind of paper is drawn, and what its label says is what stands on it."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from stdnum.cn import ric, uscc

from benchmarks.drawing.__main__ import save_clean
from benchmarks.drawing.digits import amount_in_words, railway_checksum, resident_check, vehicle_check
from benchmarks.drawing.document import Drawn
from benchmarks.drawing.drawn_set import COMPOSED_KINDS, DRAWN_KINDS
from benchmarks.drawing.drawn_set import drawn as draw_anew
from benchmarks.drawing.paper import Machine, Setting
from benchmarks.drawing.pen import BLACK, Sheet
from benchmarks.drawing.prints import FIELD_KEYS, ITEM_CELLS, Print, truth_of
from models.invoice import FIELD_NAMES, InvoiceKind

_DPI = 60
_PLACES = range(6)

drawn = cache(draw_anew)


def _corners(one: Print) -> np.ndarray:
    return np.array(one.polygon)


def _same(one: Drawn, other: Drawn) -> bool:
    pages = zip(one.pages, other.pages, strict=True)
    return one.truths == other.truths and all(a.prints == b.prints and a.image.tobytes() == b.image.tobytes() for a, b in pages)


def test_every_kind_of_the_contract_is_drawn() -> None:
    assert set(DRAWN_KINDS) == {kind.value for kind in InvoiceKind}


def test_field_keys_are_those_of_the_contract() -> None:
    assert set(FIELD_KEYS) == set(FIELD_NAMES)


@pytest.mark.parametrize("kind", DRAWN_KINDS)
def test_the_truth_of_a_paper_is_printed_on_it(kind: str) -> None:
    layouts = set()
    for place in _PLACES:
        document = drawn(kind, 3, place, dpi=_DPI)
        layouts.add(document.layout)
        (truth,) = document.truths
        assert truth["kind"] == kind
        assert set(truth) - {"kind", "items"} <= set(FIELD_KEYS)
        printed = truth_of(kind, document.prints, items="items" in truth)
        for key, value in truth.items():
            # a fixed amount may be told in words alone
            if kind != "fixed_amount" or key != "tax_inclusive_amount":
                assert printed[key] == value, (place, key)
        for row in truth.get("items", []):
            assert set(row) == set(ITEM_CELLS)
    assert len(layouts) >= 3


@pytest.mark.parametrize("kind", (*DRAWN_KINDS, *COMPOSED_KINDS))
def test_every_print_lies_on_its_page_and_has_ink(kind: str) -> None:
    document = drawn(kind, 5, 1, dpi=100)
    for page in document.pages:
        grey = np.asarray(page.image.convert("L"), dtype=int)
        for one in page.prints:
            corners = _corners(one)
            low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
            # what a badly set printer strikes beside the paper is lost
            assert low.min() > -30, one
            assert high[0] < page.image.width + 30, one
            assert high[1] < page.image.height + 30, one
            there = grey[max(0, low[1]) : high[1], max(0, low[0]) : high[0]]
            assert int(there.max()) - int(there.min()) > 25, one


@pytest.mark.parametrize("kind", (*DRAWN_KINDS, *COMPOSED_KINDS))
def test_seed_and_place_decide_a_document(kind: str) -> None:
    document = draw_anew(kind, 3, 2, dpi=_DPI)
    assert _same(document, draw_anew(kind, 3, 2, dpi=_DPI))
    assert not _same(document, draw_anew(kind, 4, 2, dpi=_DPI))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody draws 'banknote'"):
        drawn("banknote", 1, 1)


@pytest.mark.parametrize("kind", DRAWN_KINDS)
def test_companies_and_people_do_not_exist(kind: str) -> None:
    for place in _PLACES:
        document = drawn(kind, 3, place, dpi=_DPI)
        texts = [one.text for one in document.prints]
        for code in re.findall(r"\b9[1-3][0-9A-Z]{16}\b", " ".join(texts)):
            assert uscc.is_valid(code), code
            assert code[6:8] == "99", code
        for number in re.findall(r"\b[1-8]\d{5}(?:19|20)\d{9}[0-9X]\b", " ".join(texts)):
            assert ric.calc_check_digit(number) == number[-1], number
            assert number[4:6] == "99", number
        for number in re.findall(r"\b\d{10}\*{4}", " ".join(texts)):
            assert number[4:6] == "99", number


@pytest.mark.parametrize("kind", [kind for kind in DRAWN_KINDS if kind.startswith(("digital", "vat_e", "toll_e", "blockchain", "train"))])
def test_the_code_on_a_paper_carries_its_payload(kind: str) -> None:
    document = drawn(kind, 11, 0, dpi=150)
    assert document.qr_payloads
    assert [code.text for code in zxingcpp.read_barcodes(document.image)] == list(document.qr_payloads)


def test_the_code_of_a_railway_ticket_has_its_own_checksum() -> None:
    assert railway_checksum("123456789") == 0x4B37
    document = drawn("digital_railway", 4, 0, dpi=_DPI)
    fields, checksum = document.qr_payloads[0].removesuffix(",").rsplit(",", 1)
    assert checksum == f"{railway_checksum(fields + ','):04X}"
    (truth,) = document.truths
    assert fields.split(",")[3] == truth["invoice_number"]
    assert Decimal(fields.split(",")[4]) == Decimal(str(truth["tax_inclusive_amount"]))


def test_the_address_on_a_blockchain_invoice_counts_fen() -> None:
    document = drawn("blockchain", 4, 1, dpi=_DPI)
    (truth,) = document.truths
    assert f"bill_num={truth['invoice_number']}&" in document.qr_payloads[0]
    assert document.qr_payloads[0].endswith(f"total_amount={int(Decimal(str(truth['tax_inclusive_amount'])) * 100)}")


def test_check_characters_of_residents_and_vehicles() -> None:
    # the example of GB 11643, and the number whose check digit is plain to see
    assert resident_check("11010519491231002") == "X"
    assert vehicle_check("1" * 17) == "1"
    for kind in ("motor_vehicle", "used_vehicle"):
        for place in _PLACES:
            vin = str(drawn(kind, 3, place, dpi=_DPI).truths[0]["vin"])
            assert re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", vin)
            assert vehicle_check(vin) == vin[8]


@pytest.mark.parametrize("kind", [kind for kind in DRAWN_KINDS if kind not in ("train", "air_itinerary", "other")])
def test_amounts_of_a_paper_agree(kind: str) -> None:
    for place in _PLACES:
        (truth,) = drawn(kind, 3, place, dpi=_DPI).truths
        total = Decimal(str(truth["tax_inclusive_amount"]))
        words = truth["tax_inclusive_amount_in_words"]
        if isinstance(words, str):
            bare = words.replace("元", "圆").removesuffix("整")
            assert bare in {amount_in_words(total).removesuffix("整"), amount_in_words(total, whole_after_jiao=True).removesuffix("整")}
        if isinstance(truth.get("tax_exclusive_amount"), str) and truth["tax_amount"] not in (None, "***"):
            assert Decimal(str(truth["tax_exclusive_amount"])) + Decimal(str(truth["tax_amount"])) == total
        items = truth.get("items")
        for row in items if isinstance(items, list) else ():
            if row["quantity"] and row["unit_price"]:
                assert abs(Decimal(row["quantity"]) * Decimal(row["unit_price"]) - Decimal(row["amount"])) <= Decimal("0.01")
        if isinstance(items, list):
            amounts = sum((Decimal(item["amount"]) for item in items), Decimal(0))
            assert amounts == ((truth["tax_exclusive_amount"] and Decimal(str(truth["tax_exclusive_amount"]))) or total)


def test_the_tax_on_a_vehicle_is_that_of_its_printed_rate() -> None:
    for place in _PLACES:
        document = drawn("motor_vehicle", 3, place, dpi=_DPI)
        (truth,) = document.truths
        (rate,) = (one.text for one in document.prints if re.fullmatch(r"\d+%", one.text))
        tax = Decimal(str(truth["tax_exclusive_amount"])) * Decimal(rate.removesuffix("%")) / 100
        assert abs(tax - Decimal(str(truth["tax_amount"]))) <= Decimal("0.01")


def test_a_list_takes_the_place_of_the_line_that_refers_to_it() -> None:
    document = drawn("sales_list", 1, 0, dpi=_DPI)
    first, second = document.pages
    (truth,) = document.truths
    items = truth["items"]
    assert isinstance(items, list)
    assert len(items) >= 9
    assert any("销货清单" in one.text for one in first.prints)
    assert not any((one.key or "").startswith("items.") for one in first.prints)
    assert truth_of("vat_special", second.prints, items=True)["items"] == items
    assert {one.value for one in second.prints if one.key == "invoice_number"} == {truth["invoice_number"]}
    assert sum(Decimal(item["amount"]) for item in items) == Decimal(str(truth["tax_exclusive_amount"]))


def test_pages_of_one_invoice_share_its_lines() -> None:
    document = drawn("digital_pages", 1, 0, dpi=_DPI)
    (truth,) = document.truths
    pages = [truth_of("digital_general", page.prints, items=True) for page in document.pages]
    assert len(pages) > 1
    assert [row for page in pages for row in page["items"]] == truth["items"]
    assert truth_of("digital_general", [one for page in document.pages for one in page.prints], items=True)["items"] == truth["items"]
    assert {page["invoice_number"] for page in pages} == {truth["invoice_number"]}
    assert [page["tax_inclusive_amount"] for page in pages] == [None] * (len(pages) - 1) + [truth["tax_inclusive_amount"]]


@pytest.mark.parametrize("kind", [kind for kind in COMPOSED_KINDS if kind not in ("sales_list", "digital_pages", "list", "web_page")])
@pytest.mark.parametrize("place", range(3))
def test_each_document_of_a_sheet_lies_in_its_own_area(kind: str, place: int) -> None:
    document = drawn(kind, 6, place, dpi=_DPI)
    (page,) = document.pages
    assert len(document.truths) == len(document.areas) >= 2
    boxes = [np.array(area) for area in document.areas]
    for number, truth in enumerate(document.truths):
        own = [one for one in page.prints if one.invoice == number]
        assert truth_of(str(truth["kind"]), own)["invoice_number"] == truth["invoice_number"]
        middles = np.array([_corners(one).mean(axis=0) for one in own])
        assert (middles >= boxes[number].min(axis=0)).all()
        assert (middles <= boxes[number].max(axis=0)).all()
        assert boxes[number].min() >= 0
        assert (boxes[number].max(axis=0) <= page.image.size).all()
    centres = [box.mean(axis=0) for box in boxes]
    assert all(np.hypot(*(a - b)) > 100 for at, a in enumerate(centres) for b in centres[at + 1 :])


def test_receipts_of_one_strip_count_up() -> None:
    truths = drawn("taxi_strip", 1, 0, dpi=_DPI).truths
    numbers = [int(str(truth["invoice_number"])) for truth in truths]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len({truth["invoice_code"] for truth in truths}) == 1


def test_a_needle_printer_strikes_the_same_words_in_dots() -> None:
    sheets = [Sheet(40, 10, 200) for _ in range(2)]
    for sheet, needles in zip(sheets, (0, 16), strict=True):
        Machine.of(sheet, BLACK, Setting(needles, right=1.0)).put(3, 5, "12.50元", 4, "tax_inclusive_amount", value="12.50")
    smooth, struck = sheets
    assert smooth.prints == struck.prints
    assert smooth.prints[0].polygon[0][0] == pytest.approx(4 * 200 / 25.4)
    pictures = [np.asarray(sheet.finish().convert("L")) for sheet in sheets]
    assert (pictures[0] != pictures[1]).any()
    assert min(picture.min() for picture in pictures) < 100


def test_a_value_printed_in_two_ways_is_refused() -> None:
    corner = ((0.0, 0.0),) * 4
    with pytest.raises(ValueError, match="invoice_number is printed as"):
        truth_of("taxi", [Print("12345678", corner, "invoice_number"), Print("12345679", corner, "invoice_number")])


def test_a_clean_document_is_saved_with_its_label(tmp_path: Path) -> None:
    for kind, ending in (("train", "png"), ("sales_list", "tiff")):
        document = drawn(kind, 1, 0, dpi=_DPI)
        save_clean(document, tmp_path / "files", tmp_path / "labels")
        label = json.loads((tmp_path / "labels" / f"{document.name}.json").read_text(encoding="utf-8"))
        assert label["file"] == f"{document.name}.{ending}"
        assert label["invoices"] == list(document.truths)
        with Image.open(tmp_path / "files" / label["file"]) as kept:
            assert getattr(kept, "n_frames", 1) == len(document.pages) == len(label["prints"])


@pytest.mark.parametrize("kind", ["vat_special", "vat_general"])
def test_print_that_is_shifted_moves_as_one_piece_and_its_form_stays(kind: str) -> None:
    for place in range(3):
        straight, shifted = drawn(kind, 3, place, dpi=_DPI), draw_anew(kind, 3, place, dpi=_DPI, flaw="shift")
        moved = {
            (round(after.polygon[0][0] - before.polygon[0][0], 3), round(after.polygon[0][1] - before.polygon[0][1], 3))
            for before, after in zip(straight.prints, shifted.prints, strict=True)
        }
        (right, down), still = max(moved, key=lambda offset: abs(offset[0]) + abs(offset[1])), (0.0, 0.0)

        assert moved == {(right, down), still}
        assert max(abs(right) / 4.0, abs(down) / 4.8) / _DPI * 25.4 > 0.6
        assert straight.truths[0].items() >= shifted.truths[0].items()


def test_what_was_printed_beside_the_paper_is_not_asked_for() -> None:
    straight, low = (draw_anew("vat_special", 77, 14, dpi=_DPI, flaw=flaw) for flaw in (None, "shift"))

    assert "print +14.2 mm down" in low.layout
    assert set(straight.truths[0]) - set(low.truths[0]) == {"payee", "reviewer", "drawer"}
