"""Names and properties of a PDF that are no text cost the document nothing else."""

import pytest

from ocr_service.files.pdf import pdf_attachments, pdf_properties
from tests.support.pdf_files import portfolio_pdf, text_pdf


@pytest.mark.parametrize("half", [b"d800", b"dc00"])
def test_an_attachment_whose_name_is_no_text_is_numbered_and_taken(half: bytes) -> None:
    content = portfolio_pdf({"票.png": b"123", "b.png": b"45"})
    broken = content.replace("票".encode("utf-16-be").hex().encode(), half)
    assert broken != content

    first, second = pdf_attachments(broken)
    assert (first.name, first.content) == ("1", b"123")
    assert (second.name, second.content) == ("b.png", b"45")


def test_a_property_that_is_no_text_is_not_there_and_the_others_are() -> None:
    content = text_pdf(properties={"Title": "XXXXXXXXXXXX", "Author": "somebody"})
    broken = content.replace(b"XXXXXXXXXXXX", b"\\376\\377\\330\\000")
    broken = broken.replace(b"(\\376\\377\\330\\000)", b"(\\376\\377\\330\\000\\000a)")

    assert pdf_properties(broken, ("Title", "Author")) == {"Author": "somebody"}
