"""Which piece of which page shows which of a file's invoices."""

from collections.abc import Callable, Sequence

from models.document import RecognizedPage
from models.embedded import EmbeddedInvoice
from ocr_service.embedded.shown import folded


def go_with_pages(data: Sequence[EmbeddedInvoice], pages: Callable[[], int]) -> bool:
    """Whether a file's data are those of its pages: data of more invoices than there are pages are documents of their own.

    Pages are counted only where that decides it.
    """
    numbers = {invoice.fields.get("invoice_number") for invoice in data}
    return len(numbers) <= 1 or len(numbers) <= pages()


def paired(pieces: Sequence[RecognizedPage], data: Sequence[EmbeddedInvoice]) -> tuple[EmbeddedInvoice | None, ...]:
    """The data of each piece: by the number that it prints, the first that does; what no piece prints goes to those left, in order.

    A face that prints another number than its data still gets them, so that the contradiction is seen.
    """
    found: list[EmbeddedInvoice | None] = [None] * len(pieces)
    texts = ["\n".join(folded(line.text) for line in piece.lines) for piece in pieces]
    waiting: list[EmbeddedInvoice] = []
    for invoice in data:
        number = folded(invoice.fields.get("invoice_number", ""))
        at = next((index for index, text in enumerate(texts) if number and number in text and found[index] is None), None)
        if at is None:
            waiting.append(invoice)
        else:
            found[at] = invoice
    for invoice in waiting:
        if (free := next((index for index, entry in enumerate(found) if entry is None), None)) is not None:
            found[free] = invoice
    return tuple(found)
