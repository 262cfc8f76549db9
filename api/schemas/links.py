"""Addresses that answers carry, so that a client need not build them."""

from contextvars import ContextVar
from urllib.parse import quote

from models.digest import Digest
from models.invoice import Invoice

path_prefix: ContextVar[str] = ContextVar("path_prefix", default="")
"""The path under which a proxy shows the service to whoever sent the running request; empty at the root."""


def address(path: str) -> str:
    """A path of this service as the sender of the running request reaches it."""
    return path_prefix.get() + path


def batch_path(batch: str) -> str:
    """Where a batch stands."""
    return address(f"/v1/batches/{batch}")


def invoice_path(invoice: str) -> str:
    """Where an invoice stands."""
    return address(f"/v1/invoices/{invoice}")


def crop_path(invoice: str, key: str) -> str:
    """The piece of the page where a field was read."""
    return f"{invoice_path(invoice)}/crops/{key}"


def original_path(document: Digest) -> str:
    """The bytes as they came, also of a document in which no invoice was found."""
    return address(f"/v1/invoices/{quote(str(document), safe=':')}/original")


def crop_links(invoice_id: str, invoice: Invoice) -> dict[str, str]:
    """A crop for every field that has a place on the page."""
    return {key: crop_path(invoice_id, key) for key, field in invoice.fields.items() if field.polygon is not None}
