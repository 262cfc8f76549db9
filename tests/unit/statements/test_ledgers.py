"""Ledgers: vouchers of the usual programs, and the numbers that people hide in their texts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from models.own_companies import OwnCompanies
from models.statement import Problem, Statement, StatementKind
from ocr_service.statements.reading import Table, read_statement
from ocr_service.statements.references import Reference, references

DIGITAL = "25112000000012345678"


def titles(text: str) -> list[str]:
    return text.split()


K3 = titles("凭证日期 会计年度 会计期间 凭证字 凭证号 科目代码 科目名称 借方 贷方 凭证摘要 分录序号 核算项目")
CLOUD = titles("日期 凭证字 凭证号 附件数 分录序号 摘要 科目代码 科目名称 借方金额 贷方金额 供应商")
YONYOU = titles("会计期间 凭证类别字 凭证编号 行号 制单日期 摘要 科目编码 借方金额 贷方金额 票号 票号发生日期 供应商编码")


def read(head: Sequence[str], *rows: dict[str, Any]) -> Statement:
    cells = [[row.get(title) for title in head] for row in rows]
    return read_statement([Table("ledger.xlsx", "s", enumerate([head, *cells], 1))], OwnCompanies())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"付办公用品 {DIGITAL}", [Reference(DIGITAL)]),
        ("NO.12345678 复印纸", [Reference("12345678", is_tail=True)]),
        ("NO：12345678/12345679、12345680，12345681", [Reference(str(number), is_tail=True) for number in range(12345678, 12345682)]),
        ("（NO.1234567）（折让）", [Reference("1234567", is_tail=True)]),
        ("BC87654321--退", [Reference("87654321", is_tail=True)]),
        ("251120000000 12345678", [Reference(DIGITAL)]),
        ("号码345678", [Reference("345678", is_tail=True)]),
        ("20250304 报销", []),
        ("202503 房租", []),
        ("电话13800138000 合同", []),
        ("付款 1234567.00 元", []),
        ("报差旅费", []),
    ],
)
def test_numbers_are_found_in_the_text_of_a_voucher(text: str, found: list[Reference]) -> None:
    assert list(references(text)) == found


def test_a_voucher_of_kingdee_k3_is_known_by_word_number_and_period() -> None:
    same = {"凭证日期": "2025-03-31", "会计年度": "2025", "会计期间": "3", "凭证字": "记", "凭证号": "12"}
    statement = read(
        K3,
        {**same, "科目名称": "办公费", "借方": 100.0, "凭证摘要": f"纸 NO.{DIGITAL}", "分录序号": 1.0},
        {**same, "科目名称": "应交税费-应交增值税-进项税额", "借方": 13.0, "凭证摘要": "纸", "分录序号": 2.0},
        {**same, "科目名称": "银行存款", "贷方": 113.0, "凭证摘要": "纸", "分录序号": 3.0},
    )
    (entry,) = statement.entries

    assert statement.kind is StatementKind.KINGDEE_K3
    assert (entry.voucher, entry.number, entry.voucher_tax, entry.rows) == ("2025-3 记-12", DIGITAL, Decimal("13.00"), 3)
    assert statement.period is not None
    assert [day.isoformat() for day in statement.period] == ["2025-03-01", "2025-03-31"]


def test_a_voucher_may_name_several_invoices_and_rows_without_a_voucher_belong_to_the_one_above() -> None:
    statement = read(
        CLOUD,
        {"日期": "2025-03-05", "凭证字": "记", "凭证号": "7", "摘要": "NO.12345678/12345679", "科目名称": "进项税额", "借方金额": "26.00"},
        {"摘要": "NO.12345680", "科目名称": "费用", "借方金额": "200.00"},
    )

    assert statement.kind is StatementKind.KINGDEE_CLOUD
    assert [(entry.voucher, entry.number, entry.is_tail) for entry in statement.entries] == [
        ("2025-03 记-7", number, True) for number in ("12345678", "12345679", "12345680")
    ]


def test_the_column_for_bills_of_yonyou_is_read() -> None:
    named = {"会计期间": "2025-03", "凭证类别字": "记", "凭证编号": "9", "制单日期": "2025-03-09"}
    statement = read(YONYOU, {**named, "摘要": "纸", "票号": DIGITAL})

    assert (statement.kind, statement.entries[0].number) == (StatementKind.YONYOU, DIGITAL)


def test_a_voucher_that_books_input_tax_without_a_number_is_kept_and_wages_are_only_counted() -> None:
    statement = read(
        CLOUD,
        {"日期": "2025-03-05", "凭证字": "记", "凭证号": "7", "摘要": "买纸", "科目名称": "应交增值税-进项税额", "借方金额": "26.00"},
        {"日期": "2025-03-06", "凭证字": "记", "凭证号": "8", "摘要": "工资", "科目名称": "应付职工薪酬", "借方金额": "9000.00"},
    )

    assert [(entry.voucher, entry.problem) for entry in statement.entries] == [("2025-03 记-7", Problem.NO_NUMBER)]
    assert statement.unmatched_rows == 1
