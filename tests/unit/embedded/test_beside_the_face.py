"""Data beside the face that shows it: which piece, which place, which rows."""

from collections.abc import Sequence

import pytest

from models.document import RecognizedPage, TextLine
from models.embedded import EmbeddedInvoice
from models.geometry import Box, Polygon, Transform
from models.invoice import InvoiceKind, LineItem, Witness
from ocr_service.embedded.pairing import paired
from ocr_service.embedded.rows import completed_rows
from ocr_service.embedded.shown import place_of
from ocr_service.evidence import Candidate, ClassifiedPage, ExtractedInvoice
from ocr_service.stages.confronting import ConfrontingStage, told_by_data
from tests.support.invoice_data import NUMBER

OTHER = "25119900000087654321"


def line(text: str, top: float = 0.0, left: float = 0.0) -> TextLine:
    return TextLine(text, 1.0, Polygon.rectangle(Box(left, top, left + 10 * len(text), top + 20)))


def piece(*texts: str, number: int = 1) -> RecognizedPage:
    lines = tuple(line(text, 30.0 * row) for row, text in enumerate(texts))
    return RecognizedPage(number, Polygon.rectangle(Box(0, 0, 900, 600)), lines, (), Transform(), 900, 600)


def data(number: str = NUMBER, items: Sequence[LineItem] = (), **fields: str) -> EmbeddedInvoice:
    return EmbeddedInvoice(InvoiceKind.DIGITAL_GENERAL, "", {"invoice_number": number, **fields}, tuple(items), "a.xml")


def test_data_go_to_the_piece_that_prints_their_number() -> None:
    pieces = [piece("发票号码 " + OTHER), piece("发票号码", NUMBER)]

    assert paired(pieces, [data(), data(OTHER)]) == (data(OTHER), data())


def test_a_page_that_prints_another_number_still_gets_its_files_data() -> None:
    assert paired([piece("发票号码 " + OTHER), piece("续页")], [data()]) == (data(), None)


def test_the_list_of_goods_that_repeats_the_number_is_not_the_invoice() -> None:
    assert paired([piece(NUMBER), piece("销货清单", NUMBER)], [data()]) == (data(), None)


def test_without_data_no_piece_has_any() -> None:
    assert paired([piece(NUMBER)], []) == (None,)
    assert paired([], [data()]) == ()


@pytest.mark.parametrize(
    ("texts", "value", "box"),
    [
        (["名称：青禾市示例商贸有限公司"], "青禾市示例商贸有限公司", Box(0, 0, 140, 20)),
        (["（青禾）有限公司"], "(青禾)有限公司", Box(0, 0, 80, 20)),
        (["备注", "甲乙丙丁戊", "己庚辛"], "甲乙丙丁戊己庚辛", Box(0, 30, 50, 80)),
        (["地址：青禾市示例路", "1号 000-1234", "5678"], "青禾市示例路1号 000-12345678", Box(0, 0, 110, 80)),
    ],
)
def test_a_value_is_found_however_it_is_wrapped(texts: list[str], value: str, box: Box) -> None:
    place = place_of(value, piece(*texts).lines)

    assert place is not None
    assert place.box == box


@pytest.mark.parametrize("value", ["青禾市示例商贸", "", "别的公司", "青禾市示例路2号"])
def test_a_value_that_is_not_there_whole_has_no_place(value: str) -> None:
    assert place_of(value, piece("青禾市示例", "路1号").lines) is None


ROW = LineItem(name="*服务*咨询费", quantity="2", unit_price="50", amount="100.00", tax_rate="6%", tax_amount="6.00")
TORN = LineItem(name="*服务*咨询", amount="100.00", tax_rate="6.00%", tax_amount="6.00")


def test_blank_cells_are_filled_and_printed_ones_kept() -> None:
    (row,) = completed_rows([TORN], [ROW])

    assert (row.name, row.quantity, row.unit_price, row.tax_rate) == ("*服务*咨询费", "2", "50", "6.00%")


def test_a_row_of_another_amount_is_not_completed() -> None:
    (row,) = completed_rows([LineItem(name="*服务*", amount="900.00")], [ROW])

    assert row == LineItem(name="*服务*", amount="900.00")


