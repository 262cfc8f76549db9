"""What comes first, what stands for its copies, and what is left out when very many invoices meet a clue; in every database."""

from datetime import date

import pytest

from models.access import EVERYTHING
from models.archive import invoice_id
from models.clues import AmountClue, Clues, DateClue, Reason
from models.invoice import InvoiceKind
from models.verification import Verdict
from storage.catalogue import criteria, search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.parties import company_ids
from tests.support.catalogued import a_reading, a_received, an_invoice, found, index, only


def test_a_tax_id_in_the_other_form_counts_nearly_as_the_same(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="new", seller_tax_id="91440399671649249F"))
    index(catalogue, 2, an_invoice(invoice_number="old", buyer_tax_id="440399671649249"))

    assert [(hit.invoice.number, hit.score) for hit in catalogue.find(Clues(tax_id="440399671649249"), EVERYTHING)] == [
        ("old", 1.0),
        ("new", 0.95),
    ]
    assert [(hit.invoice.number, hit.score) for hit in catalogue.find(Clues(tax_id="91440399671649249F"), EVERYTHING)] == [
        ("new", 1.0),
        ("old", 0.95),
    ]


def test_a_true_part_of_a_name_comes_before_a_similar_one(catalogue: Catalogue) -> None:
    for number, name in enumerate(["上海和乎饭店", "上海和平饭店有限责任公司及其很长很长的分支机构", "上海和平饭店"]):
        index(catalogue, number, an_invoice(invoice_number=f"no{number}", seller_name=name))

    assert found(catalogue, Clues(seller="上海和平饭店")) == ["no2", "no1", "no0"]


def test_one_wrong_character_is_forgiven_among_thousands_of_like_names(catalogue: Catalogue) -> None:
    with catalogue.database.writing() as connection:
        company_ids(connection, [f"{chr(0x4E00 + number)}{chr(0x6E00 + number)}科技有限公司" for number in range(400)])
    index(catalogue, 1, an_invoice(invoice_number="right", seller_name="华云科技有限公司"))

    assert found(catalogue, Clues(seller="华运科技有限公司")) == ["right"]


def test_the_nearest_total_comes_first_and_net_amount_and_tax_after_it(catalogue: Catalogue) -> None:
    amounts = ["1210.00", "1190.00", "1200.00", "1255.00", "1145.00", "1150.00"]
    for number, total in enumerate(amounts):
        index(catalogue, number, an_invoice(invoice_number=f"total {total}", tax_inclusive_amount=total))
    index(catalogue, 7, an_invoice(invoice_number="tax", tax_amount="1200.00"))
    index(catalogue, 8, an_invoice(invoice_number="net", tax_exclusive_amount="1200.00", tax_inclusive_amount="1272.00"))

    answer = found(catalogue, Clues(amount=AmountClue.parse("1200~")))

    totals = [f"total {total}" for total in ("1200.00", "1190.00", "1210.00", "1150.00", "1145.00", "1255.00")]
    assert answer == [*totals[:3], "net", *totals[3:], "tax"]


def test_a_ticket_without_a_date_of_issue_is_found_by_the_day_of_departure(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(kind=InvoiceKind.TRAIN, departure_time="2019-03-19 08:05"))
    index(catalogue, 2, an_invoice(kind=InvoiceKind.DIGITAL_RAILWAY, departure_time="2019-03-19 21:40", issue_date="2019-04-02"))
    index(catalogue, 3, an_invoice(kind=InvoiceKind.COACH, departure_time="08:30"))

    def answer(text: str) -> list[tuple[InvoiceKind, date | None, Reason]]:
        hits = catalogue.find(Clues(date=DateClue.parse(text)), EVERYTHING)
        return [(hit.invoice.kind, hit.invoice.issue_date, hit.reasons[0]) for hit in hits]

    assert answer("2019-03-19") == [(InvoiceKind.TRAIN, None, Reason("date", "exact", "2019-03-19", "departure_time"))]
    assert answer("2019-03") == [(InvoiceKind.TRAIN, None, Reason("date", "within", "2019-03-19", "departure_time"))]
    assert answer("2019-04-02") == [(InvoiceKind.DIGITAL_RAILWAY, date(2019, 4, 2), Reason("date", "exact", "2019-04-02", "issue_date"))]


