"""What an OFD says of its invoice beside its pages: attachments, tags that point at the page's objects, the entry file's list."""

from collections.abc import Mapping
from dataclasses import replace

from models.embedded import EmbeddedInvoice
from ocr_service.embedded.invoice_data import read_attached
from ocr_service.embedded.kind_names import kind_named
from ocr_service.embedded.pairing import go_with_pages
from ocr_service.embedded.values import field_value
from ocr_service.ofd.package import OfdPackage

_STATED: Mapping[str, str] = {
    "发票代码": "invoice_code",
    "发票号码": "invoice_number",
    "开票日期": "issue_date",
    "校验码": "check_code",
    "机器编号": "machine_number",
    "购买方名称": "buyer_name",
    "购买方纳税人识别号": "buyer_tax_id",
    "购买方地址、电话": "buyer_address_phone",
    "购买方开户行及账号": "buyer_bank_account",
    "销售方名称": "seller_name",
    "销售方纳税人识别号": "seller_tax_id",
    "销售方地址、电话": "seller_address_phone",
    "销售方开户行及账号": "seller_bank_account",
    "合计金额": "tax_exclusive_amount",
    "合计税额": "tax_amount",
    "价税合计": "tax_inclusive_amount",
    "收款人": "payee",
    "复核人": "reviewer",
    "开票人": "drawer",
}
"""Names of CustomDatas in OFD.xml and the fields that they state."""


def invoice_of_ofd(package: OfdPackage) -> EmbeddedInvoice | None:
    """The invoice as the file's data has it: an attachment in a known schema before all, completed by the entry file's list.

    Tags that only point at objects of the page are left alone: they repeat the page and prove nothing.
    """
    stated = _stated(package)
    attached = [
        found for document in package.documents for name, content in document.files("Attachments") for found in read_attached(content, name)
    ]
    if not attached or not go_with_pages(attached, lambda: len(package.pages)):
        return stated
    first = attached[0]
    return replace(first, fields={**stated.fields, **first.fields}) if stated is not None and _is_same(stated, first) else first


def _stated(package: OfdPackage) -> EmbeddedInvoice | None:
    fields = {key: value for name, key in _STATED.items() if (value := field_value(key, package.stated.get(name, ""))) is not None}
    if "invoice_number" not in fields:
        return None
    return EmbeddedInvoice(kind_named(package.stated.get("模板编号", "")), "", fields, (), "OFD.xml")


def _is_same(one: EmbeddedInvoice, other: EmbeddedInvoice) -> bool:
    return one.fields.get("invoice_number") == other.fields.get("invoice_number")
