"""Labels that differ in one character, and that very character misread."""

import pytest

from ocr_service.faces.face import Face
from ocr_service.kinds.printed_labels import label_finder
from ocr_service.kinds.twin_labels import with_twins_told_apart
from tests.support.faces import Print, a_page

LABELS = ("买方单位/个人", "卖方单位/个人", "买方单位/个人住址", "卖方单位/个人住址", "车辆类型", "电话")


def labels_of(*prints: Print) -> list[tuple[str, str | None]]:
    """Text and label of every piece, from top to bottom."""
    face = with_twins_told_apart(Face.of(a_page(*prints), label_finder(LABELS)), LABELS)
    return [(piece.text, piece.label) for piece in sorted(face.pieces, key=lambda piece: piece.y)]


@pytest.mark.parametrize(("shown", "meant"), [("买方单位/个人", "卖方单位/个人"), ("卖方单位/个人", "买方单位/个人")])
def test_the_label_that_the_form_does_not_show_yet_is_the_misread_one(shown: str, meant: str) -> None:
    assert labels_of((shown, 100, 50), ("集方单位/个人", 100, 90)) == [(shown, shown), ("集方单位/个人", meant)]


def test_where_both_or_neither_are_shown_nobody_can_tell() -> None:
    both = labels_of(("买方单位/个人", 100, 50), ("卖方单位/个人", 100, 90), ("集方单位/个人", 100, 130))
    neither = labels_of(("集方单位/个人", 100, 50), ("车辆类型", 100, 90))

    assert both[-1] == ("集方单位/个人", None)
    assert neither[0] == ("集方单位/个人", None)


def test_two_lines_that_could_be_the_same_label_stay_text() -> None:
    read = labels_of(("买方单位/个人", 100, 50), ("集方单位/个人", 100, 90), ("奖方单位/个人", 100, 130))

    assert [label for _, label in read] == ["买方单位/个人", None, None]


@pytest.mark.parametrize("text", ["买方单位/个入", "集方单位/个体", "集方单位/个人甲", "集方"])
def test_a_line_that_is_further_off_or_has_one_nearest_label_is_not_told_by_this(text: str) -> None:
    face = Face.of(a_page(("买方单位/个人", 100, 50), (text, 100, 90)), label_finder(LABELS))

    assert with_twins_told_apart(face, LABELS) == face
