"""What somebody remembers vaguely is held against every invoice as evidence, of which none is a condition; in every database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from models.access import EVERYTHING, Visibility
from models.invoice import Invoice, InvoiceKind, LineItem
from models.remembered import (
    AmountCertainty,
    AmountOf,
    Answer,
    Candidate,
    Clue,
    Meaning,
    Memory,
    NameForm,
    NumberPart,
    PartyName,
    PartyRole,
    Remembered,
    RememberedAmount,
    RememberedDays,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedPlace,
    RememberedTaxId,
    RememberedWords,
)
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.evidence import gathering
from storage.catalogue.tables import invoices
from tests.support.catalogued import DIALECTS, a_reading, a_received, an_invoice, fresh, opened_at

OURS, THEIRS = "财务部", "采购部"
SOUGHT = "08765432"


@pytest.fixture(scope="module", params=DIALECTS)
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """One invoice of a hotel among two hundred of others."""
    with fresh(request) as catalogue:
        for number in range(1, 201):
            _hand_in(catalogue, number, _another(number))
        _hand_in(catalogue, 201, _sought())
        yield catalogue


def _hand_in(catalogue: Catalogue, number: int, invoice: Invoice, department: str | None = OURS) -> None:
    received = replace(a_received(number), department=department)
    catalogue.record_reading(received, a_reading(received, invoice), 1)


def _sought() -> Invoice:
    invoice = an_invoice(
        "合同青禾七号",
        kind=InvoiceKind.VAT_GENERAL,
        invoice_code="044031900111",
        invoice_number=SOUGHT,
        issue_date="2024-03-19",
        seller_name="青禾市希尔顿酒店管理有限公司松川分公司",
        seller_tax_id="91440300MA5FKPXY1C",
        buyer_name="示例集团股份有限公司",
        tax_inclusive_amount="1286.50",
        tax_exclusive_amount="1213.68",
        tax_amount="72.82",
    )
    return replace(invoice, items=(LineItem("*住宿服务*住宿费"),))


def _another(number: int) -> Invoice:
    town, own, trade = "云岭海棠白鹭"[number % 5 : number % 5 + 2], "安邦宝博昌"[number % 4], "创达鼎丰"[number % 3]
    invoice = an_invoice(
        kind=InvoiceKind.VAT_SPECIAL,
        invoice_code="1100184130",
        invoice_number=f"2{number * 391 % 10**7:07}",
        issue_date=f"20{20 + number % 5}-{1 + number % 12:02}-{1 + number % 28:02}",
        seller_name=f"{town}{own}{trade}贸易第{number}有限公司",
        seller_tax_id=f"9131009980389{number:05}",
        buyer_name=f"示例{'甲乙丙丁'[number % 4]}有限公司",
        tax_inclusive_amount=f"{number * 37 + 300}.{number % 100:02}",
        tax_exclusive_amount=f"{number * 33 + 250}.00",
    )
    return replace(invoice, items=(LineItem("*纸制品*复印纸"),))


def memory(*clues: Clue) -> Memory:
    """Things remembered, each of one meaning."""
    return Memory(tuple(Remembered(str(clue), (Meaning(clue),)) for clue in clues))


def party(text: str, form: NameForm = NameForm.CHINESE, *others: str, role: PartyRole = PartyRole.SELLER) -> RememberedParty:
    return RememberedParty((PartyName(text, form), *(PartyName(other, NameForm.CHINESE) for other in others)), role)


def amount(
    wanted: str, certainty: AmountCertainty = AmountCertainty.EXACT, reach: str = "0", of: AmountOf = AmountOf.ANY
) -> RememberedAmount:
    said = Decimal(wanted)
    return RememberedAmount(said - Decimal(reach), said + Decimal(reach), said, certainty, Decimal("0.01"), of)


def days(first: str, last: str | None = None, slack: int = 0) -> RememberedDays:
    return RememberedDays(date.fromisoformat(first), date.fromisoformat(last or first), slack)


ROUNDED, ABOUT, RANGE = AmountCertainty.ROUNDED, AmountCertainty.ABOUT, AmountCertainty.RANGE
LEVELS: list[tuple[Clue, str]] = [
    (party("青禾市希尔顿酒店管理有限公司松川分公司"), "exact"),
    (party("希尔顿酒店"), "part"),
    (party("希尔"), "two_characters"),
    (party("希爾頓酒店"), "part"),
    (party("青禾希尔顿酒店"), "left_out"),
    (party("松川分公司希尔顿"), "other_order"),
    (party("希顿酒管"), "short_form"),
    (party("西尔顿"), "homophone"),
    (party("希尔盾酒店"), "homophone"),
    (party("希尔领酒店"), "look_alike"),
    (party("希尔某酒店管理"), "one_wrong"),
    (party("songcuanfen", NameForm.PINYIN), "near_sound"),
    (party("xierdun", NameForm.PINYIN), "pinyin"),
    (party("xedjd", NameForm.INITIALS), "initials"),
    (party("hilton", NameForm.ENGLISH, "希尔顿"), "other_name"),
    (amount("1286.50"), "exact"),
    (amount("1286"), "same_yuan"),
    (amount("1213.68"), "net"),
    (amount("72.82"), "tax"),
    (amount("1300", ROUNDED, "100"), "within"),
    (amount("1268.50"), "swapped_digits"),
    (amount("7286.50"), "wrong_digit"),
    (amount("128.65"), "digit_more_or_less"),
    (amount("1250", ABOUT, "250"), "five_per_cent"),
    (amount("1390", ABOUT, "50"), "ten_per_cent"),
    (RememberedAmount(Decimal(1200), Decimal(1300), None, RANGE), "within"),
    (RememberedAmount(Decimal("1206.50"), Decimal("1296.50"), None, RANGE, digits="12?6.50"), "pattern"),
    (days("2024-03-19"), "exact"),
    (days("2024-03-01", "2024-03-31"), "within"),
    (days("2024-03-21", "2024-03-25", slack=5), "around"),
    (days("2024-03-17"), "days_off"),
    (days("2024-02-19"), "wrong_month"),
    (days("2024-05-01", "2024-05-31"), "wrong_month"),
    (days("2023-03-01", "2023-03-31"), "wrong_year"),
    (RememberedNumber(SOUGHT), "exact"),
    (RememberedNumber("65432", NumberPart.TAIL), "tail"),
    (RememberedNumber("08765", NumberPart.HEAD), "head"),
    (RememberedNumber("7654", NumberPart.MIDDLE), "part"),
    (RememberedNumber("08?6543?"), "pattern"),
    (RememberedNumber("08765482"), "wrong_digit"),
    (RememberedNumber("08756432"), "swapped_digits"),
    (RememberedNumber("0876532"), "digit_more_or_less"),
    (RememberedNumber("O876S432"), "look_alike"),
    (RememberedNumber("08165432"), "look_alike"),
    (RememberedNumber(f"044031900111{SOUGHT}"), "exact"),
    (RememberedGoods("住宿"), "printed"),
    (RememberedGoods("酒店", ("住宿",)), "other_word"),
    (RememberedGoods("住宿费用"), "part_of_word"),
    (RememberedTaxId("91440300MA5FKPXY1C"), "exact"),
    (RememberedTaxId("PXY1C"), "part"),
    (RememberedTaxId("91440300MA5FKPXY7C"), "wrong_digit"),
    (RememberedKind((InvoiceKind.VAT_GENERAL, InvoiceKind.DIGITAL_GENERAL)), "exact"),
    (RememberedDepartment("财务"), "exact"),
    (RememberedPlace(("松川",)), "part"),
    (RememberedWords("希尔顿"), "part"),
    (RememberedWords("合同青禾七号"), "on_page"),
]


@pytest.mark.parametrize(("clue", "level"), LEVELS, ids=[f"{level}-{place}" for place, (_, level) in enumerate(LEVELS)])
def test_a_thing_is_met_at_its_level_and_with_two_others_finds_the_invoice(catalogue: Catalogue, clue: Clue, level: str) -> None:
    others = [other for other in (RememberedGoods("住宿"), days("2024-03-19"), amount("1286.50")) if not isinstance(clue, type(other))]
    answer = catalogue.remember(memory(clue, *others[:2]), EVERYTHING)

    first = answer.candidates[0]
    assert first.invoice.number == SOUGHT
    assert first.comparisons[0].level == level
    assert first.comparisons[0].weight > -1  # A miss weighs less than -1.8.
    # What is a month or a year off is near, and not what was said.
    assert first.answers_all == (level not in ("wrong_month", "wrong_year"))
    assert answer.found == (first if first.answers_all else None)


@pytest.mark.parametrize("clue", [clue for clue, level in LEVELS if level not in {"tax", "near_sound"}][::3])
def test_no_thing_excludes_the_invoice_and_a_wrong_one_never_raises_it(catalogue: Catalogue, clue: Clue) -> None:
    right = memory(amount("1286.50"), days("2024-03-19"), RememberedNumber(SOUGHT))
    wrong = memory(*(thing.clue for thing in right), _contrary(clue))

    before, after = _sought_in(catalogue.remember(right, EVERYTHING)), _sought_in(catalogue.remember(wrong, EVERYTHING))

    assert after.comparisons[-1].level == "missed"
    assert after.comparisons[-1].weight < 0
    assert after.probability <= before.probability


def _sought_in(answer: Answer) -> Candidate:
    return next(candidate for candidate in answer.candidates if candidate.invoice.number == SOUGHT)


def _contrary(clue: Clue) -> Clue:
    """A thing of the same kind that the invoice does not answer."""
    match clue:
        case RememberedParty():
            return party("天龙八部客栈")
        case RememberedAmount():
            return amount("99.10")
        case RememberedDays():
            return days("2019-11-11")
        case RememberedNumber():
            return RememberedNumber("55555555")
        case RememberedTaxId():
            return RememberedTaxId("915555555555555555")
        case RememberedKind():
            return RememberedKind((InvoiceKind.TAXI,))
        case RememberedDepartment():
            return RememberedDepartment("生产")
        case RememberedPlace():
            return RememberedPlace(("鹤洲",))
        case RememberedGoods():
            return RememberedGoods("挖掘机")
        case _:
            return RememberedWords("挖掘机")


def test_what_is_not_there_is_not_found_and_the_nearest_miss_is_told(catalogue: Catalogue) -> None:
    answer = catalogue.remember(memory(party("希尔顿酒店"), amount("54321.00"), days("2024-03-19")), EVERYTHING)

    assert answer.found is None
    nearest = answer.candidates[0]
    assert nearest.invoice.number == SOUGHT
    assert [comparison.is_met for comparison in nearest.comparisons] == [True, False, True]
    assert nearest.comparisons[1].value == "1286.50"
    assert nearest.comparisons[1].field == "tax_inclusive_amount"


@pytest.mark.parametrize("clue", [amount("72.82", of=AmountOf.TAX), amount("1213.68", of=AmountOf.NET), amount("1213.68")])
def test_an_amount_without_tax_and_a_tax_find_the_invoice_alone(catalogue: Catalogue, clue: Clue) -> None:
    assert catalogue.remember(memory(clue), EVERYTHING).candidates[0].invoice.number == SOUGHT


def test_a_day_that_is_told_is_a_few_days_off_more_often_than_a_month_or_a_year(catalogue: Catalogue) -> None:
    weights = {}
    for day in ("2024-03-17", "2024-04-19", "2025-03-19"):
        [first, *_] = catalogue.remember(memory(days(day), amount("1286.50")), EVERYTHING).candidates
        weights[first.comparisons[0].level] = first.comparisons[0].weight

    assert weights["days_off"] > max(weights["wrong_month"], weights["wrong_year"])


def test_of_what_is_common_some_are_the_nearest(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_MOST_OF_ONE", 20)  # More than two hundred sold paper.
    answer = catalogue.remember(memory(RememberedNumber("99999999", NumberPart.WHOLE), RememberedGoods("复印纸")), EVERYTHING)

    assert answer.hits == ()
    assert [comparison.level for comparison in answer.nearest[0].comparisons] == ["missed", "printed"]
    assert answer.nearest[0].comparisons[0].value is not None


def test_nothing_remembered_and_nothing_archived_are_answered_by_nothing(catalogue: Catalogue) -> None:
    assert catalogue.remember(Memory(()), EVERYTHING) == Answer((), 1.0)
    assert catalogue.remember(memory(amount("1286.50")), Visibility(frozenset({"别的"}))) == Answer((), 1.0)


def test_of_two_meanings_the_one_that_is_answered_counts(catalogue: Catalogue) -> None:
    either = Remembered("1286.50", (Meaning(RememberedNumber("128650"), 0.7), Meaning(amount("1286.50"), 0.3)))

    first = catalogue.remember(Memory((either, *memory(party("希尔顿")))), EVERYTHING).candidates[0]

    assert first.invoice.number == SOUGHT
    assert first.comparisons[0].clue == amount("1286.50")


def test_copies_are_one_candidate_and_what_is_withdrawn_or_forgotten_is_gone(catalogue_url: str) -> None:
    with opened_at(catalogue_url) as catalogue:
        for number in (1, 2):
            _hand_in(catalogue, number, _sought())
        _hand_in(catalogue, 3, _another(3))
        remembered = memory(party("希尔顿"), RememberedGoods("住宿"))

        [first, *_] = catalogue.remember(remembered, EVERYTHING).candidates
        assert len(first.copies) == 1
        assert first.probability > 0.5

        with catalogue.database.writing() as connection:
            connection.execute(update(invoices).where(invoices.c.document == a_received(1).document.digest.hex).values(withdrawn=1))
        assert catalogue.remember(remembered, EVERYTHING).candidates[0].copies == ()

        for number in (1, 2):
            received = replace(a_received(number), department=OURS)
            catalogue.record_reading(received, a_reading(received, _another(number)), 2)
        assert all(not candidate.answers_all for candidate in catalogue.remember(remembered, EVERYTHING).candidates)


@pytest.mark.parametrize(("clue", "level"), LEVELS[::2])
def test_whoever_sees_one_department_is_answered_as_if_there_were_no_other(
    walled: tuple[Catalogue, Catalogue], clue: Clue, level: str
) -> None:
    everybodys, ours = walled
    for remembered in (memory(clue), memory(clue, RememberedGoods("复印纸")), memory(clue, days("2024-03-19"), amount("1286.50"))):
        assert everybodys.remember(remembered, Visibility(frozenset({OURS}))) == ours.remember(remembered, EVERYTHING)


@pytest.fixture(scope="module", params=DIALECTS)
def walled(request: pytest.FixtureRequest) -> Iterator[tuple[Catalogue, Catalogue]]:
    """An index of two departments' invoices, and one of ours alone."""
    with fresh(request) as everybodys, fresh(request) as ours:
        for number in range(1, 41):
            _hand_in(everybodys, number, _another(number), OURS if number % 2 else THEIRS)
            if number % 2:
                _hand_in(ours, number, _another(number))
        _hand_in(everybodys, 41, _sought(), THEIRS)
        yield everybodys, ours
