"""The amounts as a system: what its likely readings can be together."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from models.invoice import FieldStatus, InvoiceField, InvoiceKind, LineItem, Witness
from models.money import format_amount, parse_amount
from models.qr_payload import QrPayload
from models.verification import Outcome
from ocr_service.evidence import Candidate
from ocr_service.proof.amount_repair import repair_amounts
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts
from ocr_service.proof.proving import Hearing, Proof, prove
from tests.support.witnesses import Doubts, a_word
from tests.unit.test_verification import TODAY

LINES = (LineItem(amount="150.00", tax_rate="13%", tax_amount="19.50"), LineItem(amount="50.00", tax_rate="13%", tax_amount="6.50"))
Said = dict[str, tuple[Candidate, ...]]
DOUBTED = {1: (("6", 0.6), ("0", 0.39))}
"""The second digit of an amount, read as 6, may be a 0."""


def words(text: str = "贰佰贰拾陆圆整", doubts: Doubts | None = None) -> Candidate:
    return a_word(text, doubts={} if doubts is None else doubts, top=200)


def face(**said: Candidate) -> Said:
    usual = {
        NET: a_word("200.00", doubts={}, top=40),
        TAX: a_word("26.00", doubts={}, top=80),
        TOTAL: a_word("226.00", doubts={}, top=120),
        WORDS: words(),
    }
    return {key: (said.get(key, word),) for key, word in usual.items()}


def repaired(
    candidates: dict[str, tuple[Candidate, ...]], items: Sequence[LineItem] = (), qr: QrPayload | None = None
) -> dict[str, str | None]:
    found = repair_amounts(candidates, items, Amounts.of(candidates, items, qr))
    return {key: candidate.value for key, candidate in found.items()}


def proved(candidates: Said, items: tuple[LineItem, ...] = ()) -> Proof:
    return prove(Hearing(InvoiceKind.VAT_SPECIAL, {}, candidates, items, 1), TODAY)


def test_nothing_is_touched_where_all_equations_hold() -> None:
    doubtful = a_word("200.00", doubts={1: (("0", 0.5), ("6", 0.49))}, top=40)

    assert repaired(face(**{NET: doubtful}), LINES) == {}


def test_an_amount_that_two_equations_ask_for_is_read_otherwise() -> None:
    misread = a_word("260.00", doubts=DOUBTED, top=40)

    assert repaired(face(**{NET: misread}), LINES) == {NET: "200.00"}


def test_one_equation_alone_changes_nothing() -> None:
    misread = a_word("260.00", doubts=DOUBTED, top=40)

    assert repaired(face(**{NET: misread})) == {}


def test_two_misread_amounts_are_found_together() -> None:
    net = a_word("260.00", doubts=DOUBTED, top=40)
    total = a_word("228.00", doubts={2: (("8", 0.6), ("6", 0.39))}, top=120)

    assert repaired(face(**{NET: net, TOTAL: total}), LINES) == {NET: "200.00", TOTAL: "226.00"}


def test_misread_words_follow_a_total_that_is_proved_without_them() -> None:
    misread = words("贰佰叁拾陆圆整", {2: (("叁", 0.6), ("贰", 0.39))})
    alone = {WORDS: (misread,), TOTAL: face()[TOTAL]}

    assert repaired(face(**{WORDS: misread})) == {WORDS: "贰佰贰拾陆圆整"}
    assert repaired(alone) == {}
    assert repaired(face(**{WORDS: words("贰佰叁拾陆圆整")})) == {}


def test_two_changes_that_only_two_equations_ask_for_are_refused() -> None:
    misread = words("贰佰叁拾陆圆整", {2: (("叁", 0.6), ("贰", 0.39))})
    total = a_word("228.00", doubts={2: (("8", 0.6), ("6", 0.39))}, top=120)

    assert repaired(face(**{WORDS: misread, TOTAL: total}), LINES) == {}


def test_an_alternative_that_nobody_offered_is_not_taken() -> None:
    assert repaired(face(**{NET: a_word("260.00", doubts={}, top=40)}), LINES) == {}
    assert repaired(face(**{NET: a_word("260.00", doubts={1: (("6", 0.6), ("8", 0.39))}, top=40)}), LINES) == {}


def test_two_solutions_change_nothing() -> None:
    """Net and tax both doubtful at the same place: either could make up what is missing."""
    net = a_word("206.00", doubts={2: (("6", 0.5), ("0", 0.49))}, top=40)
    tax = a_word("26.00", doubts={1: (("6", 0.5), ("0", 0.49))}, top=80)

    assert repaired(face(**{NET: net, TAX: tax})) == {}


def test_an_amount_that_was_not_understood_is_found_by_two_equations() -> None:
    torn = a_word(None, raw="2O0.00", doubts={1: (("O", 0.6), ("0", 0.39))}, top=40)

    assert repaired(face(**{NET: torn}), LINES) == {NET: "200.00"}
    assert repaired(face(**{NET: torn})) == {}


def test_a_lost_decimal_point_is_no_reason_to_invent_one() -> None:
    assert repaired(face(**{TOTAL: a_word("22600.00", raw="22600", doubts={}, top=120)}), LINES) == {}


def test_a_repaired_amount_says_so_and_its_rules_hold() -> None:
    proof = proved(face(**{NET: a_word("260.00", doubts=DOUBTED, top=40)}), LINES)
    net: InvoiceField = proof.fields[NET]

    assert (net.value, net.raw, net.status, net.alternatives) == ("200.00", "260.00", FieldStatus.REPAIRED, ("260.00",))
    assert net.witnesses == (Witness.PRINTED, Witness.ARITHMETIC)
    assert [check.rule for check in proof.checks if check.outcome is Outcome.FAIL] == []


def test_the_code_of_the_face_is_one_more_equation() -> None:
    qr = QrPayload("", "01", "3100203130", "12345678", Decimal("200.00"), None, "", "")

    assert repaired(face(**{NET: a_word("260.00", doubts=DOUBTED, top=40)}), (), qr) == {NET: "200.00"}


def read_twice(first: str, again: str | None = None, surety: float = 0.999) -> InvoiceField:
    """A total that nothing but two readings of its print speaks of."""
    second = first if again is None else again
    words = (
        a_word(amount_of(first), raw=first, doubts={}, top=120),
        a_word(amount_of(second), Witness.SECOND_READING, raw=second, doubts={}, surety=surety, top=120),
    )
    return proved({TOTAL: words}).fields[TOTAL]


def amount_of(text: str) -> str:
    amount = parse_amount(text)
    assert amount is not None
    return format_amount(amount)


def test_two_readings_of_a_lone_amount_do_not_prove_that_it_is_the_total() -> None:
    assert read_twice("￥226.00").status is FieldStatus.READ
    assert read_twice("￥226.00").witnesses == (Witness.PRINTED, Witness.SECOND_READING)


def test_a_second_reading_that_differs_is_an_alternative() -> None:
    assert read_twice("￥226.00", "￥228.00").status is FieldStatus.READ
    assert read_twice("￥226.00", "￥228.00").alternatives == ("228.00",)


ONE_LINE = (LineItem(amount="203.00", tax_rate="13%", tax_amount="27.04"),)


def amount_face(net: str, tax: str, total: str, spoken: str | None = None) -> Said:
    said = face(**{NET: a_word(net, top=40), TAX: a_word(tax, top=80), TOTAL: a_word(total, top=120)})
    said[WORDS] = () if spoken is None else (words(spoken),)
    return said


def test_the_same_digits_misread_twice_alike_prove_nothing() -> None:
    """208.00 read as 203.00 in the sum and in the only line; total and tax are right."""
    proof = proved(amount_face("203.00", "27.04", "235.04"), ONE_LINE)

    assert (proof.fields[NET].value, proof.fields[NET].status) == ("203.00", FieldStatus.CONFLICT)
    assert proof.fields[NET].alternatives == ("208.00",)


def test_the_sum_of_one_line_does_not_repair_the_total_that_the_same_digits_make_wrong() -> None:
    total = proved(amount_face("203.00", "27.04", "235.04"), ONE_LINE).fields[TOTAL]

    assert (total.value, total.status) == ("235.04", FieldStatus.READ)


def test_a_tax_free_total_that_its_words_contradict_is_not_proved_by_its_own_repetition() -> None:
    free = (LineItem(amount="203.00", tax_rate="免税"),)
    said = amount_face("203.00", "0.00", "203.00", "贰佰零捌圆整") | {TAX: ()}

    assert proved(said, free).fields[TOTAL].status is FieldStatus.CONFLICT
    assert proved(said | {WORDS: (words("贰佰零叁圆整"),)}, free).fields[TOTAL].status is FieldStatus.PROVED


def test_a_repaired_total_speaks_for_net_and_tax() -> None:
    proof = proved(
        amount_face("200.00", "26.00", "22.00", "贰佰贰拾陆圆整"), (LineItem(amount="200.00", tax_rate="13%", tax_amount="26.00"),)
    )

    assert {key: proof.fields[key].status for key in (NET, TAX, TOTAL)} == {
        NET: FieldStatus.PROVED,
        TAX: FieldStatus.PROVED,
        TOTAL: FieldStatus.REPAIRED,
    }


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [
        ("查拾陆圆整", "壹拾陆圆整", FieldStatus.REPAIRED),
        ("拾陆圆整", "拾陆圆整", FieldStatus.READ),
        ("人民币拾陆圆整", "拾陆圆整", FieldStatus.READ),
    ],
)
def test_words_that_lost_the_one_before_their_ten_get_it_back_or_are_not_proved(raw: str, value: str, status: FieldStatus) -> None:
    said = amount_face("14.16", "1.84", "16.00") | {WORDS: (a_word("拾陆圆整", raw=raw, top=200),)}
    found = proved(said).fields[WORDS]

    assert (found.value, found.raw, found.status) == (value, raw, status)


@pytest.mark.parametrize(
    ("text", "total", "status"),
    [
        ("拾贰万圆整", "120000.00", FieldStatus.READ),
        ("壹拾贰万圆整", "120000.00", FieldStatus.PROVED),
        ("壹仟零拾圆整", "1010.00", FieldStatus.READ),
        ("叄拾圆整", "30.00", FieldStatus.PROVED),
        ("壹万零壹拾圆整", "10010.00", FieldStatus.PROVED),
        ("壹拾万圆整", "100000.00", FieldStatus.PROVED),
    ],
)
def test_words_without_the_numeral_before_a_unit_bear_the_total_out_and_are_themselves_read(
    text: str, total: str, status: FieldStatus
) -> None:
    proof = proved(amount_face(total, "0.00", total, text), (LineItem(amount=total, tax_rate="免税"),))

    assert (proof.fields[WORDS].status, proof.fields[TOTAL].status) == (status, FieldStatus.PROVED)


@pytest.mark.parametrize(
    ("read", "value", "status"),
    [
        ("参拾陆圆整", "叁拾陆圆整", FieldStatus.REPAIRED),
        ("叁拾陆园整", "叁拾陆圆整", FieldStatus.REPAIRED),
        ("叁拾陆渠圆整", "叁拾陆圆整", FieldStatus.REPAIRED),
        ("叁拾陆圆整CAS", "叁拾陆圆整", FieldStatus.REPAIRED),
        ("叄拾陸圓正", "叄拾陸圓正", FieldStatus.PROVED),
        ("叁拾陆元整", "叁拾陆元整", FieldStatus.PROVED),
    ],
)
def test_signs_that_no_form_prints_were_misread(read: str, value: str, status: FieldStatus) -> None:
    found = proved(amount_face("31.86", "4.14", "36.00", read)).fields[WORDS]

    assert (found.value, found.status) == (value, status)


def test_an_equation_that_held_before_says_nothing_for_a_change() -> None:
    """The tax is about 13 % of either amount, so the rate does not tell them apart; only the sum does, which is too little."""
    rate_alone = (LineItem(tax_rate="13%"),)
    near = a_word("200.50", doubts={4: (("5", 0.6), ("0", 0.39))}, top=40)
    far = a_word("260.00", doubts=DOUBTED, top=40)

    assert repaired(face(**{NET: near}), rate_alone) == {}
    assert repaired(face(**{NET: far}), rate_alone) == {NET: "200.00"}
