"""What readers race on, and how it is counted what they saw of it."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.found_text import Found, errors_of, found, total
from benchmarks.labelled import LabelledFile
from benchmarks.race_pages import PAGE_WIDTH, drawn_pages, labelled_pages


@pytest.mark.parametrize(
    ("piece", "text", "errors"),
    [
        ("金额", "合计金额100", 0),
        ("金额", "合计全额100", 1),
        ("金额", "合计金x额100", 1),
        ("金额合计", "金额", 2),
        ("金额", "", 2),
        ("", "金额", 0),
        ("12", "1 2", 1),
    ],
)
def test_a_piece_is_held_against_the_part_that_is_most_like_it(piece: str, text: str, errors: int) -> None:
    assert errors_of(piece, text) == errors


def test_what_is_printed_is_looked_for_wherever_lines_were_cut() -> None:
    file = LabelledFile("a.png", b"", ({"kind": "vat_special", "invoice_number": "12345678", "issue_date": "2019-03-05"},))

    assert found(file, ("青禾市示例商贸", "（小写）"), "(小写)\n青禾市\n示例商 贸12345678 2019年03月05日") == Found(0, 11, 2, 2)
    assert found(file, ("青禾市示例商贸", "（小写）"), "青禾市示例商买(小写)\n1234567 2019.03.05") == Found(1, 11, 1, 2)


def test_of_a_labelled_picture_the_values_that_are_sure_are_looked_for() -> None:
    invoice = {
        "kind": "vat_special",
        "issue_date": "2019-03-05",
        "drawer": "某某",
        "payee": None,
        "items": [{"name": "甲乙", "unit": None}],
    }
    file = LabelledFile("a.jpg", b"", (invoice,), uncertain=frozenset({"drawer"}))

    assert found(file, (), "2019年03月05日甲丙") == Found(1, 13, 1, 1)


def test_pages_are_added_up() -> None:
    assert total([Found(1, 2, 3, 4), Found(10, 20, 30, 40)]) == Found(11, 22, 33, 44)


def test_drawn_pages_are_as_wide_as_a_scanner_delivers_them_and_say_what_is_printed() -> None:
    clean, scanned = drawn_pages(2, 5)

    assert Image.open(io.BytesIO(clean.file.content)).width == PAGE_WIDTH
    assert (clean.file.medium, scanned.file.medium) == ("clean", "scan")
    assert clean.file.invoices[0]["invoice_number"] in clean.printed
    assert next(drawn_pages(1, 5)).file.content == clean.file.content


def test_pictures_alone_are_raced_on(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png")
    Image.new("RGB", (40, 30)).save(tmp_path / "b.pdf")
    for name in ("a.png", "b.pdf"):
        label = {"file": name, "invoices": [{"kind": "vat_special"}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(label), encoding="utf-8")

    assert [(page.file.name, page.printed) for page in labelled_pages(tmp_path, tmp_path)] == [("a.png", ())]
