"""One field between its witnesses."""

import pytest

from models.invoice import FieldStatus, InvoiceField, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.settling import settle, without_refuted
from tests.support.witnesses import a_word

NUMBER = "12345678"
UNSURE = {2: (("3", 0.6), ("8", 0.39))}
"""The third digit may be an 8."""


def settled(*candidates: Candidate, key: str = "invoice_number", qr_vouches: bool = False) -> InvoiceField:
    return settle(key, candidates, 1, qr_vouches=qr_vouches, on_vat_form=True)


def test_two_inks_that_agree_prove() -> None:
    field = settled(a_word(NUMBER), a_word(NUMBER, Witness.SECOND_PRINT))

    assert (field.status, field.witnesses) == (FieldStatus.PROVED, (Witness.PRINTED, Witness.SECOND_PRINT))


def test_two_prints_read_differently_are_settled_by_what_the_engine_saw_beside() -> None:
    field = settled(a_word(NUMBER, doubts=UNSURE), a_word("12845678", Witness.SECOND_PRINT, doubts={}))

    assert (field.value, field.raw, field.status) == ("12845678", NUMBER, FieldStatus.REPAIRED)
    assert (field.witnesses, field.alternatives) == ((Witness.SECOND_PRINT,), (NUMBER,))


def test_the_first_print_stands_when_the_second_is_the_doubtful_one() -> None:
    field = settled(a_word("12845678", doubts={}), a_word(NUMBER, Witness.SECOND_PRINT, doubts=UNSURE))

    assert (field.value, field.status, field.alternatives) == ("12845678", FieldStatus.PROVED, (NUMBER,))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_word(NUMBER, doubts={}), a_word("12845678", Witness.SECOND_PRINT, doubts={})),
        (a_word(NUMBER, doubts=UNSURE), a_word("12845678", Witness.SECOND_PRINT, doubts={2: (("8", 0.6), ("3", 0.39))})),
        (a_word(NUMBER, doubts=UNSURE), a_word("12945678", Witness.SECOND_PRINT, doubts={})),
        (a_word(NUMBER), a_word("12845678", Witness.SECOND_PRINT)),
    ],
    ids=["both sure", "both in doubt", "nobody offered it", "no alternatives told"],
)
def test_prints_that_nothing_settles_are_a_conflict(first: Candidate, second: Candidate) -> None:
    field = settled(first, second)

    assert (field.value, field.status, field.alternatives) == (NUMBER, FieldStatus.CONFLICT, (second.value,))


def test_two_sure_readings_of_one_print_prove_a_number() -> None:
    field = settled(a_word(NUMBER, doubts={}), a_word(NUMBER, Witness.SECOND_READING, doubts={}))

    assert (field.status, field.witnesses) == (FieldStatus.PROVED, (Witness.PRINTED, Witness.SECOND_READING))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_word(NUMBER, doubts={7: (("8", 0.85), ("3", 0.15))}), a_word(NUMBER, Witness.SECOND_READING, doubts={})),
        (a_word(NUMBER, doubts={}), a_word(NUMBER, Witness.SECOND_READING, doubts={7: (("8", 0.85), ("3", 0.15))})),
        (a_word(NUMBER, doubts={}, surety=0.95), a_word(NUMBER, Witness.SECOND_READING, doubts={}, surety=0.95)),
        (a_word(NUMBER), a_word(NUMBER, Witness.SECOND_READING)),
    ],
    ids=["first in doubt", "second in doubt", "neither sure", "an engine that tells no probabilities"],
)
def test_two_readings_of_which_one_is_unsure_prove_nothing(first: Candidate, second: Candidate) -> None:
    assert settled(first, second).status is FieldStatus.READ


@pytest.mark.parametrize(("first", "second"), [(0.93, 0.99), (0.99, 0.93)])
def test_a_fair_reading_beside_a_sure_one_proves(first: float, second: float) -> None:
    field = settled(a_word(NUMBER, doubts={}, surety=first), a_word(NUMBER, Witness.SECOND_READING, doubts={}, surety=second))

    assert field.status is FieldStatus.PROVED


def test_the_century_of_a_date_needs_no_sureness_its_other_digits_do() -> None:
    def read_twice(place: int) -> FieldStatus:
        second = a_word("2020-11-18", Witness.SECOND_READING, doubts={place: (("2", 0.6),)})
        return settled(a_word("2020-11-18", doubts={}), second, key="issue_date").status

    assert (read_twice(0), read_twice(2)) == (FieldStatus.PROVED, FieldStatus.READ)


def test_what_only_one_print_read_twice_proves_is_lost_when_a_rule_about_it_is_broken() -> None:
    twice = settled(a_word(NUMBER, doubts={}), a_word(NUMBER, Witness.SECOND_READING, doubts={}))
    inks = settled(a_word(NUMBER), a_word(NUMBER, Witness.SECOND_PRINT))
    fields = without_refuted({"invoice_number": twice, "invoice_code": inks}, {"invoice_number", "invoice_code"})

    assert [field.status for field in fields.values()] == [FieldStatus.READ, FieldStatus.PROVED]
    assert without_refuted({"invoice_number": twice}, {"issue_date"}) == {"invoice_number": twice}


