"""Labels spread over their box, which the engine read as several lines."""

from ocr_service.faces.face import Face
from ocr_service.kinds.printed_labels import label_finder
from ocr_service.kinds.torn_labels import with_torn_labels
from tests.support.faces import Print, a_page

LABELS = ("账号", "开户银行", "地址", "产地", "机器编号", "机器编码")


def labels_of(*prints: Print) -> list[tuple[str, str | None]]:
    """Text and label of every piece, from left to right."""
    face = with_torn_labels(Face.of(a_page(*prints), label_finder(LABELS)), LABELS)
    return [(piece.text, piece.label) for piece in sorted(face.pieces, key=lambda piece: piece.x)]


def test_two_halves_on_one_row_are_one_label() -> None:
    assert labels_of(("账", 100, 50), ("号", 160, 52), ("6000000002", 220, 50)) == [("账号", "账号"), ("6000000002", None)]


def test_more_than_two_parts_are_one_label() -> None:
    assert labels_of(("开", 100, 50), ("户银", 140, 50), ("行", 200, 50)) == [("开户银行", "开户银行")]


def test_a_label_taken_from_its_first_part_swallows_its_last() -> None:
    assert labels_of(("开户银", 100, 50), ("行", 165, 50), ("示例银行", 220, 50)) == [("开户银行", "开户银行"), ("示例银行", None)]


def test_boxes_that_overlap_a_little_belong_together_all_the_same() -> None:
    assert labels_of(("机器编", 100, 50), ("号", 148, 51)) == [("机器编号", "机器编号")]


def test_parts_on_different_rows_or_far_apart_stay_apart() -> None:
    assert labels_of(("账", 100, 50), ("号", 160, 90)) == [("账", None), ("号", None)]
    assert labels_of(("账", 100, 50), ("号", 400, 50)) == [("账", None), ("号", None)]


def test_text_that_only_begins_like_a_label_stays_text() -> None:
    assert labels_of(("地", 100, 50), ("方税务局", 130, 50)) == [("地", None), ("方税务局", None)]


def test_the_end_of_a_label_may_come_with_its_value() -> None:
    assert labels_of(("账", 100, 50), ("号：6000000002", 128, 52)) == [("账号", "账号"), ("6000000002", None)]
    assert labels_of(("开户", 100, 50), ("银 行 6000", 145, 50)) == [("开户银 行", "开户银行"), ("6000", None)]
