"""The titles of columns and what they mean. The platform renames them now and then; a synonym is a line here."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.statement import StatementKind


class Meaning(StrEnum):
    """What a column can mean to a reconciliation; also the words of a mapping that somebody writes."""

    CODE = "code"
    NUMBER = "number"
    DIGITAL_NUMBER = "digital_number"
    SELLER_TAX_ID = "seller_tax_id"
    SELLER_NAME = "seller_name"
    BUYER_TAX_ID = "buyer_tax_id"
    BUYER_NAME = "buyer_name"
    DATE = "date"
    NET = "net"
    TAX = "tax"
    TOTAL = "total"
    DEDUCTIBLE = "deductible"
    STATE = "state"
    IS_POSITIVE = "is_positive"
    RISK = "risk"
    REMARKS = "remarks"
    SELECTION = "selection"
    SELECTION_STATE = "selection_state"
    BOOKING_STATE = "booking_state"
    ITEM = "item"
    VOUCHER_DATE = "voucher_date"
    YEAR = "year"
    PERIOD = "period"
    VOUCHER_WORD = "voucher_word"
    VOUCHER_NUMBER = "voucher_number"
    VOUCHER = "voucher"
    SUMMARY = "summary"
    ACCOUNT_CODE = "account_code"
    ACCOUNT_NAME = "account_name"
    DEBIT = "debit"
    CREDIT = "credit"
    SUPPLIER = "supplier"
    BILL_NUMBER = "bill_number"
    ENTRY = "entry"
    IGNORED = "ignored"
    """Known, and of no use here."""


_SYNONYMS: Mapping[Meaning, str] = {
    Meaning.CODE: "发票代码",
    Meaning.NUMBER: "发票号码",
    Meaning.DIGITAL_NUMBER: "数电发票号码 数电票号码 全电发票号码",
    Meaning.SELLER_TAX_ID: "销方识别号 销售方识别号 销方纳税人识别号 销售方纳税人识别号 销方税号",
    Meaning.SELLER_NAME: "销方名称 销售方名称 销方纳税人名称 销售方纳税人名称",
    Meaning.BUYER_TAX_ID: "购方识别号 购买方识别号 购方纳税人识别号 购买方纳税人识别号 购方税号",
    Meaning.BUYER_NAME: "购方名称 购买方名称 购方纳税人名称 购买方纳税人名称",
    Meaning.DATE: "开票日期",
    Meaning.NET: "金额 发票金额(不含税) 不含税金额 合计金额",
    Meaning.TAX: "税额 票面税额 合计税额",
    Meaning.TOTAL: "价税合计",
    Meaning.DEDUCTIBLE: "有效抵扣税额 有效税额",
    Meaning.STATE: "发票状态",
    Meaning.IS_POSITIVE: "是否正数发票",
    Meaning.RISK: "发票风险等级",
    Meaning.REMARKS: "备注",
    Meaning.SELECTION: "是否勾选",
    Meaning.SELECTION_STATE: "勾选状态",
    Meaning.BOOKING_STATE: "入账状态 发票入账状态",
    Meaning.ITEM: "货物或应税劳务名称 货物或应税劳务、服务名称 项目名称",
    Meaning.VOUCHER_DATE: "凭证日期 制单日期 日期",
    Meaning.YEAR: "会计年度",
    Meaning.PERIOD: "会计期间",
    Meaning.VOUCHER_WORD: "凭证字 凭证类别字",
    Meaning.VOUCHER_NUMBER: "凭证号 凭证编号",
    Meaning.VOUCHER: "凭证字号",
    Meaning.SUMMARY: "摘要 凭证摘要",
    Meaning.ACCOUNT_CODE: "科目代码 科目编码",
    Meaning.ACCOUNT_NAME: "科目名称 科目",
    Meaning.DEBIT: "借方 借方金额",
    Meaning.CREDIT: "贷方 贷方金额",
    Meaning.SUPPLIER: "供应商 供应商编码",
    Meaning.BILL_NUMBER: "票号",
    Meaning.ENTRY: "分录序号 行号",
    Meaning.IGNORED: (
        "序号 发票来源 发票票种 票种 票种标签 开票人 税收分类编码 特定业务类型 规格型号 单位 数量 单价 税率 "
        "红字锁定标志 转内销证明编号 业务类型 勾选时间 风险状态 差额扣除标识 入账时间 币别代码 币别名称 "
        "原币金额 制单 审核 核准 出纳 经办 结算方式 结算号 数量单位 参考信息 业务日期 往来业务编号 附件数 "
        "系统模块 业务描述 汇率类型 汇率 核算项目 过账 机制凭证 现金流量 客户 职员 项目 部门 存货 是否限定 "
        "币别 制单人 审核人 凭证类别排序号 附单据数 记账人 币种 结算方式编码 票号发生日期 部门编码 职员编码 "
        "客户编码 项目编码"
    ),
}
MEANINGS: Mapping[str, Meaning] = {title: meaning for meaning, titles in _SYNONYMS.items() for title in titles.split()}

_IDENTITY = (Meaning.NUMBER, Meaning.DIGITAL_NUMBER)
_LOOSE = re.compile(r"[*\s]|\((?:必填|元|人民币|含税)\)")


@dataclass(frozen=True, slots=True)
class Layout:
    """One list: the titles by which it is known, and those without which it cannot be used; a group is one of several."""

    kind: StatementKind
    marks: frozenset[Meaning]
    needs: tuple[tuple[Meaning, ...], ...]


def _layout(kind: StatementKind, marks: Sequence[Meaning], *needs: Meaning | tuple[Meaning, ...]) -> Layout:
    return Layout(kind, frozenset(marks), tuple(need if isinstance(need, tuple) else (need,) for need in needs))


_M = Meaning
LAYOUTS = (
    _layout(StatementKind.BOOKING_LIST, [_M.BOOKING_STATE], _IDENTITY, _M.DATE),
    _layout(StatementKind.DEDUCTION_SELECTION, [_M.SELECTION], _IDENTITY, _M.DATE, _M.NET, _M.TAX),
    _layout(StatementKind.DEDUCTION_CERTIFIED, [_M.SELECTION_STATE], _IDENTITY, _M.DATE, _M.NET, _M.TAX),
    _layout(StatementKind.INVOICE_LINES, [_M.ITEM, _M.DATE], _IDENTITY, _M.DATE, _M.NET, _M.TAX),
    _layout(StatementKind.INVOICE_LIST, [_M.DATE, _M.STATE], _IDENTITY, _M.DATE, (_M.NET, _M.TOTAL)),
    _layout(StatementKind.DOWNLOAD_LIST, [_M.DATE, _M.SELLER_NAME], _IDENTITY, _M.DATE),
    _layout(StatementKind.YONYOU, [_M.SUMMARY, _M.BILL_NUMBER], _M.VOUCHER_NUMBER, _M.SUMMARY, _M.DEBIT, _M.CREDIT),
    _layout(StatementKind.KINGDEE_K3, [_M.SUMMARY, _M.YEAR, _M.ENTRY], _M.VOUCHER_NUMBER, _M.SUMMARY, _M.DEBIT, _M.CREDIT),
    _layout(StatementKind.KINGDEE_CLOUD, [_M.SUMMARY, _M.DEBIT], (_M.VOUCHER_NUMBER, _M.VOUCHER), _M.SUMMARY, _M.DEBIT, _M.CREDIT),
)
"""The first whose marks all stand in a head is the one. By the pages of tax bureaus and by the forms that ledgers export."""


def title(cell: object) -> str:
    """A title as it is compared: half width, without spaces, stars and remarks such as （必填）."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) else ""


def example_of(meaning: Meaning) -> str:
    """How the platform or a ledger writes a column of this meaning."""
    return _SYNONYMS[meaning].split()[0]


@dataclass(frozen=True, slots=True)
class TitleMapping:
    """What the titles of a table of somebody's own mean, by the title as `title` writes it; kept in the archive under a name."""

    name: str
    columns: Mapping[str, Meaning]

    def fits(self, titles: Sequence[str]) -> bool:
        """Whether all the titles that it explains stand in a head."""
        return bool(self.columns) and self.columns.keys() <= set(titles)
