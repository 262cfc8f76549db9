"""What a person remembers finds the invoice, and the answer says why."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from models.access import EVERYTHING
from models.clues import AmountClue, Clues, DateClue, Reason
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from tests.support.catalogued import DIALECTS, an_invoice, found, fresh, index, only

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


@pytest.fixture(scope="module", params=DIALECTS)
def hotel(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """One hotel invoice among two others."""
    with fresh(request) as catalogue:
        _fill(catalogue)
        yield catalogue


def _fill(catalogue: Catalogue) -> None:
    index(
        catalogue, 1, an_invoice(invoice_number="11223344", seller_name="北京烤鸭店", tax_inclusive_amount="35.00", issue_date="2020-01-01")
    )
    index(catalogue, 2, an_invoice("*住宿服务*住宿费", "备注：ABC-12 50%_off", "收款人: 李　四", **HOTEL))
    index(catalogue, 3, an_invoice(kind=InvoiceKind.TAXI))


def _reason(catalogue: Catalogue, clues: Clues) -> Reason:
    hit = only(catalogue.find(clues, EVERYTHING))
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


@pytest.mark.parametrize(
    "wanted",
    [
        "No08765432",
        "no.08765432",
        "№08765432",
        "N°08765432",
        "№ 0876 5432",
        "发票号码：08765432",
        "發票號碼:08765432",
        "号码08765432",
        "#08765432",
    ],
)
def test_a_number_is_found_with_what_stands_before_it_on_paper(hotel: Catalogue, wanted: str) -> None:
    assert _reason(hotel, Clues(number=wanted)) == Reason("number", "exact", "08765432", "invoice_number")
    assert found(hotel, Clues(number=f"{wanted[:-1]}3")) == []


def test_a_label_before_a_code_or_a_pattern_is_none_of_it(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(code="发票代码：3100199130")).how == "exact"
    assert _reason(hotel, Clues(number="No*5432")).how == "pattern"


@pytest.mark.parametrize(
    ("printed", "asked"),
    [("国际饭店有限公司", "國際飯店有限公司"), ("國際飯店有限公司", "国际饭店有限公司"), ("國際飯店有限公司", "國際飯店有限公司")],
)
def test_traditional_and_simplified_characters_meet(catalogue: Catalogue, printed: str, asked: str) -> None:
    index(catalogue, 1, an_invoice(f"{printed}出库单", invoice_number="1", seller_name=printed, buyer_name=printed))

    for clues in (Clues(seller=asked), Clues(buyer=asked[:2]), Clues(text=asked), Clues(text=asked[1:3])):
        assert found(catalogue, clues) == ["1"]
    assert only(catalogue.find(Clues(seller=asked), EVERYTHING)).invoice.seller_name == printed


def test_a_file_is_found_by_its_name_where_no_page_says_so(catalogue: Catalogue) -> None:
    index(catalogue, 7, an_invoice("住宿", invoice_number="1"))
    index(catalogue, 8, an_invoice("发票9.jpg 的说明", invoice_number="2"))
    index(catalogue, 9, an_invoice("停车", invoice_number="3"))

    assert only(catalogue.find(Clues(text="发票7.JPG"), EVERYTHING)).reasons == (Reason("text", "file", "发票7.jpg"),)
    assert catalogue.find(Clues(text="发票7\0.jpg"), EVERYTHING) == ()
    assert found(catalogue, Clues(text="发票7.jpg", seller="没有")) == []
    assert found(catalogue, Clues(text="发票9.jpg")) == ["2"]
    assert found(catalogue, Clues(text="发票6.jpg")) == found(catalogue, Clues(text="%.jpg")) == []


@pytest.mark.parametrize("wanted", ["08765433", "8756", "?765432", "*3", "08765432?", "0876543[0-9]", "0876_432", "0876543*3"])
def test_another_number_is_not_found(hotel: Catalogue, wanted: str) -> None:
    assert found(hotel, Clues(number=wanted)) == []


@pytest.mark.parametrize("wanted", ["1", "-", "。", "\u200b"])
def test_a_number_of_less_than_two_characters_is_refused(hotel: Catalogue, wanted: str) -> None:
    with pytest.raises(InvalidClue, match="number"):
        hotel.find(Clues(number=wanted), EVERYTHING)


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
        ("上海和平大饭店（南京路）有限公司", "similar"),
        ("上海平饭店", "similar"),
        ("上海禾乎饭店", None),
        ("和乎饭店", None),
        ("平和", None),
    ],
)
def test_a_seller_is_found_by_any_part_of_the_name_and_despite_one_wrong_character(hotel: Catalogue, wanted: str, how: str | None) -> None:
    if how is None:
        assert hotel.find(Clues(seller=wanted), EVERYTHING) == ()
    else:
        assert _reason(hotel, Clues(seller=wanted)) == Reason("seller", how, "上海和平饭店（南京路）有限公司", "seller_name")


def test_a_buyer_is_found_whatever_the_width_and_case(hotel: Catalogue) -> None:
    for wanted in ("苏州blue", "苏州Ｂ Ｌ Ｕ Ｅ科技", "LUE科"):
        assert _reason(hotel, Clues(buyer=wanted)) == Reason("buyer", "part", "苏州 Ｂlue 科技有限公司", "buyer_name")
    assert found(hotel, Clues(buyer="和平饭店")) == found(hotel, Clues(seller="苏州")) == []


@pytest.mark.parametrize("wanted", ["上", "　上 ", "\u200b"])
def test_a_name_of_less_than_two_characters_is_refused(hotel: Catalogue, wanted: str) -> None:
    with pytest.raises(InvalidClue, match="seller"):
        hotel.find(Clues(seller=wanted), EVERYTHING)


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


def test_a_date_is_found_by_day_month_and_year(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(date=DateClue.parse("2019-03-19"))) == Reason("date", "exact", "2019-03-19", "issue_date")
    for text in ("2019-03", "2019"):
        assert _reason(hotel, Clues(date=DateClue.parse(text))) == Reason("date", "within", "2019-03-19", "issue_date")
    assert _reason(hotel, Clues(date=DateClue.between(None, date(2019, 12, 31)))).how == "within"
    assert found(hotel, Clues(date=DateClue.parse("2019-03-20"))) == []


def test_a_kind_is_found(hotel: Catalogue) -> None:
    assert [hit.invoice.kind for hit in hotel.find(Clues(kind=InvoiceKind.TAXI), EVERYTHING)] == [InvoiceKind.TAXI]
    assert only(hotel.find(Clues(kind=InvoiceKind.TAXI), EVERYTHING)).reasons == (Reason("kind", "exact", "taxi"),)


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
    assert {reason.how for hit in hotel.find(Clues(text=wanted), EVERYTHING) for reason in hit.reasons} == {"text"}


@pytest.mark.parametrize("wanted", ["宿住", "住宿 没有", "50_off", "费备", "1200.0000", '"', "'", "*住宿服务*住宿费*", "住宿 NOT 李四x"])
def test_text_that_is_not_there_is_not_found(hotel: Catalogue, wanted: str) -> None:
    assert found(hotel, Clues(text=wanted)) == []


@pytest.mark.parametrize(
    ("wanted", "is_there"),
    [("座3", True), ("a座", True), ("𠮷野", True), ("é", True), ("客a", False), ("野客", False), ("座3 𠮷野", True), ("座3 𠮷客", False)],
)
def test_words_of_two_characters_are_found_within_a_line(catalogue: Catalogue, wanted: str, is_there: bool) -> None:
    index(catalogue, 1, an_invoice("A座3号", "é𠮷野", "客房", invoice_number="44444444"))

    assert found(catalogue, Clues(text=wanted)) == ["44444444"] * is_there


def test_a_long_text_is_not_found_where_only_its_rarest_pieces_stand(catalogue: Catalogue) -> None:
    index(catalogue, 4, an_invoice("甲乙丙丁戊己庚辛壬癸", invoice_number="44444444"))
    index(catalogue, 5, an_invoice("丁戊己庚辛壬癸 甲乙丙丁 癸子", invoice_number="55555555"))

    assert found(catalogue, Clues(text="甲乙丙丁戊己庚辛壬癸")) == ["44444444"]
    assert found(catalogue, Clues(text="甲乙丙丁戊己庚辛壬癸子")) == []


def test_a_long_number_is_not_found_where_only_its_rarest_pieces_stand(catalogue: Catalogue) -> None:
    index(catalogue, 4, an_invoice(invoice_number="0123456780"))
    index(catalogue, 5, an_invoice(invoice_number="34567812345"))

    assert found(catalogue, Clues(number="12345678")) == found(catalogue, Clues(number="*2345?78*")) == ["0123456780"]


def test_the_reason_for_text_shows_the_lines(hotel: Catalogue) -> None:
    assert _reason(hotel, Clues(text="住宿 李四")) == Reason("text", "text", "*住宿服务*住宿费 … 收款人:李四")


def test_all_clues_together_narrow_the_search(hotel: Catalogue) -> None:
    clues = Clues(seller="和平", amount=AmountClue.parse("1180~"), date=DateClue.parse("2019-03"), number="54", text="住宿", limit=5)

    hit = only(hotel.find(clues, EVERYTHING))

    assert [(reason.clue, reason.how) for reason in hit.reasons] == [
        ("number", "part"),
        ("seller", "part"),
        ("text", "text"),
        ("amount", "about"),
        ("date", "within"),
    ]
    assert 0.5 < hit.score < 1
    assert found(hotel, Clues(seller="和平", date=DateClue.parse("2020"))) == []


def test_invoices_are_found_by_one_of_several_verdicts(catalogue: Catalogue) -> None:
    _fill(catalogue)
    index(catalogue, 4, an_invoice(invoice_number="55667788", verdict=Verdict.CONFIRMED))
    reason = only(catalogue.find(Clues(verdicts=(Verdict.CONFIRMED, Verdict.UNREAD)), EVERYTHING)).reasons

    assert [(one.clue, one.how, one.value) for one in reason] == [("verdict", "exact", "confirmed")]
    assert len(catalogue.find(Clues(verdicts=tuple(Verdict)), EVERYTHING)) == 4


def test_a_blank_clue_is_not_given(hotel: Catalogue) -> None:
    blank = Clues(text=" ", number="", code="　", seller="\n", buyer="", tax_id="\t")

    assert hotel.find(blank, EVERYTHING) == hotel.find(Clues(), EVERYTHING)


def test_text_without_a_visible_character_is_refused(hotel: Catalogue) -> None:
    with pytest.raises(InvalidClue, match="text"):
        hotel.find(Clues(text="\u200b \u200e"), EVERYTHING)


def test_a_rebuilt_catalogue_answers_the_same(hotel: Catalogue) -> None:
    asked = (
        Clues(),
        Clues(number="65"),
        Clues(seller="和平"),
        Clues(text="住宿"),
        Clues(amount=AmountClue.parse("1200~")),
        Clues(tax_id="4403"),
    )
    before = [hotel.find(clues, EVERYTHING) for clues in asked]

    hotel.erase()
    _fill(hotel)

    assert [hotel.find(clues, EVERYTHING) for clues in asked] == before
    assert all(before)