def test_two_sure_readings_prove_nothing_on_a_ticket_which_prints_several_dates_and_numbers() -> None:
    field = settle("issue_date", (a_word("2020-11-18", doubts={}), a_word("2020-11-18", Witness.SECOND_READING, doubts={})), 1)

    assert field.status is FieldStatus.READ


def test_a_second_reading_proves_no_name() -> None:
    name = "青禾市示例商贸有限公司"

    assert settled(a_word(name, doubts={}), a_word(name, Witness.SECOND_READING, doubts={}), key="seller_name").status is FieldStatus.READ


@pytest.mark.parametrize("surety", [0.999, 0.7])
def test_any_reading_of_the_ink_bears_out_a_files_own_text(surety: float) -> None:
    ink = a_word(NUMBER, Witness.SECOND_READING, doubts={}, surety=surety)

    assert settled(a_word(NUMBER, confidence=1.0), ink).status is FieldStatus.PROVED
    assert settled(a_word(NUMBER, confidence=1.0)).status is FieldStatus.READ
    assert settled(a_word(NUMBER), ink).status is FieldStatus.READ


@pytest.mark.parametrize(("surety_first", "surety_second", "status"), [(0.999, 0.7, FieldStatus.READ), (0.7, 0.999, FieldStatus.CONFLICT)])
def test_a_second_reading_that_differs_is_never_chosen_silently(surety_first: float, surety_second: float, status: FieldStatus) -> None:
    first = a_word(NUMBER, doubts={}, surety=surety_first)
    field = settled(first, a_word("12345670", Witness.SECOND_READING, doubts={}, surety=surety_second))

    assert (field.value, field.status, field.alternatives) == (NUMBER, status, ("12345670",))


def test_two_inks_outweigh_a_second_reading_that_differs() -> None:
    inks = (a_word(NUMBER, doubts={}), a_word(NUMBER, Witness.SECOND_PRINT, doubts={}))
    field = settled(*inks, a_word("12345670", Witness.SECOND_READING, doubts={}))

    assert (field.status, field.alternatives) == (FieldStatus.PROVED, ("12345670",))


def test_a_code_of_the_printing_works_proves_a_number_that_it_repeats() -> None:
    assert settled(a_word(NUMBER), a_word(NUMBER, Witness.QR)).status is FieldStatus.PROVED
    assert settled(a_word(NUMBER), a_word("87654321", Witness.QR)).status is FieldStatus.CONFLICT


def test_a_checksummed_code_does_not_repair_a_print_that_the_engine_is_sure_of() -> None:
    neighbour = "12345679"
    sure = settled(a_word(NUMBER, doubts={}), a_word(neighbour, Witness.QR), qr_vouches=True)
    doubtful = settled(a_word(NUMBER, doubts={7: (("8", 0.6), ("9", 0.4))}), a_word(neighbour, Witness.QR), qr_vouches=True)

    assert (sure.value, sure.status, sure.alternatives) == (NUMBER, FieldStatus.CONFLICT, (neighbour,))
    assert (doubtful.value, doubtful.status, doubtful.raw) == (neighbour, FieldStatus.REPAIRED, NUMBER)


def test_a_print_that_lost_a_digit_is_repaired_by_a_checksummed_code() -> None:
    field = settled(a_word(None, raw="1234578", doubts={}), a_word(NUMBER, Witness.QR), qr_vouches=True)

    assert (field.value, field.status, field.raw) == (NUMBER, FieldStatus.REPAIRED, "1234578")


def test_a_files_own_data_prove_the_print_that_shows_them() -> None:
    field = settled(a_word("甲公司(示例)"), a_word("甲公司（示例）", Witness.EMBEDDED), key="seller_name")

    assert (field.value, field.status) == ("甲公司（示例）", FieldStatus.PROVED)
    assert (field.witnesses, field.alternatives) == ((Witness.PRINTED, Witness.EMBEDDED), ())


def test_data_that_no_page_shows_stand_for_themselves() -> None:
    assert settled(a_word(NUMBER, Witness.EMBEDDED)).status is FieldStatus.PROVED
    assert settled(a_word(NUMBER, Witness.EMBEDDED), a_word("87654321", Witness.QR)).status is FieldStatus.CONFLICT


def test_a_face_that_says_plainly_something_else_than_its_data_is_a_conflict() -> None:
    misread = settled(a_word(NUMBER, doubts=UNSURE), a_word("12845678", Witness.EMBEDDED))
    other = settled(a_word("99990000", doubts={}), a_word(NUMBER, Witness.EMBEDDED))
    own_text = settled(a_word("12345673", confidence=1.0), a_word(NUMBER, Witness.EMBEDDED))

    assert (misread.value, misread.status) == ("12845678", FieldStatus.REPAIRED)
    assert (other.value, other.status, other.alternatives) == ("99990000", FieldStatus.CONFLICT, (NUMBER,))
    assert (own_text.value, own_text.status) == ("12345673", FieldStatus.CONFLICT)


def test_remarks_that_were_wrapped_otherwise_are_no_contradiction() -> None:
    field = settled(a_word("订单号一二", confidence=1.0), a_word("订单号一二三四五六七八九十", Witness.EMBEDDED), key="remarks")

    assert (field.value, field.status) == ("订单号一二三四五六七八九十", FieldStatus.READ)


def test_nothing_understood_is_unreadable() -> None:
    assert settled(a_word(None, raw="~~")).status is FieldStatus.UNREADABLE
