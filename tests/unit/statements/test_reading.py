"""Exports of the tax platform as they come: each habit of theirs, and of the programs that people open them with."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.errors import FileTooLarge, UnknownTable
from models.own_companies import OwnCompanies, OwnCompany, Side
from models.statement import InvoiceState, Problem, Risk, Statement, StatementEntry, StatementKind
from ocr_service.statements.reading import Table, read_statement
from ocr_service.statements.titles import Meaning, TitleMapping


def titles(text: str) -> list[str]:
    return text.split()


LIST = titles(
    "序号 发票代码 发票号码 数电发票号码 销方识别号 销方名称 购方识别号 购买方名称 开票日期 金额 税额 价税合计 "
    "发票来源 发票票种 发票状态 是否正数发票 发票风险等级 开票人 备注"
)
LINES = titles(
    "序号 发票代码 发票号码 数电发票号码 销方识别号 销方名称 购方识别号 购买方名称 开票日期 税收分类编码 "
    "特定业务类型 货物或应税劳务名称 规格型号 单位 数量 单价 金额 税率 税额 价税合计 发票来源 发票票种 "
    "发票状态 是否正数发票 发票风险等级 开票人 备注"
)
SELECTION = titles(
    "序号 是否勾选* 数电发票号码 发票代码 发票号码 开票日期* 金额* 票面税额* 有效抵扣税额* 购买方识别号* "
    "销售方纳税人名称 销售方纳税人识别号 发票来源 票种* 发票状态 红字锁定标志 转内销证明编号 业务类型 勾选时间 "
    "发票风险等级 风险状态"
)
CERTIFIED = titles(
    "序号 勾选状态 数电发票号码 发票代码 发票号码 开票日期 销售方纳税人识别号 销售方纳税人名称 金额 税额 "
    "有效抵扣税额 发票状态 勾选时间 发票来源 发票票种 发票风险等级 风险状态 转内销证明编号"
)
OURS, SELLER = "91110108MA00000001", "91310000MA00000002"
OWN = OwnCompanies((OwnCompany("北京某某有限公司", (OURS,)),))
DIGITAL = "25112000000000000017"
USUAL: dict[str, Any] = {
    **{"数电发票号码": DIGITAL, "销方识别号": SELLER, "销方名称": "上海某某有限公司", "购方识别号": OURS},
    **{"购买方名称": "北京某某有限公司", "开票日期": "2025-03-04 10:11:12", "金额": "100.00", "税额": "13.00"},
    **{"价税合计": "113.00", "发票状态": "正常", "是否正数发票": "是"},
    "发票风险等级": "正常",
}
USUAL_SELECTION = {
    **{"是否勾选*": "是", "数电发票号码": DIGITAL, "开票日期*": "2025-03-04", "金额*": "100.00"},
    **{"票面税额*": "13.00", "有效抵扣税额*": "13.00", "购买方识别号*": OURS, "发票状态": "正常", "发票风险等级": "正常"},
}


def row(titles: Sequence[str] = LIST, usual: dict[str, Any] = USUAL, /, **changed: Any) -> list[Any]:
    values = {**usual, **changed}
    return [values.get(title) for title in titles]


def read(*sheets: Sequence[Sequence[Any]], own: OwnCompanies = OWN, mappings: Sequence[TitleMapping] = ()) -> Statement:
    tables = [Table(f"{place}.xlsx", "s", enumerate(rows, 1)) for place, rows in enumerate(sheets)]
    return read_statement(tables, own, mappings)


def one(*rows: Sequence[Any], head: Sequence[str] = LIST) -> StatementEntry:
    (entry,) = read([head, *rows]).entries
    return entry


def test_a_list_of_received_invoices_is_read() -> None:
    statement = read([LIST, row()])
    (entry,) = statement.entries

    assert (statement.kind, statement.side, statement.period) == (
        StatementKind.INVOICE_LIST,
        Side.RECEIVED,
        (date(2025, 3, 4), date(2025, 3, 4)),
    )
    assert entry.key == (DIGITAL, "")
    assert (entry.net, entry.tax, entry.total) == (Decimal("100.00"), Decimal("13.00"), Decimal("113.00"))
    assert (entry.state, entry.risk, entry.is_red, entry.problem) == (InvoiceState.NORMAL, Risk.NORMAL, False, None)
    assert (entry.seller_name, entry.seller_tax_id, entry.issued_on) == ("上海某某有限公司", SELLER, date(2025, 3, 4))


def test_the_side_is_ours_by_tax_id_and_not_by_a_column() -> None:
    assert read([LIST, row(销方识别号=OURS, 购方识别号=SELLER)]).side is Side.ISSUED


def test_rows_in_which_neither_side_is_ours_are_counted() -> None:
    other = row(数电发票号码="25112000000000000033", 购方识别号="91440000MA00000003")

    assert read([LIST, row(), other]).not_ours == 1


def test_without_own_companies_the_id_that_all_rows_share_is_ours() -> None:
    second = row(数电发票号码="25112000000000000033", 销方识别号="91440000MA00000003")
    statement = read([LIST, row(), second], own=OwnCompanies())

    assert (statement.side, statement.own_tax_ids) == (Side.RECEIVED, frozenset({OURS}))


@pytest.mark.parametrize("written", ["全电发票号码", "数电票号码", " 数电发票 号码", "数电发票号码*", "数电发票号码（必填）"])
def test_titles_are_known_by_their_synonyms(written: str) -> None:
    head = [written if title == "数电发票号码" else title for title in LIST]

    assert one(row(), head=head).number == DIGITAL


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f'="{DIGITAL}"', DIGITAL),
        (f"'{DIGITAL}", DIGITAL),
        (f" {DIGITAL} ", DIGITAL),
        ("２５１１２０００００００００００００１７", DIGITAL),
        (f"{DIGITAL}.0", DIGITAL),
    ],
)
def test_what_programs_put_around_a_number_is_taken_off(written: str, kept: str) -> None:
    entry = one(row(数电发票号码=written))

    assert (entry.number, entry.problem) == (kept, None)


@pytest.mark.parametrize(
    "number",
    [2.5112e19, 25112000000012345678.0, "2.5112E+19", "25112000000000000000", 25112000000000000017.0, "1234567", 1234567.0],
    ids=str,
)
def test_a_number_that_was_kept_as_a_quantity_is_lost_and_matched_with_nothing(number: Any) -> None:
    assert one(row(数电发票号码=number)).problem is Problem.NUMBER_LOST


def test_a_single_number_among_many_may_end_in_zeros_by_itself() -> None:
    many = [row(数电发票号码=f"251120000000{place:08d}") for place in range(99_989, 100_011)]

    assert [entry.number for entry in read([LIST, *many]).entries if entry.problem] == []


def test_a_code_that_lost_its_zero_is_told() -> None:
    assert one(row(数电发票号码="--", 发票代码=11002000111.0, 发票号码="12345678")).problem is Problem.NUMBER_LOST


@pytest.mark.parametrize("nothing", ["--", "-", "", None, "—"])
def test_dashes_stand_for_no_number(nothing: Any) -> None:
    paper = one(row(数电发票号码=nothing, 发票代码="011002000111", 发票号码=12345678.0))

    assert paper.key == ("011002000111" + "12345678", "")
    assert one(row(数电发票号码=nothing)).problem is Problem.NO_NUMBER


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1,234.50", "1234.50"), ("(12.00)", "-12.00"), ("（12.00）", "-12.00"), (12.1, "12.10"), ("￥5.00", "5.00"), ("-3", "-3")],
)
def test_amounts_are_read_however_they_are_written(written: Any, amount: str) -> None:
    assert one(row(金额=written)).net == Decimal(amount)


def test_an_amount_that_is_none_makes_the_row_unreadable_and_loses_nothing_of_it() -> None:
    entry = one(row(金额="十元"))

    assert (entry.problem, entry.number, entry.seller_name) == (Problem.UNREADABLE, DIGITAL, "上海某某有限公司")


@pytest.mark.parametrize("written", ["2025-03-04", "2025/3/4", "2025/03/04 08:00:00", "20250304", "2025年3月4日", 45720.0])
def test_days_are_read_however_they_are_written(written: Any) -> None:
    assert one(row(开票日期=written)).issued_on == date(2025, 3, 4)


def test_the_sum_below_is_no_invoice() -> None:
    statement = read([LIST, row(), ["合计", *[None] * 8, "100.00", "13.00", "113.00"]])

    assert (len(statement.entries), statement.totals) == (1, 1)


def test_titles_of_the_table_may_stand_above_its_head() -> None:
    statement = read([["全量发票查询导出结果"], [None, "2025-04-01"], LIST, row()])

    assert len(statement.entries) == 1


def test_a_head_of_two_rows_with_merged_cells_is_understood() -> None:
    above = ["数电发票号码", "销方", None, "购方", None, "开票日期", "金额", "税额", "发票状态"]
    below = [None, "识别号", "名称", "识别号", "名称", None, None, None, None]
    (entry,) = read([above, below, [DIGITAL, SELLER, "上海某某有限公司", OURS, "我们", "2025-03-04", "1.00", "0.13", "正常"]]).entries

    assert (entry.seller_tax_id, entry.seller_name, entry.buyer_tax_id, entry.total) == (
        SELLER,
        "上海某某有限公司",
        OURS,
        Decimal("1.13"),
    )


def test_columns_that_mean_nothing_are_kept() -> None:
    statement = read([[*LIST, "新的栏目"], [*row(), "某值"]])

    assert statement.unknown_columns == ("新的栏目",)
    assert statement.entries[0].further == {"新的栏目": "某值"}


def test_lines_of_an_invoice_are_summed_and_lines_that_look_alike_are_lines() -> None:
    line = row(LINES, {**USUAL, "货物或应税劳务名称": "*纸*复印纸"})
    discount = row(LINES, {**USUAL, "货物或应税劳务名称": "*纸*复印纸"}, 金额="-50.00", 税额="-6.50", 价税合计="-56.50")
    (entry,) = read([LINES, line, line, line, discount]).entries

    assert (entry.net, entry.tax, entry.total, entry.rows) == (Decimal("250.00"), Decimal("32.50"), Decimal("282.50"), 4)


def test_the_two_sheets_of_an_export_are_one_list() -> None:
    line = row(LINES, {**USUAL, "货物或应税劳务名称": "x"}, 金额="50.00", 税额="6.50", 价税合计="56.50")
    statement = read([LIST, row()], [LINES, line, line])

    assert (statement.kind, len(statement.entries), statement.repeated) == (StatementKind.INVOICE_LIST, 1, 1)


def test_an_invoice_in_overlapping_files_counts_once_with_its_gravest_state() -> None:
    statement = read([LIST, row()], [LIST, row(发票状态="已红冲-全额")])

    assert [entry.state for entry in statement.entries] == [InvoiceState.REVERSED]
    assert statement.repeated == 1


def test_one_number_with_two_amounts_is_kept_twice() -> None:
    statement = read([LIST, row(), row(金额="200.00", 价税合计="213.00")])

    assert len(statement.entries) == 2


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("正常", InvoiceState.NORMAL),
        ("作废", InvoiceState.VOIDED),
        ("已作废", InvoiceState.VOIDED),
        ("已红冲-全额", InvoiceState.REVERSED),
        ("已红冲-部分", InvoiceState.PARTLY_REVERSED),
        ("失控", InvoiceState.OUT_OF_CONTROL),
        ("别的", InvoiceState.UNKNOWN),
    ],
)
def test_the_words_for_the_state_of_an_invoice(word: str, state: InvoiceState) -> None:
    assert one(row(发票状态=word)).state is state


@pytest.mark.parametrize(
    ("word", "risk"), [("正常", Risk.NORMAL), ("异常凭证", Risk.ABNORMAL), ("疑点发票", Risk.DOUBTFUL), ("03", Risk.DOUBTFUL)]
)
def test_the_words_for_risk(word: str, risk: Risk) -> None:
    assert one(row(发票风险等级=word)).risk is risk


@pytest.mark.parametrize(("reds", "state"), [(["-50.00"], InvoiceState.PARTLY_REVERSED), (["-50.00", "-63.00"], InvoiceState.REVERSED)])
def test_red_invoices_of_the_list_reverse_the_blue_one_by_their_sum(reds: list[str], state: InvoiceState) -> None:
    red = [
        row(
            **{"数电发票号码": f"2511200000000000009{place}", "金额": total, "税额": "0.00", "价税合计": total, "是否正数发票": "否"},
            备注=f"被红冲蓝字数电发票号码：{DIGITAL}",
        )
        for place, total in enumerate(reds)
    ]
    blue, *others = read([LIST, row(), *red]).entries

    assert blue.state is state
    assert all(entry.is_red and entry.blue_number == DIGITAL for entry in others)


def test_the_list_for_deduction_has_stars_behind_its_titles() -> None:
    other = row(SELECTION, USUAL_SELECTION, **{"数电发票号码": DIGITAL[:-1] + "9", "是否勾选*": "否"})
    statement = read([SELECTION, row(SELECTION, USUAL_SELECTION), other])

    assert statement.kind is StatementKind.DEDUCTION_SELECTION
    assert [entry.selected for entry in statement.entries] == [True, False]
    assert statement.entries[0].total == Decimal("113.00")


def test_the_certified_list_of_a_period_has_its_period_above_the_head() -> None:
    values = {"勾选状态": "已认证", "数电发票号码": DIGITAL, "开票日期": "2025-03-04", "金额": "100.00", "税额": "13.00"}
    statement = read([["用途确认信息"], [OURS, "202503", "北京某某有限公司"], CERTIFIED, row(CERTIFIED, values)])

    assert (statement.kind, statement.tax_period, statement.entries[0].selected) == (StatementKind.DEDUCTION_CERTIFIED, "2025-03", True)


def test_the_list_for_downloading_is_read() -> None:
    head = ["序号", "数电发票号码（必填）", "开票日期（必填）", "销售方纳税人名称", "销售方纳税人识别号", "发票金额（不含税）", "税额"]
    statement = read([head, ["1", DIGITAL, "2025-03-04", "上海某某有限公司", SELLER, "100.00", "13.00"]])

    assert (statement.kind, statement.entries[0].net) == (StatementKind.DOWNLOAD_LIST, Decimal("100.00"))


@pytest.mark.parametrize(
    ("word", "booked"),
    [
        *[("未入账", False), ("入账撤销", False), ("06", False), ("02", True)],
        *[("已入账（企业所得税税前扣除）", True), ("已入账（企业所得税不扣除）", True)],
    ],
)
def test_the_states_of_booking(word: str, booked: bool) -> None:
    head = ["数电发票号码", "开票日期", "金额", "税额", "入账状态"]
    statement = read([head, [DIGITAL, "2025-03-04", "100.00", "13.00", word]])

    assert (statement.kind, statement.entries[0].booked) == (StatementKind.BOOKING_LIST, booked)


def test_a_renamed_column_is_told_by_its_name() -> None:
    head = ["哪天" if title == "开票日期" else title for title in LINES]

    with pytest.raises(UnknownTable):
        read([head, row(LINES)])


def test_a_missing_column_is_named() -> None:
    head = [title for title in SELECTION if title != "金额*"]

    with pytest.raises(UnknownTable, match="金额"):
        read([head, row(head, USUAL_SELECTION)])


def test_two_columns_that_mean_the_same_are_refused() -> None:
    with pytest.raises(UnknownTable, match="数电票号码"):
        read([[*LIST, "数电票号码"], [*row(), DIGITAL]])


def test_a_table_of_something_else_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnknownTable, match="mapping"):
        read([["姓名", "年龄"], ["王", "3"]])


def test_sheets_of_something_else_are_named_and_the_rest_is_read() -> None:
    tables = [Table("a.xlsx", "说明", enumerate([["这是说明"]], 1)), Table("a.xlsx", "发票基础信息1", enumerate([LIST, row()], 1))]
    statement = read_statement(tables, OWN)

    assert (len(statement.entries), statement.ignored_sheets) == (1, ("说明",))


def test_lists_of_several_sorts_are_not_mixed() -> None:
    with pytest.raises(UnknownTable, match="several sorts"):
        read([LIST, row()], [SELECTION, row(SELECTION, USUAL_SELECTION)])


def test_a_list_of_more_invoices_than_are_held_is_refused_and_as_many_lines_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr_service.statements.reading.MOST_INVOICES", 3)
    line = row(LINES, {**USUAL, "货物或应税劳务名称": "x"})

    assert read([LINES, *[line] * 9]).entries[0].rows == 9
    with pytest.raises(FileTooLarge, match="shorter period"):
        read([LIST, *(row(数电发票号码=f"2511200000000000001{place}") for place in range(4))])
    with pytest.raises(FileTooLarge):
        read(*([LIST, row(数电发票号码=f"2511200000000000001{place}")] for place in range(4)))


def test_a_mapping_explains_a_table_of_ones_own() -> None:
    mapping = TitleMapping("mine", {"票": Meaning.NUMBER, "多少": Meaning.TOTAL, "哪天": Meaning.DATE, "谁": Meaning.SELLER_NAME})
    statement = read([["哪天", "票", "多少", "谁", "别的"], ["2025-03-04", DIGITAL, "113.00", "上海某某", "x"]], mappings=[mapping])
    (entry,) = statement.entries

    assert statement.kind is StatementKind.MAPPED
    assert (entry.number, entry.total, entry.seller_name, entry.further) == (DIGITAL, Decimal("113.00"), "上海某某", {"别的": "x"})


def test_a_kept_mapping_changes_what_the_tax_platform_means_only_where_it_is_chosen() -> None:
    turned = TitleMapping("turned", {"数电发票号码": Meaning.TOTAL, "价税合计": Meaning.NUMBER})
    chosen = read_statement([Table("0.xlsx", "s", enumerate([LIST, row()], 1))], OWN, [turned], is_chosen=True)

    assert read([LIST, row()], mappings=[turned]) == read([LIST, row()])
    assert chosen.kind is StatementKind.MAPPED
