"""Exports of the tax platform, drawn for tests: a row for each invoice."""

from collections.abc import Sequence
from typing import Any

from tests.support.workbooks import xlsx

OURS, SELLER = "91110108MA00000001", "91310000MA00000002"
_LIST = (
    "序号 发票代码 发票号码 数电发票号码 销方识别号 销方名称 购方识别号 购买方名称 开票日期 金额 税额 价税合计 发票来源 "
    "发票票种 发票状态 是否正数发票 发票风险等级 开票人 备注"
)
LIST = _LIST.split()
USUAL: dict[str, Any] = {
    **{"销方识别号": SELLER, "销方名称": "上海某某有限公司", "购方识别号": OURS, "购买方名称": "北京某某有限公司"},
    **{"开票日期": "2025-03-04 10:11:12", "金额": "100.00", "税额": "13.00", "价税合计": "113.00", "发票状态": "正常"},
    **{"是否正数发票": "是", "发票风险等级": "正常", "发票代码": "--", "发票号码": "--"},
}


def number(place: int) -> str:
    """The digital number of a drawn invoice."""
    return f"25112000000000{place:06d}"


def export(*numbers: str, **changed: Any) -> bytes:
    """全量发票查询 with these invoices; `changed` columns are those of all of them."""
    return xlsx({"发票基础信息1": [LIST, *(row(one, **changed) for one in numbers)]}, dimension="A1")


def row(digital: str, **changed: Any) -> Sequence[Any]:
    """The row of one invoice."""
    values = {**USUAL, "数电发票号码": digital, **changed}
    return [values.get(title) for title in LIST]
