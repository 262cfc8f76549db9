"""Labels of a description in a line of print."""

import pytest

from ocr_service.kinds.printed_labels import label_finder

LABELS = (
    *("日期", "开票日期", "单价", "里程", "公里", "车号", "证号", "发票代码", "金额", "金额(大写)", "流水号", "等候"),
    *("Date", "Time", "Waiting Time", "Fuel Oil Surcharge", "Call Service Surcharge"),
)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("日期:2018-03-05", ["日期"]),
        ("开票日期2018-03-05", ["开票日期"]),
        ("日期2018-03-05 金额62.00", ["日期", "金额"]),
        ("金额(大写)壹佰元", ["金额(大写)"]),
        ("金 额 : 62.00", ["金额"]),
        ("有效日期2018", []),
        ("2.50元/公里", []),
        ("15.8公里", []),
        ("公里:15.8", ["公里"]),
        ("Dated 2018", []),
        ("发禀代码:199001751011", ["发票代码"]),
        ("发禀代码199001751011", ["发票代码"]),
        ("里理:15.8", ["里程"]),
        ("驾号:130456", []),
        ("全额", ["金额"]),
        ("等侯 00:05:10", ["等候"]),
        ("全额发票", []),
        ("Waiting time 00:05:10", ["Waiting Time"]),
        ("Walting time", ["Waiting Time"]),
        ("Fuel oll surcharge", ["Fuel Oil Surcharge"]),
        ("le surcharge", []),
        ("running time", []),
        ("日期 Date", ["日期", "Date"]),
        ("流水", []),
        ("欢迎光临", []),
    ],
)
def test_labels_are_told_from_text(text: str, labels: list[str]) -> None:
    assert [span.name for span in label_finder(LABELS)(text)] == labels
