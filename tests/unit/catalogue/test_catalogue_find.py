"""What a person remembers finds the invoice, and the answer says why."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from models.archive import invoice_id
from models.clues import AmountClue, Clues, DateClue, Reason
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.parties import company_of
from tests.support.catalogued import a_reading, a_received, an_invoice, found, index, only, opened

HOTEL = {
    "invoice_number": "08765432",
    "invoice_code": "3100199130",
    "issue_date": "2019-03-19",
    "seller_name": "上海和平饭店（南京路）有限公司",
    "seller_tax_id": "91310099803893084B",
    "buyer_name": "苏州 Ｂlue 科技有限公司",
    "buyer_tax_id": "440399671649249",
    "tax_exclusive_amount": "1132.08",
    "tax_amount": "67.92",
    "tax_inclusive_amount": "1200.00",
}


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """One hotel invoice among two others."""
    with opened(tmp_path_factory.mktemp("hotel")) as catalogue:
        _fill(catalogue)
        yield catalogue


def _fill(catalogue: Catalogue) -> None:
    index(
        catalogue, 1, an_invoice(invoice_number="11223344", seller_name="北京烤鸭店", tax_inclusive_amount="35.00", issue_date="2020-01-01")
    )
    index(catalogue, 2, an_invoice("*住宿服务*住宿费", "备注：ABC-12 50%_off", "收款人: 李　四", **HOTEL))
    index(catalogue, 3, an_invoice(kind=InvoiceKind.TAXI))


def _reason(catalogue: Catalogue, clues: Clues) -> Reason:
    hit = only(catalogue.find(clues))
    assert hit.invoice.number == HOTEL["invoice_number"]
    [reason] = hit.reasons
    return reason


@pytest.mark.parametrize(
    ("wanted", "how"),
    [
        ("08765432", "exact"),
        ("０８７６５４３２", "exact"),
        (" 0876 5432 ", "exact"),
        ("8765432", "part"),
        ("0876", "part"),
        ("7654", "part"),
        ("65", "part"),
        ("32", "part"),
        ("08*32", "pattern"),
        ("0?7?5?3?", "pattern"),
        ("????5432", "pattern"),
        ("？８*", "pattern"),
        ("*08765432*", "pattern"),
        ("0**2", "pattern"),
    ],
)
def test_a_number_is_found_whole_in_part_and_by_pattern(hotel: Catalogue, wanted: str, how: str) -> None:
    assert _reason(hotel, Clues(number=wanted)) == Reason("number", how, "08765432", "invoice_number")


@pytest.mark.parametrize("wanted", ["08765433", "8756", "?765432", "*3", "08765432?", "0876543[0-9]", "0876_432", "0876543*3"])
def test_another_number_is_not_found(hotel: Catalogue, wanted: str) -> None:
    assert found(hotel, Clues(number=wanted)) == []


@pytest.mark.parametrize("wanted", ["1", "-", "。", "\u200b"])
def test_a_number_of_less_than_two_characters_is_refused(hotel: Catalogue, wanted: str) -> None:
    with pytest.raises(InvalidClue, match="number"):
        hotel.find(Clues(number=wanted))


def test_a_code_is_found_like_a_number(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(code="3100199130")) == Reason("code", "exact", "3100199130", "invoice_code")
    assert _reason(hotel, Clues(code="0199")).how == "part"
    assert _reason(hotel, Clues(code="31??19*")).how == "pattern"
    assert _reason(hotel, Clues(code="*")).how == "pattern"
    assert found(hotel, Clues(code="08765432")) == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("91310099803893084B", Reason("tax_id", "exact", "91310099803893084B", "seller_tax_id")),
        ("91310099803893084b", Reason("tax_id", "exact", "91310099803893084B", "seller_tax_id")),
        ("310099803893084", Reason("tax_id", "part", "91310099803893084B", "seller_tax_id")),
        ("99803893", Reason("tax_id", "part", "91310099803893084B", "seller_tax_id")),
        ("440399671649249", Reason("tax_id", "exact", "440399671649249", "buyer_tax_id")),
        ("91440399671649249F", Reason("tax_id", "part", "440399671649249", "buyer_tax_id")),
        ("9131*B", Reason("tax_id", "pattern", "91310099803893084B", "seller_tax_id")),
        ("4403???71649249", Reason("tax_id", "pattern", "440399671649249", "buyer_tax_id")),
    ],
)
def test_a_tax_id_is_found_in_old_and_new_form(hotel: Catalogue, wanted: str, reason: Reason) -> None:
    assert _reason(hotel, Clues(tax_id=wanted)) == reason


def test_a_tax_id_in_the_other_form_counts_nearly_as_the_same(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="new", seller_tax_id="91440399671649249F"))
    index(catalogue, 2, an_invoice(invoice_number="old", buyer_tax_id="440399671649249"))

    assert [(hit.invoice.number, hit.score) for hit in catalogue.find(Clues(tax_id="440399671649249"))] == [("old", 1.0), ("new", 0.95)]
    assert [(hit.invoice.number, hit.score) for hit in catalogue.find(Clues(tax_id="91440399671649249F"))] == [("new", 1.0), ("old", 0.95)]


@pytest.mark.parametrize(
    ("wanted", "how"),
    [
        ("上海和平饭店（南京路）有限公司", "exact"),
        ("上海和平饭店(南京路) 有限公司", "exact"),
        ("和平", "part"),
        ("店(", "part"),
        ("饭店 南", None),
        ("南京路)有限", "part"),
        ("上海和乎饭店", "similar"),
        ("海和平饭后", "similar"),
        ("上海和平大饭店", "similar"),
        ("上海平饭店", "similar"),
        ("上海禾乎饭店", None),
        ("和乎饭店", None),
        ("平和", None),
    ],
)
def test_a_seller_is_found_by_any_part_of_the_name_and_despite_one_wrong_character(hotel: Catalogue, wanted: str, how: str | None) -> None:
    if how is None:
        assert hotel.find(Clues(seller=wanted)) == ()
    else:
        assert _reason(hotel, Clues(seller=wanted)) == Reason("seller", how, "上海和平饭店（南京路）有限公司", "seller_name")


def test_a_buyer_is_found_whatever_the_width_and_case(hotel: Catalogue) -> None:
    for wanted in ("苏州blue", "苏州Ｂ Ｌ Ｕ Ｅ科技", "LUE科"):
        assert _reason(hotel, Clues(buyer=wanted)) == Reason("buyer", "part", "苏州 Ｂlue 科技有限公司", "buyer_name")
    assert found(hotel, Clues(buyer="和平饭店")) == found(hotel, Clues(seller="苏州")) == []


@pytest.mark.parametrize("wanted", ["上", "　上 ", "\u200b"])
def test_a_name_of_less_than_two_characters_is_refused(hotel: Catalogue, wanted: str) -> None:
    with pytest.raises(InvalidClue, match="seller"):
        hotel.find(Clues(seller=wanted))


def test_a_true_part_of_a_name_comes_before_a_similar_one(catalogue: Catalogue) -> None:
    for number, name in enumerate(["上海和乎饭店", "上海和平饭店有限责任公司及其很长很长的分支机构", "上海和平饭店"]):
        index(catalogue, number, an_invoice(invoice_number=f"no{number}", seller_name=name))

    assert found(catalogue, Clues(seller="上海和平饭店")) == ["no2", "no1", "no0"]


def test_one_wrong_character_is_forgiven_among_thousands_of_like_names(catalogue: Catalogue) -> None:
    with catalogue.database.writing() as connection:
        for number in range(400):
            company_of(connection, f"{chr(0x4E00 + number)}{chr(0x6E00 + number)}科技有限公司")
    index(catalogue, 1, an_invoice(invoice_number="right", seller_name="华云科技有限公司"))

    assert found(catalogue, Clues(seller="华运科技有限公司")) == ["right"]


@pytest.mark.parametrize(
    ("clue", "how", "value", "field"),
    [
        (AmountClue.parse("1200"), "exact", "1200.00", "tax_inclusive_amount"),
        (AmountClue.parse("1150~"), "about", "1200.00", "tax_inclusive_amount"),
        (AmountClue.parse("1200~"), "exact", "1200.00", "tax_inclusive_amount"),
        (AmountClue(Decimal(1199), Decimal("1200.00")), "within", "1200.00", "tax_inclusive_amount"),
        (AmountClue.between(Decimal(1200), None), "within", "1200.00", "tax_inclusive_amount"),
        (AmountClue.parse("1132.08"), "exact", "1132.08", "tax_exclusive_amount"),
        (AmountClue.parse("67.92"), "exact", "67.92", "tax_amount"),
    ],
)
def test_an_amount_is_found_exactly_in_a_range_or_about(hotel: Catalogue, clue: AmountClue, how: str, value: str, field: str) -> None:
    assert _reason(hotel, Clues(amount=clue)) == Reason("amount", how, value, field)


@pytest.mark.parametrize("text", ["1200.01", "1199.995", "1200.005", "1270~", "-1200", "0"])
def test_another_amount_is_not_found(hotel: Catalogue, text: str) -> None:
    assert found(hotel, Clues(amount=AmountClue.parse(text))) == []


def test_the_nearest_total_comes_first_and_net_amount_and_tax_after_it(catalogue: Catalogue) -> None:
    amounts = ["1210.00", "1190.00", "1200.00", "1255.00", "1145.00", "1150.00"]
    for number, total in enumerate(amounts):
        index(catalogue, number, an_invoice(invoice_number=f"total {total}", tax_inclusive_amount=total))
    index(catalogue, 7, an_invoice(invoice_number="tax", tax_amount="1200.00"))
    index(catalogue, 8, an_invoice(invoice_number="net", tax_exclusive_amount="1200.00", tax_inclusive_amount="1272.00"))

    answer = found(catalogue, Clues(amount=AmountClue.parse("1200~")))

    totals = [f"total {total}" for total in ("1200.00", "1190.00", "1210.00", "1150.00", "1145.00", "1255.00")]
    assert answer == [*totals[:3], "net", *totals[3:], "tax"]


def test_a_date_is_found_by_day_month_and_year(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(date=DateClue.parse("2019-03-19"))) == Reason("date", "exact", "2019-03-19", "issue_date")
    for text in ("2019-03", "2019"):
        assert _reason(hotel, Clues(date=DateClue.parse(text))) == Reason("date", "within", "2019-03-19", "issue_date")
    assert _reason(hotel, Clues(date=DateClue.between(None, date(2019, 12, 31)))).how == "within"
    assert found(hotel, Clues(date=DateClue.parse("2019-03-20"))) == []


def test_a_kind_is_found(hotel: Catalogue) -> None:
    assert [hit.invoice.kind for hit in hotel.find(Clues(kind=InvoiceKind.TAXI))] == [InvoiceKind.TAXI]
    assert only(hotel.find(Clues(kind=InvoiceKind.TAXI))).reasons == (Reason("kind", "exact", "taxi"),)


@pytest.mark.parametrize(
    "wanted",
    [
        "住宿",
        "宿",
        "住宿费",
        "abc-12",
        "12",
        "1",
        "50%_off",
        "%",
        "_",
        "收款人:李四",
        "李　四",
        "李",
        "1200.00",
        "2019-03-19",
        "住宿 李四 1200",
    ],
)
def test_text_is_found_anywhere_on_the_page(hotel: Catalogue, wanted: str) -> None:
    assert "08765432" in found(hotel, Clues(text=wanted))
    assert {reason.how for hit in hotel.find(Clues(text=wanted)) for reason in hit.reasons} == {"text"}


@pytest.mark.parametrize("wanted", ["宿住", "住宿 没有", "50_off", "费备", "1200.0000", '"', "'", "*住宿服务*住宿费*", "住宿 NOT 李四x"])
def test_text_that_is_not_there_is_not_found(hotel: Catalogue, wanted: str) -> None:
    assert found(hotel, Clues(text=wanted)) == []


def test_the_reason_for_text_shows_the_lines(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(text="住宿 李四")) == Reason("text", "text", "*住宿服务*住宿费 … 收款人:李四")


def test_a_long_line_is_cut_around_the_word(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice("前" * 500 + "停车" + "后" * 500))

    [reason] = only(catalogue.find(Clues(text="停车"))).reasons
    assert reason.value == "前" * 29 + "停车" + "后" * 29


def test_all_clues_together_narrow_the_search(hotel: Catalogue) -> None:
    clues = Clues(seller="和平", amount=AmountClue.parse("1180~"), date=DateClue.parse("2019-03"), number="54", text="住宿", limit=5)

    hit = only(hotel.find(clues))

    assert [(reason.clue, reason.how) for reason in hit.reasons] == [
        ("number", "part"),
        ("seller", "part"),
        ("text", "text"),
        ("amount", "about"),
        ("date", "within"),
    ]
    assert 0.5 < hit.score < 1
    assert found(hotel, Clues(seller="和平", date=DateClue.parse("2020"))) == []


def test_a_blank_clue_is_not_given(hotel: Catalogue) -> None:
    blank = Clues(text=" ", number="", code="　", seller="\n", buyer="", tax_id="\t")

    assert hotel.find(blank) == hotel.find(Clues())


def test_text_without_a_visible_character_is_refused(hotel: Catalogue) -> None:
    with pytest.raises(InvalidClue, match="text"):
        hotel.find(Clues(text="\u200b \u200e"))


def test_without_clues_the_newest_come_first(catalogue: Catalogue) -> None:
    for number in (3, 1, 2, 5, 4):
        index(catalogue, number, an_invoice(invoice_number=f"no{number}"))

    hits = catalogue.find(Clues(limit=3))

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

    hit = only(catalogue.find(Clues(text="住宿")))

    assert hit.invoice.id == invoice_id(accepted[1], 1)
    assert hit.copies == (invoice_id(other, 1), invoice_id(doubtful, 1), invoice_id(accepted[0], 1))


def test_many_copies_leave_room_for_other_hits(catalogue: Catalogue) -> None:
    received = a_received(0)
    catalogue.record_reading(received, a_reading(received, *(an_invoice("停车", invoice_number="same") for _ in range(100))), 1)
    for number in range(1, 4):
        index(catalogue, -number, an_invoice("停车", invoice_number=f"other{number}"))

    hits = catalogue.find(Clues(text="停车", limit=3))

    assert [hit.invoice.number for hit in hits] == ["same", "other1", "other2"]
    assert [len(hit.copies) for hit in hits] == [99, 0, 0]


def test_a_rebuilt_catalogue_answers_the_same(hotel: Catalogue) -> None:
    asked = (
        Clues(),
        Clues(number="65"),
        Clues(seller="和平"),
        Clues(text="住宿"),
        Clues(amount=AmountClue.parse("1200~")),
        Clues(tax_id="4403"),
    )
    before = [hotel.find(clues) for clues in asked]

    hotel.erase()
    _fill(hotel)

    assert [hotel.find(clues) for clues in asked] == before
    assert all(before)


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

    assert catalogue.find(Clues(seller="一二一二一二")) == ()


def test_signs_that_mean_something_to_a_database_mean_themselves(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="hotel", seller_name="100%_Hotel"))

    assert found(catalogue, Clues(seller="%_H")) == ["hotel"]
    assert found(catalogue, Clues(seller="%_%_H")) == []
