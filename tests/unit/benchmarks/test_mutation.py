"""The mutation benchmark makes the errors that it says it makes, and judges what comes of them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.mutation.mutants import Manner, Mutant, mutants, spoiled, spoiled_page
from benchmarks.mutation.remembered import Misreading, RememberingRecognizer
from benchmarks.mutation.tables import report_of, silent_in_first
from benchmarks.mutation.trials import Bench, End, Trial, judged
from models.document import RecognizedPage, TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice
from models.verification import Verdict
from ocr_service.page_image import PageImage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import a_line, a_special_invoice
from tests.support.witnesses import choices_for

TRUTH = {
    **{"kind": "vat_special", "invoice_code": "3100203130", "invoice_number": "12345678", "issue_date": "2020-11-18"},
    **{"tax_exclusive_amount": "200.00", "tax_amount": "26.00", "tax_inclusive_amount": "226.00"},
    **{"tax_inclusive_amount_in_words": "贰佰贰拾陆圆整"},
    **{"buyer_tax_id": "91110199291951630T", "seller_tax_id": "91310199651717240Y"},
}
IMAGE = PageImage(1, np.full((600, 1000, 3), 255, np.uint8))


def told(page: RecognizedPage) -> RecognizedPage:
    """The page as an engine gives it that is sure of everything."""
    return replace(page, lines=tuple(replace(line, choices=choices_for(line.text, {}, 0.999)) for line in page.lines))


PAGE = told(a_special_invoice())


@dataclass
class ScriptedEngine:
    """Reads at each place what stands there on a page, and counts how often it is asked."""

    page: RecognizedPage
    asked: int = 0
    name: str = "scripted"
    version: str = "1"
    models: Mapping[str, str] = field(default_factory=dict)

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        return self.page.lines

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        self.asked += len(places)
        return [next(line for line in self.page.lines if line.polygon.box.contains(place.box.centre)) for place in places]


def bench() -> Bench:
    return Bench(RememberingRecognizer(ScriptedEngine(PAGE)), VerificationStage(today=lambda: date(2026, 1, 31)))


def line_with(text: str) -> int:
    return next(number for number, line in enumerate(PAGE.lines) if text in line.text)


def test_every_place_of_every_field_is_hit_by_a_look_alike_and_another_digit() -> None:
    invoice = bench().prove(IMAGE, PAGE)
    found = list(mutants(PAGE, invoice, TRUTH, random.Random(1), 99))

    assert {mutant.key for mutant in found} == set(TRUTH) - {"kind"}
    number = [mutant for mutant in found if mutant.key == "invoice_number"]
    assert sorted({mutant.place for mutant in number}) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert [mutant.how for mutant in number] == ["look-alike", "random"] * 8
    assert all(PAGE.lines[mutant.line].text[mutant.place] != mutant.sign for mutant in found)


def test_a_field_that_was_not_read_right_is_left_alone() -> None:
    invoice = bench().prove(IMAGE, PAGE)

    assert "invoice_number" not in {mutant.key for mutant in mutants(PAGE, invoice, TRUTH | {"invoice_number": "1"}, random.Random(1), 9)}
    assert len({mutant.place for mutant in mutants(PAGE, invoice, TRUTH, random.Random(1), 3) if mutant.key == "seller_tax_id"}) == 3


def test_an_error_stands_in_the_text_and_among_the_alternatives() -> None:
    line = replace(a_line("No123", 0, 0), choices=choices_for("No123", {}, 0.999))

    assert spoiled(line, 3, "7", Manner.SURE).text == "No173"
    assert [sign for sign, _ in spoiled(line, 3, "7", Manner.DOUBTED).choices[3]] == ["7", "2"]
    assert spoiled(line, 3, "7", Manner.DOUBTED).choices[3][0][1] < 0.9 < spoiled(line, 3, "7", Manner.ALIKE).choices[3][0][1]
    assert spoiled(a_line("No123", 0, 0), 3, "7", Manner.SURE).choices == ()


def test_a_place_is_read_once_and_misread_only_on_its_line() -> None:
    engine = ScriptedEngine(PAGE)
    recognizer = RememberingRecognizer(engine)
    number, date_line = line_with("No"), line_with("开票日期")
    places = [PAGE.lines[number].polygon, PAGE.lines[date_line].polygon]
    plain = recognizer.reread(IMAGE.pixels, places)
    recognizer.misreading = Misreading.of(PAGE, Mutant("invoice_number", number, 2, "7", "random"))
    wrong = recognizer.reread(IMAGE.pixels, places)

    assert engine.asked == 2
    assert [line.text for line in plain] == ["No12345678", PAGE.lines[date_line].text]
    assert [line.text for line in wrong] == ["No72345678", PAGE.lines[date_line].text]


def test_a_number_printed_twice_is_refuted_and_a_date_misread_twice_alike_is_silent() -> None:
    trials = list(bench().trials("a.png", IMAGE, PAGE, TRUTH, seed=1, places=2))
    ends = {key: {(trial.manner, trial.end) for trial in trials if trial.mutant.key == key} for key in TRUTH}

    assert {end for _, end in ends["invoice_number"]} <= {End.REFUTED, End.RIGHT}
    assert (Manner.ALIKE, End.ACCEPTED) in ends["issue_date"]
    assert not {(manner, end) for manner, end in ends["issue_date"] if end is End.ACCEPTED and manner is not Manner.ALIKE}
    assert silent_in_first(trials) == 0


def an_outcome(*, status: FieldStatus, value: str, verdict: Verdict = Verdict.NEEDS_REVIEW) -> Trial:
    before = bench().prove(IMAGE, PAGE)
    number = replace(before.fields["invoice_number"], value=value, status=status)
    after: Invoice = replace(before, fields={**before.fields, "invoice_number": number}, verdict=verdict)
    return judged(
        Trial("a.png", "vat_special", Mutant("invoice_number", 0, 0, "7", "random"), Manner.SURE, End.RIGHT), before, after, TRUTH
    )


def test_what_becomes_of_a_mutant_is_told_apart() -> None:
    assert an_outcome(status=FieldStatus.READ, value="12345678").end is End.RIGHT
    assert an_outcome(status=FieldStatus.READ, value="72345678").end is End.READ
    assert an_outcome(status=FieldStatus.CONFLICT, value="72345678").end is End.REFUTED
    assert an_outcome(status=FieldStatus.PROVED, value="72345678").end is End.VOUCHED
    accepted = an_outcome(status=FieldStatus.READ, value="72345678", verdict=Verdict.ACCEPTED)
    assert (accepted.end, accepted.vouched) == (End.ACCEPTED, (("invoice_number", "72345678"),))


def test_the_report_counts_by_field_and_names_what_was_silent() -> None:
    trials = [
        an_outcome(status=FieldStatus.PROVED, value="72345678"),
        an_outcome(status=FieldStatus.CONFLICT, value="72345678")._replace(broken=("number_witnesses_agree",)),
    ]
    report = report_of(trials, 1, 0, {})
    sure = next(table for table in report.tables if table.title.endswith(Manner.SURE))
    rules = report.tables[-1]

    assert [row[:2] for row in sure.rows] == [("invoice_number", 2), ("all", 2)]
    assert rules.rows == (("number_witnesses_agree", "50.0 %"),)
    assert isinstance(silent := report.details["silent"], list)
    assert [entry["said"] for entry in silent] == [{"invoice_number": "72345678"}]
    assert silent_in_first(trials) == 1


def test_a_mutant_changes_its_own_line_alone() -> None:
    number = line_with("No")
    other = spoiled_page(PAGE, Mutant("invoice_number", number, 2, "7", "random"), Manner.SURE)

    assert [place for place, pair in enumerate(zip(PAGE.lines, other.lines, strict=True)) if pair[0] != pair[1]] == [number]
