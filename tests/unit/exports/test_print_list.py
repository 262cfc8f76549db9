"""The list for printing: every invoice on it, titles on every page, sums at its end."""

import io
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from models.errors import BadUsage
from ocr_service.exports import print_list
from ocr_service.exports.print_list import write_print_list
from tests.support.exported import CAME, a_row


def pages(path: Path) -> list[str]:
    pdf = pypdfium2.PdfDocument(io.BytesIO(path.read_bytes()))
    try:
        assert all(width > height for width, height in (page.get_size() for page in pdf))
        return ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    finally:
        pdf.close()


def test_every_invoice_is_on_it_with_titles_on_each_page_and_the_sums(tmp_path: Path) -> None:
    rows = [a_row(number, net="100.00", tax="6.00", total="106.00") for number in range(1, 81)]
    rows.append(a_row(81, net=None, tax=None, total=None, day=None, number=None, seller_name='#box("=1") *粗*'))
    assert write_print_list(rows, tmp_path / "a.pdf", CAME, lambda done: None) == 81
    found = pages(tmp_path / "a.pdf")

    assert len(found) > 1
    assert all("价税合计" in page and "销售方" in page for page in found)
    assert all(f"{number:08d}" in "".join(found) for number in range(1, 81))
    assert '#box("=1")*粗*' in found[-1]
    assert f"{Decimal(106 * 80):,.2f}" in found[-1] and "合计" in found[-1]
    assert "共81张" in found[0] and "2026-03-0216:30" in found[0] and f"第1页，共{len(found)}页" in found[0]


def test_more_than_a_list_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_list, "MOST_PRINTED", 2)

    with pytest.raises(BadUsage, match="at most 2"):
        write_print_list((a_row(number) for number in range(3)), tmp_path / "a.pdf", CAME, lambda done: None)
