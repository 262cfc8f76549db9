"""Documents attached to a PDF or an OFD are files like those of a zip; what is data of the pages stays their witness."""

from pathlib import Path

import pytest

from models.errors import FileTooLarge
from ocr_service.decoding.unfolder import Budget
from ocr_service.embedded.pdf_data import invoices_of_pdf
from ocr_service.intake_paths import found_files
from ocr_service.opened import FoundFile, Upload
from tests.support.decoding import shared_decoder
from tests.support.invoice_data import DIGITAL, NUMBER
from tests.support.ofd_files import an_ofd, zipped
from tests.support.pdf_files import pages_pdf, portfolio_pdf, text_pdf
from tests.support.pictures import a_picture

INVOICE, PICTURE = text_pdf(), a_picture()
OTHER = DIGITAL.replace(NUMBER, "25119900000087654321")


def files(content: bytes, *, max_bytes: int = 1_000_000, most: int = 9) -> list[FoundFile]:
    return list(shared_decoder(max_bytes).unfolded(Upload(content, "a"), Budget(most, 10**9)))


def names(content: bytes) -> list[str]:
    return [file.name for file in files(content)]


def test_a_portfolio_is_its_cover_and_every_document_in_it() -> None:
    portfolio = portfolio_pdf({"发票1.pdf": INVOICE, "读我.txt": b"text"}, {"scan.png": PICTURE})

    assert [(file.name, file.upload and file.upload.file_name) for file in files(portfolio)] == [
        ("a", "a"),
        ("a!发票1.pdf", "发票1.pdf"),
        ("a!scan.png", "scan.png"),
    ]
    assert [file.upload.content for file in files(portfolio) if file.upload] == [portfolio, INVOICE, PICTURE]


def test_documents_attached_to_an_ofd_are_found() -> None:
    assert names(an_ofd(attachments={"scan.png": PICTURE, "data.xml": DIGITAL.encode()})) == ["a", "a!scan.png"]


def test_a_portfolio_inside_others_is_opened_too(tmp_path: Path) -> None:
    inner = portfolio_pdf({"b.zip": zipped({"1.png": PICTURE})})
    (tmp_path / "a.zip").write_bytes(zipped({"p.pdf": portfolio_pdf({"q.pdf": inner})}))

    found = [file.name.removeprefix(str(tmp_path)) for file in found_files([tmp_path], shared_decoder(1_000_000))]

    assert found == ["/a.zip!p.pdf", "/a.zip!p.pdf!q.pdf", "/a.zip!p.pdf!q.pdf!b.zip!1.png"]


@pytest.mark.parametrize("content", [INVOICE, PICTURE, pages_pdf(1, without_file="a.pdf"), b"%PDF-1.4 nothing", an_ofd()])
def test_a_file_that_carries_no_document_is_itself(content: bytes) -> None:
    assert names(content) == ["a"]


def test_data_of_the_pages_are_their_witness_and_no_document() -> None:
    carrier = portfolio_pdf({"data.xml": DIGITAL.encode(), "again.xml": DIGITAL.encode()})

    assert names(carrier) == ["a"]
    assert [invoice.fields["invoice_number"] for invoice in invoices_of_pdf(carrier)] == [NUMBER, NUMBER]


def test_data_of_more_invoices_than_pages_are_documents_of_their_own() -> None:
    carrier = portfolio_pdf({"1.xml": DIGITAL.encode(), "2.xml": OTHER.encode()})
    both = f"<List>{DIGITAL.partition('?>')[2]}{OTHER.partition('?>')[2]}</List>"

    assert names(carrier) == ["a", "a!1.xml", "a!2.xml"]
    assert names(portfolio_pdf({"both.xml": both.encode()})) == ["a", "a!both.xml"]
    assert list(invoices_of_pdf(carrier)) == []


def test_an_attachment_that_is_too_large_is_said() -> None:
    _, large = files(portfolio_pdf({"big.pdf": INVOICE}), max_bytes=1000)

    assert large.name == "a!big.pdf"
    assert isinstance(large.error, FileTooLarge)
    assert "hand it in by itself" in large.error.message


def test_too_many_attachments_are_said() -> None:
    _, said = files(portfolio_pdf({f"{number}.png": PICTURE for number in range(4)}), most=3)

    assert said.error is not None
    assert said.error.message == "holds 4 files; at most 3 are taken at once: unpack it"
