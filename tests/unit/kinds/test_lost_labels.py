"""Labels that are known by their places alone."""

from ocr_service.faces.face import Face
from ocr_service.kinds.gathering import face_of
from ocr_service.kinds.taxi import TAXI
from tests.support.described import a_slip
from tests.support.faces import with_prints

ROWS = ("电话", "车号", "证号", "日期", "上车", "下车", "单价", "里程", "等候", "状态", "金额")


def face(*rows: str) -> Face:
    """A receipt of which only the labels were read; an empty one was not."""
    return face_of(a_slip(*((row, "") for row in rows)), TAXI)


def made(seen: Face) -> dict[str | None, float]:
    """The labels that nobody read, and their heights."""
    return {piece.label: piece.y for piece in seen.pieces if piece.label is not None and not piece.confidence}


def test_a_label_that_was_not_read_stands_where_the_order_of_the_form_has_it() -> None:
    lost = face(*("" if row == "下车" else row for row in ROWS))

    assert made(lost) == {"下车": 20 + 30 * ROWS.index("下车") + 9}


def test_no_label_is_made_where_rows_follow_no_known_order() -> None:
    assert made(face("日期", "", "车号", "单价", "上车", "等候", "金额")) == {}
    assert made(face("车号", "", "日期", "上车")) == {}


def test_no_label_is_made_where_orders_differ() -> None:
    assert "燃油附加费" not in made(face(*(row for row in ROWS if row != "状态")))


def test_print_that_was_read_well_is_no_splinter_of_a_label() -> None:
    rows = tuple("" if row == "下车" else row for row in ROWS)
    seen = face_of(with_prints(a_slip(*((row, "") for row in rows)), ("12345678", 30, 20 + 30 * ROWS.index("下车"))), TAXI)

    assert made(seen) == {}
    assert [piece.text for piece in seen.texts()] == ["12345678"]
