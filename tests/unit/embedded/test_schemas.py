"""The same invented sale in every schema is the same invoice."""

import re

import pytest

from models.invoice import InvoiceKind, LineItem
from ocr_service.embedded.invoice_data import read_invoices
from ocr_service.embedded.kind_names import kind_named
from ocr_service.embedded.values import field_value, iso_date, plain_number, tax_rate
from tests.support.invoice_data import DIGITAL, ISSUING, NUMBER, PINYIN, RAILWAY, VAT, XBRL, only_invoice

SCHEMAS = {"digital": DIGITAL, "vat": VAT, "xbrl": XBRL, "pinyin": PINYIN, "issuing": ISSUING}
COMMON = {
    "issue_date": "2025-03-19",
    "seller_name": "青禾市示例商贸有限公司",
    "seller_tax_id": "91110199291951630T",
    "buyer_name": "白石县样本咨询有限公司",
    "tax_exclusive_amount": "100.00",
    "tax_amount": "6.00",
    "tax_inclusive_amount": "106.00",
}


def encoded(text: str) -> bytes:
    return text.encode("gbk" if 'encoding="GBK"' in text else "utf-8")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_tells_parties_date_and_amounts(schema: str) -> None:
    found = only_invoice(encoded(SCHEMAS[schema]), "a.xml")

    assert found is not None
    assert COMMON.items() <= found.fields.items()
    assert found.source == "a.xml"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_tells_the_line_of_goods(schema: str) -> None:
    found = only_invoice(encoded(SCHEMAS[schema]), "")

    assert found is not None
    (item,) = found.items
    assert (item.name, item.amount, item.tax_rate, item.tax_amount, item.unit_price) == (
        "*信息技术服务*咨询费",
        "100.00",
        "6%",
        "6.00",
        "50",
    )
    assert item.quantity in ("2", "2.00")


@pytest.mark.parametrize(
    ("schema", "kind", "identity"),
    [
        (DIGITAL, InvoiceKind.DIGITAL_GENERAL, (None, NUMBER)),
        (
            DIGITAL.replace("<LabelCode>02", "<LabelCode>01").replace("普通发票", "增值税专用发票"),
            InvoiceKind.DIGITAL_SPECIAL,
            (None, NUMBER),
        ),
        (VAT, InvoiceKind.VAT_ELECTRONIC_GENERAL, ("099002400111", "01234567")),
        (VAT.replace("099002400111", "099002400113"), InvoiceKind.VAT_ELECTRONIC_SPECIAL, ("099002400113", "01234567")),
        (VAT.replace("099002400111", "099002400112"), InvoiceKind.TOLL_ELECTRONIC, ("099002400112", "01234567")),
        (XBRL, InvoiceKind.VAT_ELECTRONIC_GENERAL, ("099002400111", "01234567")),
        (RAILWAY, InvoiceKind.DIGITAL_RAILWAY, (None, NUMBER)),
        (PINYIN, None, (None, NUMBER)),
    ],
)
def test_kind_and_identity(schema: str, kind: InvoiceKind | None, identity: tuple[str | None, str]) -> None:
    found = only_invoice(encoded(schema), "")

    assert found is not None
    assert found.kind is kind
    assert (found.fields.get("invoice_code"), found.fields["invoice_number"]) == identity


def test_a_railway_ticket_tells_its_journey() -> None:
    found = only_invoice(RAILWAY.encode(), "")

    assert found is not None
    journey = {"from_station": "青禾南", "to_station": "白石东", "train_number": "G9999", "departure_time": "2025-03-18 08:15"}
    assert journey.items() <= found.fields.items()
    assert found.fields["tax_inclusive_amount"] == "109.00"
    assert "seller_name" not in found.fields


def test_addresses_that_are_kept_in_two_are_printed_as_one() -> None:
    found = only_invoice(DIGITAL.encode(), "")

    assert found is not None
    assert found.fields["seller_address_phone"] == "青禾市示例路1号 000-12345678"
    assert "buyer_address_phone" not in found.fields


def test_the_cipher_is_no_field_and_the_check_code_is_whole() -> None:
    found = only_invoice(VAT.encode(), "")

    assert found is not None
    assert found.fields["check_code"] == "01234567890123456789"
    assert found.graph_code.startswith("01,10,099002400111,")
    assert "remarks" not in found.fields


