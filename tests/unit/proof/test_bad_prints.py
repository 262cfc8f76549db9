"""Prints that invite a wrong value: torn numbers, alternatives that must reach the proof, faces that differ from their data."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage, TextLine
from models.embedded import EmbeddedInvoice
from models.invoice import FieldStatus, Invoice, InvoiceKind
from models.verification import Outcome, Verdict
from ocr_service.evidence import Candidate, Sighting
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import Print, a_page, a_special_invoice
from tests.support.witnesses import choices_for
from tests.unit.test_verification import TODAY, check, proved


def candidates(page: RecognizedPage) -> dict[str, tuple[Candidate, ...]]:
    return dict(ExtractionStage().run(ClassificationStage().run(Sighting(page))).candidates)


def a_digital_page(*number: Print) -> RecognizedPage:
    prints: tuple[Print, ...] = (
        ("电子发票（普通发票）", 380, 20),
        *number,
        ("开票日期：2024年03月01日", 720, 90),
        ("名称：青禾市示例商贸有限公司", 60, 130),
        ("统一社会信用代码/纳税人识别号：91110199291951630T", 60, 160),
    )
    return a_page(*prints)


@pytest.mark.parametrize("left", [720, 825], ids=["below the label", "below the digits"])
def test_a_number_that_runs_on_to_the_next_line_is_joined(left: float) -> None:
    [number] = candidates(a_digital_page(("发票号码：243120000000", 720, 40), ("12345678", left, 62)))["invoice_number"]

    assert number.value == "24312000000012345678"


@pytest.mark.parametrize(
    "second",
    [("1234567", 720.0, 62.0), ("12345678", 720.0, 150.0), ("12345678", 300.0, 62.0), ("1234567A", 720.0, 62.0)],
    ids=["too short", "too far down", "elsewhere", "no digits"],
)
def test_digits_that_do_not_make_up_the_number_are_not_joined(second: Print) -> None:
    found = candidates(a_digital_page(("发票号码：243120000000", 720, 40), second)).get("invoice_number", ())

    assert [number.value for number in found] in ([], [None])


def with_doubt(page: RecognizedPage, text: str, place: int, *seen: tuple[str, float]) -> RecognizedPage:
    """The page with an engine that tells its alternatives, and is in doubt at one place of one line."""

    def told(line: TextLine) -> TextLine:
        return replace(line, choices=choices_for(line.text, {place: seen} if line.text == text else {}, 0.999))

    return replace(page, lines=tuple(told(line) for line in page.lines))


@pytest.mark.parametrize(
    ("key", "text", "place", "seen"),
    [
        ("seller_tax_id", "纳税人识别号：91310199651717240Y", 17, (("1", 0.6), ("7", 0.3))),
        ("invoice_number", "No12345678", 5, (("4", 0.6), ("9", 0.3))),
        ("issue_date", "开票日期：2020年11月18日", 11, (("1", 0.6), ("7", 0.3))),
        ("tax_inclusive_amount", "（小写）￥226.00", 6, (("2", 0.6), ("7", 0.3))),
        ("tax_inclusive_amount_in_words", "贰佰贰拾陆圆整", 2, (("贰", 0.6), ("叁", 0.3))),
        ("tax_exclusive_amount", "￥200.00", 1, (("2", 0.6), ("7", 0.3))),
    ],
)
def test_the_engines_alternatives_stand_beside_the_character_that_they_are_for(
    key: str, text: str, place: int, seen: tuple[tuple[str, float], ...]
) -> None:
    found = candidates(with_doubt(a_special_invoice(), text, place, *seen))[key][0]

    assert len(found.choices) == len(found.raw)
    assert [entry for entry in found.choices if len(entry) > 1] == [seen]
    assert [choices[0][0] for choices in found.choices] == [character if character != "￥" else "¥" for character in found.raw]


def test_a_full_width_print_keeps_its_alternatives() -> None:
    page = with_doubt(a_special_invoice(code="３１００２０３１３０"), "３１００２０３１３０", 4, ("２", 0.6), ("７", 0.3))

    assert candidates(page)["invoice_code"][0].choices[4] == (("2", 0.6), ("7", 0.3))


def test_a_misread_taxpayer_id_is_repaired_the_whole_way() -> None:
    text = "纳税人识别号：91310199657717240Y"
    page = with_doubt(a_special_invoice(seller_tax_id=text), text, 17, ("7", 0.6), ("1", 0.39))
    seller = proved(page).fields["seller_tax_id"]

    assert (seller.value, seller.status, seller.raw) == ("91310199651717240Y", FieldStatus.REPAIRED, "91310199657717240Y")


def with_data(page: RecognizedPage, **fields: str) -> Invoice:
    """The page, proved beside what its file says in data of its own."""
    data = EmbeddedInvoice(InvoiceKind.VAT_SPECIAL, "示例增值税专用发票", fields, (), "data.xml")
    classified = ClassificationStage().run(Sighting(page, data))
    return VerificationStage(today=lambda: TODAY).run(ExtractionStage().run(classified))


DATA = {
    "invoice_code": "3100203130",
    "invoice_number": "12345678",
    "issue_date": "2020-11-18",
    "seller_name": "望江镇示例文具有限公司",
    "tax_inclusive_amount": "226.00",
}


def test_a_face_that_shows_its_files_data_is_accepted() -> None:
    invoice = with_data(a_special_invoice(), **DATA)

    assert check(invoice, "face_matches_embedded_data").outcome is Outcome.PASS
    assert invoice.fields["seller_name"].status is FieldStatus.PROVED
    assert invoice.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("invoice_number", "99990000"),
        ("issue_date", "2019-02-03"),
        ("seller_name", "另一家完全不同的公司"),
        ("tax_inclusive_amount", "926.00"),
    ],
)
def test_a_face_that_differs_from_its_files_data_is_a_finding(key: str, said: str) -> None:
    page = a_special_invoice()
    invoice = with_data(replace(page, lines=tuple(replace(line, confidence=1.0) for line in page.lines)), **{**DATA, key: said})

    assert invoice.fields[key].status is FieldStatus.CONFLICT
    assert check(invoice, "face_matches_embedded_data").outcome is Outcome.FAIL
    assert said in (check(invoice, "face_matches_embedded_data").expected or "")
    assert invoice.verdict is Verdict.NEEDS_REVIEW
