"""What a PDF says of its invoice beside its pages: attached files, and values among the document's properties."""

from collections.abc import Iterator, Mapping

from models.embedded import EmbeddedInvoice
from ocr_service.embedded.invoice_data import read_attached
from ocr_service.embedded.pairing import go_with_pages
from ocr_service.embedded.values import field_value
from ocr_service.files.pdf import pdf_attachments, pdf_page_count, pdf_properties

_PROPERTIES: Mapping[str, str] = {
    "InvoiceNumber": "invoice_number",
    "IssueTime": "issue_date",
    "SellerIdNum": "seller_tax_id",
    "BuyerIdNum": "buyer_tax_id",
    "TotalAmWithoutTax": "tax_exclusive_amount",
    "TotalTaxAm": "tax_amount",
    "TotalTax-includedAmount": "tax_inclusive_amount",
}
"""Properties that issuers of 数电票 write, named as in its XML, and the fields that they state."""


def invoices_of_pdf(content: bytes) -> Iterator[EmbeddedInvoice]:
    """Every invoice attached as data of the pages; without any attached, what the document's properties state.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    attached = [found for one in pdf_attachments(content) for found in read_attached(one.content, one.name)]
    if attached:
        if go_with_pages(attached, lambda: pdf_page_count(content)):
            yield from attached
        return
    stated = pdf_properties(content, tuple(_PROPERTIES))
    fields = {key: value for name, key in _PROPERTIES.items() if (value := field_value(key, stated.get(name, ""))) is not None}
    if "invoice_number" in fields:
        yield EmbeddedInvoice(None, "", fields, (), "properties")