def test_malformed_vendor_data_is_read_all_the_same() -> None:
    malformed = VAT.replace(' xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"', "").replace("青禾市示例商贸", "青禾&示例商贸")

    found = only_invoice(malformed.encode(), "")

    assert found is not None
    assert found.fields["seller_name"] == "青禾&示例商贸有限公司"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"no xml at all",
        b"<html><body>invoice</body></html>",
        b"<EInvoice><Header/></EInvoice>",
        b"\x89PNG < 1",
        DIGITAL.encode()[:-300],
        b'<!DOCTYPE a [<!ENTITY x "1">]>' + VAT.encode(),
        b"<FPXX><FP><FPHM>12345678</FPHM><JSHJ>1</JSHJ></FP><FP><FPHM>12345679</FPHM><JSHJ>2</JSHJ></FP></FPXX>",
    ],
)
def test_what_is_no_single_invoice_is_none(content: bytes) -> None:
    assert only_invoice(content, "") is None


@pytest.mark.parametrize("one", [DIGITAL, VAT, PINYIN], ids=["digital", "vat", "pinyin"])
def test_a_file_of_several_invoices_is_read_as_several(one: str) -> None:
    single = only_invoice(encoded(one), "")
    assert single is not None
    number = single.fields["invoice_number"]
    others = [number[:-1] + last for last in "012"]
    bodies = [re.sub(r"^<\?.*?\?>", "", one.replace(f">{number}<", f">{other}<")) for other in others]
    listed = f'<?xml version="1.0" encoding="UTF-8"?><Invoices><Count>3</Count><List>{"".join(bodies)}</List></Invoices>'

    found = read_invoices(listed.encode(), "")

    assert [invoice.fields["invoice_number"] for invoice in found] == others
    assert [invoice.items for invoice in found] == [single.items] * 3
    assert [invoice.fields | {"invoice_number": number} for invoice in found] == [single.fields] * 3


def test_values_of_several_invoices_under_one_element_are_nobodys() -> None:
    mixed = b"<FPXX><FPHM>12345678</FPHM><JSHJ>1</JSHJ><FPHM>12345679</FPHM><JSHJ>2</JSHJ></FPXX>"

    assert read_invoices(mixed, "") == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年03月19日", "2025-03-19"),
        ("2025-03-19 10:20:30", "2025-03-19"),
        ("2025-03-19T10:20:30.000+08:00", "2025-03-19"),
        ("2025/3/9", "2025-03-09"),
        ("20250319", "2025-03-19"),
        ("20250319102030", "2025-03-19"),
        ("20250319102030123", "2025-03-19"),
        ("2025-02-30", None),
        ("昨天", None),
        ("", None),
        ("20251", None),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize(
    ("text", "mark", "rate"),
    [
        *[("6%", "", "6%"), ("0.06", "", "6%"), ("0.060000", "", "6%"), ("6", "", "6%"), ("13.00%", "", "13%"), ("0.015", "", "1.5%")],
        *[("免税", "", "免税"), ("***", "", None), ("", "", None), ("0", "", "0%"), ("0.00", "1", "免税"), ("0", "2", "不征税")],
        *[("10%", "", "10%"), ("NaN", "", None)],
    ],
)
def test_rates(text: str, mark: str, rate: str | None) -> None:
    assert tax_rate(text, mark) == rate


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("tax_amount", "***", None),
        ("tax_amount", "6", "6.00"),
        ("tax_inclusive_amount", "-1,106.5", "-1106.50"),
        ("tax_inclusive_amount", "一百", None),
        ("seller_name", " 青禾 \n 商贸 ", "青禾 商贸"),
        ("buyer_tax_id", "9131 0199651717240y", "91310199651717240Y"),
        ("remarks", "——", None),
    ],
)
def test_values(key: str, text: str, value: str | None) -> None:
    assert field_value(key, text) == value


@pytest.mark.parametrize(
    ("text", "number"), [("2", "2"), ("1,000.50", "1000.50"), ("1E+2", "100"), ("", None), ("二", None), ("Infinity", None)]
)
def test_quantities(text: str, number: str | None) -> None:
    assert plain_number(text) == number


def test_an_empty_row_is_no_row() -> None:
    found = only_invoice(DIGITAL.replace("</AdditionalInformation>", "</AdditionalInformation><IssuItemInformation/>").encode(), "")

    assert found is not None
    assert LineItem() not in found.items
    assert len(found.items) == 1


@pytest.mark.parametrize("text", ["9" * 8000, "1e999999999", "1e-999999999", "0." + "1" * 8000, "NaN", "Infinity"])
def test_a_number_that_unfolds_to_more_than_any_invoice_prints_is_none(text: str) -> None:
    assert plain_number(text) is None
    assert tax_rate(text) is None
    assert field_value("tax_amount", text) is None


def test_a_title_that_begins_a_kinds_name_over_and_over_is_no_kind() -> None:
    assert kind_named("数电" * 1_000_000) is None
    assert kind_named("数电票（增值税专用发票）") is InvoiceKind.DIGITAL_SPECIAL
