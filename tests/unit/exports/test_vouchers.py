"""Vouchers: balanced, each invoice once, by a mapping that is checked to the last name; what has none is named with the reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from models.errors import BadUsage
from models.export import ExportRow
from models.invoice import InvoiceKind
from models.own_companies import OwnCompanies, OwnCompany
from models.verification import Verdict
from ocr_service.exports import mappings
from ocr_service.exports.left_out import LeftOutList
from ocr_service.exports.mappings import SHIPPED, mapping_file
from ocr_service.exports.voucher_mapping import VALUES, VoucherMapping, parse_mapping
from ocr_service.exports.vouchers import Vouchers, write_vouchers
from tests.support.exported import OURS, a_row, an_item

OWN = OwnCompanies((OwnCompany("北京某某有限公司", (OURS,)),))
COLUMNS = {
    "kingdee": {"day": "日期", "voucher": "凭证号", "entry": "分录序号", "account": "科目代码", "debit": "借方金额", "credit": "贷方金额"},
    "yonyou": {"day": "制单日期", "voucher": "凭证编号", "entry": "行号", "account": "科目编码", "debit": "借方金额", "credit": "贷方金额"},
}
MAPPING = """
title = "试"
[[columns]]
title = "摘要"
value = "{summary}"
[[columns]]
title = "借"
value = "{debit}"
[[rules]]
[[rules.entries]]
side = "debit"
amount = "total"
account = "1"
[[rules.entries]]
side = "credit"
amount = "total"
account = "2"
"""


def shipped(name: str) -> VoucherMapping:
    return mapping_file(Path(mappings.__file__).with_name(f"{name}.toml"))


def made(tmp_path: Path, mapping: VoucherMapping, *rows: ExportRow) -> tuple[list[dict[str, Any]], list[list[Any]], LeftOutList]:
    """The lines by their titles, the sheet of what has no voucher, and the same as the answer tells it."""
    path, left_out = tmp_path / "vouchers.xlsx", LeftOutList()
    assert write_vouchers(rows, path, Vouchers(mapping, OWN), left_out, lambda done: None) == len(rows)
    book = load_workbook(path)
    titles, *lines = book.get_sheet_by_name(mapping.sheet).to_python()
    return [dict(zip(titles, line, strict=True)) for line in lines], book.get_sheet_by_name("未入凭证").to_python()[1:], left_out


@pytest.mark.parametrize("name", SHIPPED)
def test_debits_are_credits_in_every_voucher_and_altogether(tmp_path: Path, name: str) -> None:
    rows = [
        a_row(1, an_item(), net="0.10", tax="0.20", total="0.30"),  # what floats add up to something else
        a_row(2, kind=InvoiceKind.TAXI, net=None, tax=None, total="35.50"),
        a_row(3, net="-100.00", tax="-6.00", total="-106.00"),
        a_row(4, seller_tax_id=OURS, seller_name="北京某某有限公司", buyer_tax_id="91310000MA1FL0000A", buyer_name="买方"),
        a_row(5, net="50.00", tax=None, total="50.00", kind=InvoiceKind.DIGITAL_SPECIAL),
    ]
    titles = COLUMNS[name]
    lines, _, left_out = made(tmp_path, shipped(name), *rows)

    assert left_out.in_all == 0
    sums: dict[str, Decimal] = {}
    for line in lines:
        debit, credit = (Decimal(str(line[titles[side]] or 0)) for side in ("debit", "credit"))
        number = str(line[titles["voucher"]])
        sums[number] = sums.get(number, Decimal(0)) + debit - credit
    assert sums == dict.fromkeys("12345", Decimal(0))
    assert sum(Decimal(str(line[titles["debit"]] or 0)) for line in lines) == Decimal("0.30") + Decimal("35.50") - 106 + 106 + 50


def test_a_received_special_invoice_books_expense_tax_and_debt(tmp_path: Path) -> None:
    lines, _, _ = made(tmp_path, shipped("kingdee"), a_row(1, an_item()))

    assert [(line["科目代码"], line["借方金额"], line["贷方金额"]) for line in lines] == [
        ("6602", 100.0, ""),
        ("22210101", 6.0, ""),
        ("2202", "", 106.0),
    ]
    assert [line["分录序号"] for line in lines] == ["1", "2", "3"]
    assert lines[0]["摘要"] == "青禾市示例酒店有限公司 *住宿服务*住宿费 00000001"
    assert [line["供应商"] for line in lines] == ["", "", "青禾市示例酒店有限公司"]
    assert {line["日期"] for line in lines} == {date(2026, 3, 1)}


def test_an_issued_invoice_names_the_customer(tmp_path: Path) -> None:
    issued = a_row(1, seller_tax_id=OURS, buyer_tax_id="91310000MA1FL0000A", buyer_name="买方有限公司")
    lines, _, _ = made(tmp_path, shipped("yonyou"), issued)

    assert [(line["科目编码"], line["借方金额"], line["贷方金额"], line["客户编码"]) for line in lines] == [
        ("1122", 106.0, "", "买方有限公司"),
        ("6001", "", 100.0, ""),
        ("22210106", "", 6.0, ""),
    ]
    assert {(line["会计期间"], line["票号"]) for line in lines} == {("2026-03", "00000001")}


def test_what_has_no_voucher_is_named_with_the_reason(tmp_path: Path) -> None:
    rows = [
        a_row(1),
        replace(a_row(1), invoice=replace(a_row(2).invoice, number="00000001")),
        a_row(3, verdict=Verdict.NEEDS_REVIEW),
        a_row(4, withdrawn=True),
        a_row(5, day=None),
        a_row(6, net=None),
        a_row(7, total="107.00"),
        a_row(8, total="0.00", net="0.00", tax="0.00"),
    ]
    lines, named, left_out = made(tmp_path, shipped("kingdee"), *rows)

    assert len(lines) == 3
    reasons = ["copy", "unreviewed", "withdrawn", "no_day", "no_amount", "unbalanced", "no_amount"]
    assert [one.reason for one in left_out.everything] == reasons
    assert [one.what for one in left_out.everything] == [row.invoice.id for row in rows[1:]] == [line[-1] for line in named]
    assert "重复" in named[0][0] and "借贷不平" in named[5][0]


def test_a_number_of_twenty_digits_that_somebody_cut_in_two_is_booked_once(tmp_path: Path) -> None:
    whole, cut = a_row(1, number="26317000000012345678", code=None), a_row(2, number="12345678", code="263170000000")

    lines, _, left_out = made(tmp_path, shipped("kingdee"), whole, cut)

    assert len({line["凭证号"] for line in lines}) == 1
    assert [one.reason for one in left_out.everything] == ["copy"]


def test_numbers_begin_where_the_mapping_says_and_go_on_without_a_hole(tmp_path: Path) -> None:
    mapping = replace(shipped("kingdee"), first_number=41, unreviewed=True)
    lines, _, _ = made(tmp_path, mapping, a_row(1), a_row(2, withdrawn=True), a_row(3, verdict=Verdict.NEEDS_REVIEW))

    assert list(dict.fromkeys(line["凭证号"] for line in lines)) == ["41", "42"]


def test_a_formula_in_a_name_is_a_text(tmp_path: Path) -> None:
    lines, _, _ = made(tmp_path, parse_mapping("own", MAPPING), a_row(1, seller_name="=cmd|'/C calc'!A0"))

    assert lines[0]["摘要"].startswith("=cmd")


def test_an_invoice_that_no_rule_fits_is_named(tmp_path: Path) -> None:
    mapping = parse_mapping("own", MAPPING.replace("[[rules]]", '[[rules]]\nkinds = ["taxi"]'))
    lines, _, left_out = made(tmp_path, mapping, a_row(1), a_row(2, kind=InvoiceKind.TAXI))

    assert len(lines) == 2
    assert [one.reason for one in left_out.everything] == ["no_rule"]


@pytest.mark.parametrize(
    ("found", "written", "told"),
    [
        ('value = "{summary}"', 'value = "{sumary}"', "summary"),
        ('value = "{summary}"', 'value = "{summary.__class__}"', "summary"),
        ('value = "{summary}"', 'value = "{summary!r}"', "summary"),
        ('value = "{summary}"', 'value = "{summary"', "braces"),
        ('value = "{summary}"', 'valeu = "{summary}"', "title, value"),
        ('amount = "total"', 'amount = "totals"', "net, tax, total"),
        ('side = "debit"', 'side = "left"', "debit or credit"),
        ('side = "credit"', 'side = "debit"', "both sides"),
        ('account = "1"', 'account = "1"\nsummary = "{debit}"', "seller_name"),
        ('account = "1"', "account = 1", "quotation marks"),
        ("[[rules]]", '[[rules]]\nkinds = ["taxis"]', "vat_special"),
        ("[[rules]]", '[[rules]]\nside = "bought"', "received, issued"),
        ('title = "试"', 'title = "试"\nfirst_number = 0', "whole number"),
        ('title = "试"', 'title = "试"\nsheet = "a/b"', "31 characters"),
        ('title = "试"', 'title = "试"\nsheet = "\'凭证"', "at its ends"),
        ('title = "试"', 'title = "试"\nsheet = "凭\\u0001证"', "unseen"),
        ('title = "试"', "title = ", "no TOML"),
        ('title = "试"', "first_number = " + "1" * 5_000, "no TOML"),
        ('title = "试"', "title = " + "[" * 20_000, "no TOML"),
        ('title = "试"', 'title = "试"\nrule = 1', "columns, rules"),
    ],
)
def test_what_means_nothing_in_a_mapping_is_refused_with_what_there_is(found: str, written: str, told: str) -> None:
    assert found in MAPPING
    with pytest.raises(BadUsage, match=told):
        parse_mapping("own", MAPPING.replace(found, written))


def test_every_value_that_a_mapping_may_name_is_filled(tmp_path: Path) -> None:
    every = "".join(f'[[columns]]\ntitle = "{name}"\nvalue = "{{{name}}}"\n' for name in VALUES)
    lines, _, _ = made(
        tmp_path,
        parse_mapping(
            "own",
            f"{every}{MAPPING.partition('[[columns]]')[2].partition('[[rules]]')[2]}".replace(
                '[[rules.entries]]\nside = "debit"', '[[rules]]\n[[rules.entries]]\nside = "debit"', 1
            ),
        ),
        replace(a_row(1, an_item()), remarks="注"),
    )

    assert set(lines[0]) == set(VALUES)
    assert lines[0]["period"] == "2026-03" and lines[0]["remarks"] == "注" and lines[0]["goods"] == "*住宿服务*住宿费"


@pytest.mark.parametrize("name", ["", "Own", "a b", "../x", "x" * 41, "票"])
def test_a_mapping_has_a_plain_name(name: str) -> None:
    with pytest.raises(BadUsage, match="lower-case"):
        parse_mapping(name, MAPPING)
