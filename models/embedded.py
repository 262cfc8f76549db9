"""What a file says of its invoice in data of its own: the attachment of an OFD, the XML of a 数电票."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.invoice import InvoiceKind, LineItem


@dataclass(frozen=True, slots=True)
class EmbeddedInvoice:
    """One invoice as data; one more witness, held against what the page shows.

    `fields` has field keys and values as they go over the wire (dates YYYY-MM-DD, amounts as decimal strings in yuan), only those that
    the data has. `source` names where they stand: a file inside the container. `graph_code` is what the data says the QR code is: its
    payload, or with some issuers its picture in base64.
    """

    kind: InvoiceKind | None
    title: str
    fields: Mapping[str, str]
    items: tuple[LineItem, ...]
    source: str
    graph_code: str = ""
