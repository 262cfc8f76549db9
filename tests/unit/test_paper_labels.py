"""Labels that are printed are read by a scanner, and lead to their invoices."""

import io
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from models.digest import Digest
from models.errors import BadUsage, InvoiceNotFound
from ocr_service.opened import Upload
from ocr_service.paper_labels import Sheet, labels_pdf
from ocr_service.papers import PaperKeeping
from tests.support.example_reading import NUMBER, example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in


@pytest.fixture
def papers(tmp_path: Path) -> PaperKeeping:
    reader = ScriptedReader()
    reader.scripts[Digest.of(a_picture())] = lambda scan: reading_of(scan, example_invoice())
    service = service_in(tmp_path, reader)
    service.submit(Upload(a_picture(), "a.png"), "cli")
    read_everything(service, tmp_path)
    return PaperKeeping.over(service)


@pytest.mark.parametrize("sheet", Sheet)
def test_every_printed_label_is_read_back(papers: PaperKeeping, sheet: Sheet) -> None:
    name = papers.service.invoices_of(Digest.of(a_picture()))[0].id
    per_page = int(sheet)
    pdf = pypdfium2.PdfDocument(io.BytesIO(labels_pdf(papers, [name] * per_page, sheet, skipped=2)))

    assert len(pdf) == 2
    pages = [zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L")) for page in pdf]
    assert [len(page) for page in pages] == [per_page - 2, 2]
    assert {papers.scanned(code.text) for page in pages for code in page} == {name}
    assert NUMBER in pdf[1].get_textpage().get_text_range()


def test_what_cannot_be_printed_is_refused(papers: PaperKeeping) -> None:
    name = papers.service.invoices_of(Digest.of(a_picture()))[0].id
    with pytest.raises(BadUsage):
        labels_pdf(papers, [], Sheet.S24)
    with pytest.raises(BadUsage):
        labels_pdf(papers, [name], Sheet.S24, skipped=24)
    with pytest.raises(InvoiceNotFound):
        labels_pdf(papers, ["0" * 20 + "-1"], Sheet.S24)
