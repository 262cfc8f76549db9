"""Characters into lines: cells stay apart, words stay together, whatever order the file has them in."""

import random

import pytest

from models.geometry import Box
from ocr_service.files.glyph_lines import Glyph, lines_of

SIZE = 20.0


def printed(x: float, y: float, text: str, *, step: float | None = None, part: int = 0, size: float = SIZE, turn: int = 0) -> list[Glyph]:
    """The text from x on the level y; full width for ideographs, half for the rest, or `step` for all."""
    glyphs = []
    for character in text:
        width = step or (size if ord(character) > 255 else size / 2)
        box = Box(x, y, x + (width if step is None else size / 2), y + size)
        glyphs.append(Glyph(character, box, turn, part))
        x += width
    return glyphs


def read(*texts: list[Glyph]) -> list[str]:
    return [line.text for line in lines_of([glyph for text in texts for glyph in text])]


def test_a_line_is_a_line_with_its_box_and_no_doubt() -> None:
    (line,) = lines_of(printed(100, 50, "发票号码：2599"))

    assert (line.text, line.confidence) == ("发票号码：2599", 1.0)
    assert line.polygon.box == Box(100, 50, 240, 70)


def test_cells_of_a_row_stay_apart_even_when_they_all_but_touch() -> None:
    quantity, price = printed(100, 50, "3", part=1), printed(100 + 10 + 9, 50, "158.41", part=2)

    assert read(quantity, price) == ["3", "158.41"]


def test_one_text_with_wide_spaces_between_its_characters_stays_together() -> None:
    assert read(printed(100, 50, "12345678", step=SIZE)) == ["12345678"]


def test_characters_that_the_file_writes_one_by_one_make_words() -> None:
    text = "青禾市示例商贸有限公司"
    glyphs = [glyph for number, character in enumerate(text) for glyph in printed(100 + number * SIZE, 50, character, part=number)]
    random.Random(3).shuffle(glyphs)

    assert read(glyphs) == [text]


def test_a_sign_and_its_amount_are_one_wherever_the_file_has_them() -> None:
    assert read(printed(110, 50, "106.00", part=1), printed(300, 90, "别处", part=2), printed(100, 50, "¥", part=3)) == ["¥106.00", "别处"]


def test_values_printed_into_the_gaps_of_a_form_are_woven_into_it() -> None:
    assert read(printed(140, 50, "年  月  日", part=1), printed(100, 50, "2025  03  19", part=2)) == ["2025年03月19日"]


def test_titles_of_columns_are_whole_and_columns_are_not_run_together() -> None:
    titles = [
        glyph for x, text in ((0, "数"), (40, "量"), (160, "单"), (200, "价"), (320, "金"), (360, "额")) for glyph in printed(x, 50, text)
    ]

    assert read(titles) == ["数量", "单价", "金额"]


def test_a_label_that_is_spaced_out_is_one_with_its_end() -> None:
    assert read(printed(0, 50, "名", part=1), printed(100, 50, "称：青禾", part=2)) == ["名称：青禾"]


def test_headings_that_run_downwards_are_one_and_units_below_each_other_are_not() -> None:
    heading = [glyph for row, text in enumerate("购买方") for glyph in printed(0, 50 + 30 * row, text)]
    units = [glyph for row in range(3) for glyph in printed(200, 50 + 30 * row, "台")]

    lines = lines_of([*heading, *units])

    assert sorted(line.text for line in lines) == ["台", "台", "台", "购买方"]
    assert next(line for line in lines if line.text == "购买方").polygon.box == Box(0, 50, 20, 130)


def test_bold_print_counts_once() -> None:
    assert read(printed(100, 50, "合计"), printed(101, 50, "合计")) == ["合计"]


def test_two_lines_close_above_each_other_stay_two() -> None:
    assert read(printed(0, 50, "上一行"), printed(0, 72, "下一行")) == ["上一行", "下一行"]


def test_a_text_over_another_of_another_size_is_not_mixed_into_it() -> None:
    assert sorted(read(printed(0, 40, "增值税发票", size=40), printed(60, 50, "监制", size=15))) == ["增值税发票", "监制"]


def test_signs_that_only_look_like_ideographs_become_them() -> None:
    assert read(printed(0, 0, "电⼦发票（普通）")) == ["电子发票（普通）"]


@pytest.mark.parametrize(("turn", "top_left"), [(0, (100, 50)), (1, (120, 50)), (2, (140, 70)), (3, (100, 90))])
def test_text_in_any_direction_is_read_and_its_polygon_begins_where_it_does(turn: int, top_left: tuple[float, float]) -> None:
    """A text of two ideographs whose box on the page begins at 100, 50."""
    boxes = {
        0: (Box(100, 50, 120, 70), Box(120, 50, 140, 70)),
        1: (Box(100, 50, 120, 70), Box(100, 70, 120, 90)),
        2: (Box(120, 50, 140, 70), Box(100, 50, 120, 70)),
        3: (Box(100, 70, 120, 90), Box(100, 50, 120, 70)),
    }[turn]

    (line,) = lines_of([Glyph(text, box, turn) for text, box in zip("合计", boxes, strict=True)])

    assert line.text == "合计"
    assert line.polygon.points[0] == pytest.approx(top_left)


def test_a_page_without_characters_has_no_lines() -> None:
    assert lines_of([]) == ()
    assert lines_of(printed(0, 0, "   ")) == ()