def test_a_departure_instead_of_a_date_of_issue_contradicts_no_other_scan(catalogue: Catalogue) -> None:
    same = {"invoice_number": "25319165000000012345", "departure_time": "2019-03-19 21:40"}
    index(catalogue, 1, an_invoice(kind=InvoiceKind.DIGITAL_RAILWAY, issue_date="2019-04-02", **same))
    index(catalogue, 2, an_invoice(kind=InvoiceKind.DIGITAL_RAILWAY, **same))

    assert [hit.invoice.contradicted for hit in catalogue.find(Clues(), EVERYTHING)] == [False]


@pytest.mark.parametrize("few", [10_000, -1])
def test_what_meets_a_clue_wholly_comes_first_however_many_do_in_part(
    catalogue: Catalogue, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_tables, "FEW", few)
    for number, name in enumerate(["云岭和平商行", "和平商行", "和平商行分店", "和乎商行总店", None]):
        index(catalogue, number, an_invoice(invoice_number=f"no{number}", seller_name=name))
    for number, value in enumerate(["31009955", "3100", "93100", None], start=10):
        index(catalogue, number, an_invoice(invoice_number=value, seller_tax_id=value))

    by_name = found(catalogue, Clues(seller="云岭和平商行"))
    assert by_name[:1] == ["no0"]
    assert found(catalogue, Clues(seller="和平商行"))[:1] == ["no1"]
    assert sorted(found(catalogue, Clues(seller="和平商行"))) == ["no0", "no1", "no2"]
    assert found(catalogue, Clues(number="3100"))[:1] == found(catalogue, Clues(tax_id="3100"))[:1] == ["3100"]
    assert sorted(found(catalogue, Clues(number="3100"))) == ["3100", "31009955", "93100"]
    assert sorted(found(catalogue, Clues(tax_id="3100"))) == ["3100", "31009955", "93100"]


@pytest.mark.parametrize("few", [1, 3, 10_000])
def test_among_some_days_a_part_of_the_name_comes_before_many_similar_ones(
    catalogue: Catalogue, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_tables, "FEW", few)
    index(catalogue, 0, an_invoice(invoice_number="part", seller_name="云岭和平大商行", issue_date="2026-03-01"))
    for number in range(1, 15):
        index(catalogue, number, an_invoice(invoice_number=f"{number}", seller_name="云岭和平太商行", issue_date="2026-03-31"))
    index(catalogue, 15, an_invoice(invoice_number="later", seller_name="云岭和平大商行", issue_date="2026-04-01"))

    assert found(catalogue, Clues(seller="和平大商行", date=DateClue.parse("2026-03"), limit=1)) == ["part"]
    assert len(found(catalogue, Clues(seller="和平大商行", date=DateClue.parse("2026-03"), limit=20))) == 15


def test_of_very_many_amounts_the_nearest_come_first(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_tables, "FEW", 3)
    monkeypatch.setattr(criteria, "_NEAREST", 1)
    for number, total in enumerate(["1000.00", "1040.00", "990.00", "955.00", "1010.00", "1000.00"]):
        index(catalogue, number, an_invoice(invoice_number=f"{number}: {total}", tax_inclusive_amount=total))

    about = AmountClue.parse("1000~")
    whole = ["5: 1000.00", "0: 1000.00", "4: 1010.00", "2: 990.00", "1: 1040.00", "3: 955.00"]
    assert [found(catalogue, Clues(amount=about, limit=limit)) for limit in (2, 3, 20)] == [whole[:2], whole[:3], whole]
    assert found(catalogue, Clues(amount=about, text="1040.00", limit=1)) == ["1: 1040.00"]


def test_a_long_line_is_cut_around_the_word(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice("前" * 500 + "停车" + "后" * 500))

    [reason] = only(catalogue.find(Clues(text="停车"), EVERYTHING)).reasons
    assert reason.value == "前" * 29 + "停车" + "后" * 29


def test_without_clues_the_newest_come_first(catalogue: Catalogue) -> None:
    for number in (3, 1, 2, 5, 4):
        index(catalogue, number, an_invoice(invoice_number=f"no{number}"))

    hits = catalogue.find(Clues(limit=3), EVERYTHING)

    assert [hit.invoice.number for hit in hits] == ["no5", "no4", "no3"]
    assert {hit.reasons for hit in hits} == {()}