def test_rows_that_were_torn_give_way_and_a_reference_to_a_list_does_not() -> None:
    half = LineItem(name="*服务*咨询", amount="40.00")
    listed = LineItem(name="（详见销货清单）", amount="200.00", tax_amount="12.00")

    assert completed_rows([half], [ROW, ROW]) == (ROW, ROW)
    assert completed_rows([listed], [ROW, ROW]) == (listed, ROW, ROW)
    assert completed_rows([listed, half, half], [ROW, ROW]) == (listed, half, half)
    assert completed_rows([listed], [listed]) == (listed,)
    assert completed_rows([], [ROW]) == (ROW,)
    assert completed_rows([TORN], []) == (TORN,)


def confronted(said: EmbeddedInvoice, candidates: dict[str, tuple[Candidate, ...]], *texts: str) -> dict[str, tuple[Candidate, ...]]:
    classified = ClassifiedPage(piece(*texts), InvoiceKind.DIGITAL_GENERAL, "", None, {}, said)
    return dict(ConfrontingStage().run(ExtractedInvoice(classified, candidates, ())).candidates)


def a_print(value: str | None, raw: str | None = None) -> Candidate:
    return Candidate(value, value or "" if raw is None else raw, 1.0, Polygon.rectangle(Box(1, 2, 3, 4)), Witness.PRINTED)


def said_by(found: Sequence[Candidate], witness: Witness) -> list[str | None]:
    return [candidate.value for candidate in found if candidate.witness is witness]


def test_data_are_one_more_witness_and_the_print_stays_what_it_is() -> None:
    found = confronted(data(), {"invoice_number": (a_print(OTHER),), "payee": (a_print("李四"),)}, "发票号码" + OTHER)

    assert said_by(found["invoice_number"], Witness.PRINTED) == [OTHER]
    assert said_by(found["invoice_number"], Witness.EMBEDDED) == [NUMBER]
    assert said_by(found["payee"], Witness.EMBEDDED) == []


def test_a_name_of_which_extraction_had_a_part_is_whole_where_the_face_shows_it_whole() -> None:
    name = "青禾市示例商贸有限公司"
    found = confronted(data(seller_name=name), {"seller_name": (a_print("青禾市示例商贸"),)}, "青禾市示例商贸", "有限公司")

    assert said_by(found["seller_name"], Witness.PRINTED) == [name]


@pytest.mark.parametrize(("printed", "texts"), [("白石县样本", ["青禾市示例商贸"]), ("青禾市", ["青禾市", "别的"])])
def test_a_print_is_not_bent_to_its_data(printed: str, texts: list[str]) -> None:
    found = confronted(data(seller_name="青禾市示例商贸"), {"seller_name": (a_print(printed),)}, *texts)

    assert said_by(found["seller_name"], Witness.PRINTED) == [printed]


def test_letters_of_a_files_own_text_are_not_taken_for_misread_digits() -> None:
    identity = "91110199MZHI00002X"
    found = confronted(data(buyer_tax_id=identity), {"buyer_tax_id": (a_print("91110199M2H100002X", identity),)}, identity)

    assert said_by(found["buyer_tax_id"], Witness.PRINTED) == [identity]


def test_a_number_without_a_label_is_seen_and_an_amount_is_not_guessed() -> None:
    found = confronted(data(tax_amount="6.00"), {}, "No " + NUMBER, "6.00")

    assert said_by(found["invoice_number"], Witness.PRINTED) == [NUMBER]
    assert said_by(found["tax_amount"], Witness.PRINTED) == []


def test_a_page_that_is_drawn_from_data_is_no_witness_but_gives_each_value_its_place() -> None:
    classified = ClassifiedPage(piece("发票号码", NUMBER), InvoiceKind.DIGITAL_GENERAL, "", None, {}, data())
    found = told_by_data(classified, data())

    (number,) = found.candidates["invoice_number"]
    assert (number.value, number.witness) == (NUMBER, Witness.EMBEDDED)
    assert number.polygon is not None
    assert number.polygon.box.top == 30
    assert found.classified.embedded is None


@pytest.mark.parametrize("size", [1_900, 8_000, 1_000_000])
def test_a_value_of_one_digit_over_and_over_is_not_looked_for_for_ever(size: int) -> None:
    lines = [line("1" * 88, top=40.0 * number) for number in range(200)]

    assert place_of("1" * size, lines) is None


def test_a_row_whose_cells_no_number_can_hold_is_still_told() -> None:
    shown, said = [LineItem(name="甲", amount="9e999999")] * 2, [LineItem(name="甲", amount="9e999999")]

    assert completed_rows(shown, said) == tuple(said)
