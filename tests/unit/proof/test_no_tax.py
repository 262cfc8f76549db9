"""`***` in the place of a tax: proved by equal sums, refuted by any difference."""

from models.invoice import FieldStatus, InvoiceField, LineItem, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.amount_repair import repair_amounts
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts, settle_amounts
from tests.support.witnesses import a_word

LINES = (LineItem(amount="150.00", tax_rate="免税", tax_amount="***"), LineItem(amount="50.00", tax_rate="免税", tax_amount="***"))


def settled(total: str | None, words: str | None, *more: Candidate) -> dict[str, InvoiceField]:
    said = {NET: (a_word("200.00"),), TAX: (a_word("***", top=40), *more)}
    said |= {TOTAL: (a_word(total, top=80),)} if total else {}
    said |= {WORDS: (a_word(words, top=120),)} if words else {}
    return settle_amounts(Amounts.of(said, LINES, None), said, 1)


def test_stars_are_proved_where_net_and_total_are_one() -> None:
    fields = settled("200.00", "贰佰圆整")

    assert (fields[TAX].value, fields[TAX].status) == ("***", FieldStatus.PROVED)
    assert fields[TAX].witnesses == (Witness.PRINTED, Witness.ARITHMETIC)
    assert fields[TOTAL].status is FieldStatus.PROVED


def test_stars_beside_sums_that_differ_are_a_conflict() -> None:
    field = settled("226.00", "贰佰贰拾陆圆整")[TAX]

    assert (field.value, field.status, field.alternatives) == ("***", FieldStatus.CONFLICT, ("26.00",))


def test_stars_against_a_tax_in_the_files_own_data_are_a_conflict() -> None:
    field = settled("200.00", "贰佰圆整", a_word("26.00", Witness.EMBEDDED))[TAX]

    assert (field.status, field.alternatives) == (FieldStatus.CONFLICT, ("26.00",))


def test_stars_that_nothing_speaks_of_are_only_read() -> None:
    assert settled(None, None)[TAX].status is FieldStatus.READ


def test_stars_are_no_number_to_repair_with() -> None:
    said = {NET: (a_word("200.00", doubts={}),), TAX: (a_word("***", doubts={}, top=40),), TOTAL: (a_word("200.00", doubts={}, top=80),)}

    assert TAX not in repair_amounts(said, LINES, Amounts.of(said, LINES, None))