def test_equal_hits_come_newest_first(catalogue: Catalogue) -> None:
    for number in (3, 1, 2):
        index(catalogue, number, an_invoice(invoice_number=f"{number}99", tax_inclusive_amount="10.00"))

    for clues in (Clues(amount=AmountClue.parse("10")), Clues(number="99"), Clues(text="10.00"), Clues(kind=InvoiceKind.VAT_SPECIAL)):
        assert found(catalogue, clues) == ["399", "299", "199"]


def test_a_whole_number_comes_before_parts(catalogue: Catalogue) -> None:
    for number, value in enumerate(["991234", "123456", "1234", "12345678"]):
        index(catalogue, number, an_invoice(invoice_number=value))

    assert found(catalogue, Clues(number="1234")) == ["1234", "123456", "991234", "12345678"]


def test_copies_are_one_hit_shown_by_the_best_of_them(catalogue: Catalogue) -> None:
    same = {"invoice_number": "87654321", "invoice_code": "3100199130"}
    accepted = [index(catalogue, number, an_invoice("住宿", **same)).document.digest for number in (1, 2)]
    doubtful = index(catalogue, 3, an_invoice("住宿", verdict=Verdict.NEEDS_REVIEW, **same)).document.digest
    other = index(catalogue, 4, an_invoice(verdict=Verdict.ACCEPTED, **same)).document.digest

    hit = only(catalogue.find(Clues(text="住宿"), EVERYTHING))

    assert hit.invoice.id == invoice_id(accepted[1], 1)
    assert hit.copies == (invoice_id(other, 1), invoice_id(doubtful, 1), invoice_id(accepted[0], 1))


def test_a_copy_that_does_not_meet_the_clues_does_not_stand_for_the_invoice(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="same", issue_date="2019-03-19", verdict=Verdict.NEEDS_REVIEW))
    index(catalogue, 2, an_invoice(invoice_number="same", issue_date="2018-03-19"))

    hit = only(catalogue.find(Clues(date=DateClue.parse("2019-03-19")), EVERYTHING))

    assert (hit.invoice.verdict, len(hit.copies)) == (Verdict.NEEDS_REVIEW, 1)


def test_many_copies_leave_room_for_other_hits(catalogue: Catalogue) -> None:
    received = a_received(0)
    catalogue.record_reading(received, a_reading(received, *(an_invoice("停车", invoice_number="same") for _ in range(100))), 1)
    for number in range(1, 4):
        index(catalogue, -number, an_invoice("停车", invoice_number=f"other{number}"))

    hits = catalogue.find(Clues(text="停车", limit=3), EVERYTHING)

    assert [hit.invoice.number for hit in hits] == ["same", "other1", "other2"]
    assert [len(hit.copies) for hit in hits] == [99, 0, 0]


def test_a_copy_that_fits_better_than_the_one_to_show_does_not_crowd_out_other_hits(catalogue: Catalogue) -> None:
    """Three rows by score: many copies of one invoice, then one whose best copy fits worse than an invoice further down."""
    received = a_received(0)
    many = (an_invoice(invoice_number="many", tax_inclusive_amount="1000.00") for _ in range(13))
    catalogue.record_reading(received, a_reading(received, *many), 1)
    index(catalogue, 1, an_invoice(invoice_number="two", tax_inclusive_amount="1000.00", verdict=Verdict.NEEDS_REVIEW))
    index(catalogue, 2, an_invoice(invoice_number="two", tax_inclusive_amount="1050.00"))
    index(catalogue, 3, an_invoice(invoice_number="next", tax_inclusive_amount="1020.00"))

    assert found(catalogue, Clues(amount=AmountClue.parse("1000~"), limit=2)) == ["many", "next"]


def test_a_name_that_is_only_a_piece_of_the_clue_is_not_similar(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(seller_name="一二"))

    assert catalogue.find(Clues(seller="一二一二一二"), EVERYTHING) == ()


def test_signs_that_mean_something_to_a_database_mean_themselves(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="hotel", seller_name="100%_Hotel"))

    assert found(catalogue, Clues(seller="%_H")) == ["hotel"]
    assert found(catalogue, Clues(seller="%_%_H")) == []
