"""The amounts as a system: what its likely readings can be together."""

from collections.abc import Sequence
from decimal import Decimal

from models.invoice import FieldStatus, InvoiceField, InvoiceKind, LineItem, Witness
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


def test_a_total_that_only_two_sure_readings_of_its_print_show_is_proved() -> None:
    total, again = a_word("226.00", doubts={}, top=120), a_word("226.00", Witness.SECOND_READING, doubts={}, top=120)
    unsure = a_word("226.00", Witness.SECOND_READING, doubts={}, surety=0.9, top=120)

    assert proved({TOTAL: (total, again)}).fields[TOTAL].status is FieldStatus.PROVED
    assert proved({TOTAL: (total, unsure)}).fields[TOTAL].status is FieldStatus.READ
    assert proved({TOTAL: (total, a_word("228.00", Witness.SECOND_READING, doubts={}))}).fields[TOTAL].alternatives == ("228.00",)
