"""Which lines the quick network may settle, and which are read again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr_service.engines.cascade import CascadedReader, is_settled
from ocr_service.engines.ctc import DecodedLine


def a_line(text: str, *, unsure: str = "", missed: float = 0.0) -> DecodedLine:
    """A line in which the characters of `unsure` are unsure."""
    return DecodedLine(text, tuple(0.6 if character in unsure else 0.99 for character in text), (), missed)


@dataclass
class SayingReader:
    """Says a line to every strip, and counts."""

    line_of: Callable[[NDArray[np.uint8]], DecodedLine]
    strips: list[NDArray[np.uint8]] = field(default_factory=list)

    def read_all(self, strips: Sequence[NDArray[np.uint8]]) -> list[DecodedLine]:
        self.strips += strips
        return [self.line_of(strip) for strip in strips]


def test_a_line_whose_characters_are_all_sure_is_settled() -> None:
    assert is_settled(a_line("购买方：青禾市示例商贸有限公司"))


@pytest.mark.parametrize("text", ["92310101", "柒佰元整", "青禾市"])
def test_one_unsure_character_is_enough_to_read_again(text: str) -> None:
    assert not is_settled(a_line(text, unsure=text[-1]))


@pytest.mark.parametrize(
    ("text", "unsure", "settled"),
    [
        ("开户行及账号：示例银行", "户", True),
        ("备注开户行及账号", "及", True),
        ("开户行及张号", "及", False),
        ("开户行及账号：示例银行", "银", False),
    ],
)
def test_the_characters_of_a_printed_label_bear_each_other_out(text: str, unsure: str, settled: bool) -> None:
    assert is_settled(a_line(text, unsure=unsure)) is settled


def test_a_label_of_which_a_character_is_unlikely_is_read_again() -> None:
    assert not is_settled(DecodedLine("收款人", (0.99, 0.4, 0.99), (), 0.0))


def test_a_character_that_may_have_been_passed_over_is_looked_for() -> None:
    assert not is_settled(a_line("信息技术服务", missed=0.4))


def test_a_line_of_which_nothing_was_read_is_read_again() -> None:
    assert not is_settled(a_line(""))


@pytest.mark.parametrize(
    ("text", "settled"),
    [("名称：青禾", True), ("名称：", True), ("（小写）", True), ("¥12", True), ("12:47", False), ("12.31", False), ("1¥47", False)],
)
def test_marks_with_a_wide_and_a_narrow_form_may_be_unsure_but_not_between_digits(text: str, settled: bool) -> None:
    assert is_settled(a_line(text, unsure="：（）:.¥")) is settled


def test_a_mark_that_may_be_a_character_is_read_again() -> None:
    assert not is_settled(DecodedLine("¥12", (0.4, 0.99, 0.99), (), 0.0))


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("03*1/82-9+<7>>2/4516+90-*33", True),
        ("03*1/82-9+< 7>>2/4516+90-*33", True),
        ("99310199651717240123", False),
        ("0531-99887766 0531-99887766", False),
        ("2024/01/05", False),
        ("*信息技术服务*软件技术服务费", False),
    ],
)
def test_the_cipher_area_alone_is_not_read_twice_for_being_unsure(text: str, settled: bool) -> None:
    assert is_settled(a_line(text, unsure=text)) is settled


def test_only_what_is_not_settled_goes_to_the_thorough_network() -> None:
    sure, unsure = np.zeros((10, 40, 3), np.uint8), np.ones((10, 60, 3), np.uint8)
    quick = SayingReader(lambda strip: a_line("2O24", unsure="O") if strip is unsure else a_line("2024"))
    thorough = SayingReader(lambda _: a_line("2024年"))

    lines = CascadedReader(quick, thorough).read_all([sure, unsure, sure])

    assert [line.text for line in lines] == ["2024", "2024年", "2024"]
    assert [strip is unsure for strip in thorough.strips] == [True]
