"""A face of which a part is missing is found to be cut and never accepted; a whole one is never called cut."""

import re
from datetime import UTC, date, datetime
from functools import cache, reduce

import pytest

from benchmarks.drawing.drawn_set import DRAWN_KINDS
from benchmarks.drawing.drawn_set import drawn as draw_anew
from models.correction import Wish
from models.document import Scan
from models.geometry import Box
from models.invoice import FieldStatus, Invoice
from models.verification import Outcome, Verdict
from ocr_service.corrections import Corrector
from tests.support.archived import a_document
from tests.support.drawn_pages import cut, proved, read, recognised
from tests.support.example_reading import reading_of

_VAT = ("vat_special", "vat_general", "vat_electronic_general", "vat_electronic_special", "digital_special", "digital_general")
_FORMS = (*_VAT, *("toll_electronic", "blockchain", "vat_roll", "motor_vehicle", "used_vehicle", "digital_air", "digital_railway"))
_SIDES = {"left": "左侧 left", "right": "右侧 right", "top": "上方 top", "bottom": "下方 bottom"}
_SHARES = (0.35, 0.5, 0.6, 0.7, 0.8, 0.9)
_TRUSTED = {FieldStatus.PROVED, FieldStatus.REPAIRED}

drawn = cache(draw_anew)


def without(side: str, share: float) -> Box:
    """What is left, in shares of width and height, when so much is kept and the rest is cut off at one side."""
    edges = {"left": (1 - share, 0, 1, 1), "right": (0, 0, share, 1), "top": (0, 1 - share, 1, 1), "bottom": (0, 0, 1, share)}
    return Box(*edges[side])


def sides_found_cut(invoice: Invoice) -> list[str]:
    return [check.actual or "" for check in invoice.checks if check.rule == "face_is_whole" and check.outcome is Outcome.FAIL]


def a_cut_invoice(kind: str, side: str, share: float) -> Invoice:
    (invoice,) = proved([cut(recognised(drawn(kind, 11, 0, dpi=60).pages[0]), without(side, share))])
    return invoice


@pytest.mark.parametrize("side", _SIDES)
@pytest.mark.parametrize("kind", _FORMS)
def test_nothing_wrong_is_proved_of_a_cut_face_and_it_is_not_accepted(kind: str, side: str) -> None:
    (truth,) = drawn(kind, 11, 0, dpi=60).truths
    for share in _SHARES:
        invoice = a_cut_invoice(kind, side, share)
        # of private persons the truth has no taxpayer id
        trusted = {key: field.value for key, field in invoice.fields.items() if field.status in _TRUSTED and key in truth}
        assert trusted == {key: truth[key] for key in trusted}, share
        # the last tenth of a railway invoice is a greeting
        assert invoice.verdict is not Verdict.ACCEPTED or (kind, side, share) == ("digital_railway", "bottom", 0.9)


@pytest.mark.parametrize("share", _SHARES)
@pytest.mark.parametrize("side", _SIDES)
@pytest.mark.parametrize("kind", _VAT)
def test_a_face_that_is_still_known_says_at_which_side_it_is_cut(kind: str, side: str, share: float) -> None:
    invoice = a_cut_invoice(kind, side, share)

    # without title and number nothing tells what the lower half of a 数电票 is; the left tenth of a paper form is little but its rim
    is_told = not (kind.startswith("digital") and side == "top" and share < 0.7) and (kind, side, share) != ("vat_general", "left", 0.9)
    assert is_told == any(_SIDES[side] in found for found in sides_found_cut(invoice))


@pytest.mark.parametrize("kind", (*DRAWN_KINDS, "digital_pages", "sales_list", "glued_sheet", "taxi_strip"))
def test_a_whole_face_is_never_called_cut(kind: str) -> None:
    for place in range(4):
        found = [side for invoice in read(drawn(kind, 12, place, dpi=60)) for side in sides_found_cut(invoice)]
        assert found == [], place


@pytest.mark.parametrize("kind", _VAT)
def test_a_crop_along_the_outermost_print_is_a_whole_face(kind: str) -> None:
    page = recognised(drawn(kind, 11, 0, dpi=60).pages[0])
    boxes = [line.polygon.box for line in page.lines if not re.search("SAMPLE|下载次数|[联凭]", line.text)]
    frame = reduce(Box.union, boxes)
    width, height = page.flat_width, page.flat_height
    kept = Box((frame.left - 1) / width, (frame.top - 1) / height, (frame.right + 1) / width, (frame.bottom + 1) / height)

    (invoice,) = proved([cut(page, kept)])
    assert sides_found_cut(invoice) == []


def test_a_correction_does_not_make_a_cut_face_whole() -> None:
    invoice = a_cut_invoice("digital_special", "bottom", 0.9)
    scan = Scan(a_document(b"cut", pages=1), b"cut")
    wish = Wish(by="甲", reason="核对", fields={"remarks": "补"})
    reading = Corrector(today=lambda: date(2026, 1, 31)).correct(reading_of(scan, invoice), 1, wish, datetime(2026, 1, 31, tzinfo=UTC))

    assert sides_found_cut(reading.invoices[0]) == ["下方 bottom"]
    assert reading.invoices[0].verdict is Verdict.NEEDS_REVIEW
