"""Invoice data of any schema that is known."""

from xml.etree.ElementTree import Element

from models.embedded import EmbeddedInvoice
from models.errors import UnreadableFile
from ocr_service.embedded.data_schema import DataSchema
from ocr_service.embedded.digital_einvoice import DIGITAL_EINVOICE
from ocr_service.embedded.pinyin import ISSUING_PINYIN, PINYIN
from ocr_service.embedded.vat_einvoice import VAT_EINVOICE
from ocr_service.embedded.xbrl import AIR_XBRL, DIGITAL_XBRL, RAILWAY_XBRL, VAT_XBRL
from ocr_service.files.xml_tree import parse_xml

_MAX_DATA_BYTES = 5_000_000
"""The data of an invoice with hundreds of lines has 200 thousand."""

SCHEMAS: tuple[DataSchema, ...] = (DIGITAL_EINVOICE, VAT_EINVOICE, RAILWAY_XBRL, AIR_XBRL, DIGITAL_XBRL, VAT_XBRL, ISSUING_PINYIN, PINYIN)
"""Every schema, the more particular first."""


def invoices_in(root: Element, source: str) -> tuple[EmbeddedInvoice, ...]:
    """Every invoice that a tree holds, in its order; none when it is in no known schema or blank.

    A list of invoices is parted at the elements that hold one number each; where the values of several stand mixed under one element,
    nobody can say whose they are, and they give none.
    """
    schema = _schema_of(root)
    if schema is None:
        return ()
    numbers = _numbers(root, schema)
    if len(numbers) > 1:
        return tuple(invoice for part in root if _numbers(part, schema) for invoice in invoices_in(part, source))
    found = schema.read(root, source)
    return (found,) if found.fields else ()


def read_invoices(content: bytes, source: str) -> tuple[EmbeddedInvoice, ...]:
    """The same of a file's bytes; none as well when they are no XML."""
    if b"<" not in content[:2000]:
        return ()
    try:
        return invoices_in(parse_xml(content), source)
    except UnreadableFile:
        return ()


def read_attached(content: bytes | None, source: str) -> tuple[EmbeddedInvoice, ...]:
    """The same of an attached file; one that is missing or larger than any invoice's data holds none."""
    return () if content is None or len(content) > _MAX_DATA_BYTES else read_invoices(content, source)


def _schema_of(root: Element) -> DataSchema | None:
    names = frozenset(element.tag.lower() for element in root.iter())
    return next((schema for schema in SCHEMAS if schema.holds(names)), None)


def _numbers(root: Element, schema: DataSchema) -> set[str]:
    names = {name.rpartition("/")[2] for name in schema.fields["invoice_number"]}
    return {"".join((element.text or "").split()) for element in root.iter() if element.tag.lower() in names} - {""}
