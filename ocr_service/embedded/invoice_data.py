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

SCHEMAS: tuple[DataSchema, ...] = (DIGITAL_EINVOICE, VAT_EINVOICE, RAILWAY_XBRL, AIR_XBRL, DIGITAL_XBRL, VAT_XBRL, ISSUING_PINYIN, PINYIN)
"""Every schema, the more particular first."""


def invoice_in(root: Element, source: str) -> EmbeddedInvoice | None:
    """The invoice that a tree holds; None when it is in no known schema, is blank, or is of several invoices, whose values would mix."""
    names = frozenset(element.tag.lower() for element in root.iter())
    for schema in SCHEMAS:
        if schema.holds(names):
            if len(_numbers(root, schema)) > 1:
                return None
            found = schema.read(root, source)
            return found if found.fields else None
    return None


def read_invoice_data(content: bytes, source: str) -> EmbeddedInvoice | None:
    """The same of an attachment's bytes; None as well when they are no XML, for a file may carry anything beside its invoice."""
    if b"<" not in content[:2000]:
        return None
    try:
        return invoice_in(parse_xml(content), source)
    except UnreadableFile:
        return None


def _numbers(root: Element, schema: DataSchema) -> set[str]:
    names = {name.rpartition("/")[2] for name in schema.fields["invoice_number"]}
    return {"".join((element.text or "").split()) for element in root.iter() if element.tag.lower() in names} - {""}
