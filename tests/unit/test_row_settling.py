"""Cells read again: taken where the row multiplies out with them, left where it does not."""

from models.invoice import LineItem
from ocr_service.stages.row_settling import Offer, doubtful, settled

WHOLE = LineItem("*文具*中性笔", None, "支", "22", "1.50", "33.00", "13%", "4.29")


def changed(**cells: str | None) -> LineItem:
    return LineItem(**{name: cells.get(name, getattr(WHOLE, name)) for name in WHOLE.__dataclass_fields__})


def test_a_lost_quantity_that_the_product_confirms_is_taken_however_unsure() -> None:
    assert settled(changed(quantity=None), {"quantity": (Offer("22", 0.55),)}) == WHOLE


def test_a_quantity_that_the_product_refutes_is_left_out_however_sure() -> None:
    lost = changed(quantity=None)

    assert settled(lost, {"quantity": (Offer("2", 0.99),)}) == lost


def test_a_cut_quantity_is_replaced_by_the_one_that_multiplies_out() -> None:
    cut = changed(quantity="2")

    assert doubtful(cut) == {"quantity", "unit_price", "amount"}
    assert settled(cut, {"quantity": (Offer("22", 0.8),), "unit_price": (Offer("1.50", 0.99),), "amount": (Offer("33.00", 0.99),)}) == WHOLE


def test_nothing_is_replaced_that_nothing_bears_out() -> None:
    cut = changed(quantity="2")

    assert settled(cut, {"quantity": (Offer("3", 0.99),)}) == cut


def test_two_ways_to_make_a_row_right_are_none() -> None:
    torn = changed(quantity="2", unit_price="3.00")

    assert settled(torn, {"quantity": (Offer("11", 0.99),), "unit_price": (Offer("16.50", 0.99),)}) == torn


def test_a_tax_without_its_last_digit_is_doubted_and_replaced() -> None:
    cut = changed(tax_amount="4.2")

    assert "tax_amount" in doubtful(cut)
    assert settled(cut, {"tax_amount": (Offer("4.29", 0.7),)}) == WHOLE


def test_a_blank_that_no_sum_covers_is_filled_by_a_sure_reading_alone() -> None:
    blank = changed(unit=None)

    assert settled(blank, {"unit": (Offer("支", 0.95),)}) == WHOLE
    assert settled(blank, {"unit": (Offer("文", 0.6),)}) == blank


def test_a_row_that_holds_raises_no_doubt() -> None:
    assert doubtful(WHOLE) == frozenset()
    assert doubtful(changed(tax_rate="免税", tax_amount="***")) == frozenset()


def test_a_cut_sum_that_nothing_bears_out_stays_as_it_was_read() -> None:
    cut = changed(tax_rate=None, tax_amount="4.2")

    assert settled(cut, {"tax_amount": (Offer("4.29", 0.99),)}) == cut
