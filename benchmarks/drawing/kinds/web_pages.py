"""Screens that show an invoice's data and are no invoice: the inspection platform, download pages, wallets of phones."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.drawing.document import Drawn, Page
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.invoice import DrawnInvoice, invent
from benchmarks.drawing.kinds.other import KIND, NEVER
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import clock

_GREY: Colour = (120, 120, 126)
_BLUE: Colour = (30, 90, 200)
_TITLES = {"vat_electronic_general": "增值税电子普通发票", "vat_special": "增值税专用发票", "digital_general": "电子发票（普通发票）"}


def draw_web_page(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Draw one screen; its layout goes round with its place."""
    draw = _SCREENS[place % len(_SCREENS)]
    invoice = invent(pick(rng, tuple(_TITLES)), int(rng.integers(0, 2**31)), lines=1)
    sheet = draw(rng, dpi, invoice)
    truth: dict[str, object] = {"kind": KIND} | dict.fromkeys(NEVER)
    name = draw.__name__.removeprefix("_")
    return Drawn("web_page", name, seed, place, dpi, (Page(sheet.finish(), tuple(sheet.prints)),), (truth,))


def _pairs(one: DrawnInvoice) -> Sequence[tuple[str, str]]:
    """Label and value of everything that such pages tell."""
    code = () if one.code is None else (("发票代码", one.code),)
    tax = f"{one.tax:.2f}" if one.tax is not None else "0.00"
    return (
        ("发票类型", _TITLES[one.kind]),
        *code,
        ("发票号码", one.number),
        ("开票日期", f"{one.issue_date:%Y-%m-%d}"),
        ("购买方名称", one.buyer.name),
        ("购买方税号", one.buyer.tax_id or ""),
        ("销售方名称", one.seller.name),
        ("销售方税号", one.seller.tax_id or ""),
        ("金额", f"{one.amount:.2f}"),
        ("税额", tax),
        ("价税合计", f"¥{one.total:.2f}"),
    )


def _inspection(rng: np.random.Generator, dpi: int, one: DrawnInvoice) -> Sheet:
    """查验明细: the platform copies the face, title and all."""
    sheet = Sheet(240, 165, dpi, (246, 248, 252))
    sheet.text(8, 8, "国家税务总局全国增值税发票查验平台", 5.0, _BLUE, face="hei")
    hour, minute = clock(rng)
    sheet.text(8, 18, f"查验次数：第{int(rng.integers(1, 5))}次", 3.6, BLACK)
    sheet.text(120, 18, f"查验时间：2025-12-0{int(rng.integers(1, 9))} {hour:02d}:{minute:02d}:08", 3.6, BLACK)
    sheet.text(120, 28, _TITLES[one.kind], 6.0, (150, 70, 30), face="kai", align="m")
    head = (
        f"发票代码：{one.code or ''}",
        f"发票号码：{one.number}",
        f"开票日期：{one.issue_date:%Y年%m月%d日}",
        f"机器编号：{one.machine_number or ''}",
    )
    for at, text in enumerate(head):
        sheet.text(12 + 56 * at, 38, text, 3.2, BLACK)
    for top, party, who in ((46, one.buyer, "购买方"), (118, one.seller, "销售方")):
        for at, text in enumerate(
            (
                f"名称：{party.name}",
                f"纳税人识别号：{party.tax_id or ''}",
                f"地址、电话：{party.address_phone or ''}",
                f"开户行及账号：{party.bank_account or ''}",
            )
        ):
            sheet.text(22, top + 5.5 * at, text, 3.2, BLACK)
        sheet.column(14, top, top + 18, who, 3.0, BLACK)
    for x, text in (
        (30, "货物或应税劳务、服务名称"),
        (84, "规格型号"),
        (104, "单位"),
        (122, "数量"),
        (144, "单价"),
        (170, "金额"),
        (194, "税率"),
        (216, "税额"),
    ):
        sheet.text(x, 72, text, 3.0, BLACK, align="m")
    (item,) = one.items
    for x, text in (
        (30, item.name[:14]),
        (170, f"{item.amount:.2f}"),
        (194, item.tax_rate or ""),
        (216, f"{item.tax:.2f}" if item.tax else "***"),
    ):
        sheet.text(x, 79, text, 3.0, BLACK, align="m")
    sheet.text(22, 100, "合计", 3.2, BLACK)
    sheet.text(170, 100, f"￥{one.amount:.2f}", 3.2, BLACK, align="m")
    sheet.text(216, 100, f"￥{one.tax:.2f}" if one.tax else "***", 3.2, BLACK, align="m")
    sheet.text(22, 109, f"价税合计（大写）  {one.total_in_words}", 3.4, BLACK)
    sheet.text(160, 109, f"（小写）￥{one.total:.2f}", 3.4, BLACK)
    for x, text in ((100, "打印"), (130, "关闭")):
        sheet.text(x, 154, text, 4.0, _BLUE, face="hei", align="m")
    return sheet


def _downloads(rng: np.random.Generator, dpi: int, one: DrawnInvoice) -> Sheet:
    """A page from which invoices are downloaded, one a row."""
    sheet = Sheet(300, 150, dpi)
    for x, text in ((10, "首页"), (30, "我的发票"), (60, "开票申请"), (270, "退出登录")):
        sheet.text(x, 8, text, 4.0, _BLUE, face="hei")
    sheet.text(10, 24, "电子发票下载", 6.0, BLACK, face="hei")
    columns = (("发票类型", 10), ("发票代码", 66), ("发票号码", 104), ("开票日期", 156), ("价税合计", 186), ("状态", 218), ("操作", 244))
    for text, x in columns:
        sheet.text(x, 40, text, 3.6, _GREY, face="hei")
    for at in range(int(rng.integers(1, 6))):
        row = one if at == 0 else invent(one.kind, int(rng.integers(0, 2**31)), lines=1)
        texts = (_TITLES[row.kind], row.code or "-", row.number, f"{row.issue_date}", f"¥{row.total:.2f}", "已开具", "查看  下载")
        for text, (_, x) in zip(texts, columns, strict=True):
            sheet.text(x, 52 + 12 * at, text, 3.4, BLACK)
    sheet.text(200, 140, "共1页  上一页  1  下一页", 3.4, _GREY)
    return sheet


def _details(rng: np.random.Generator, dpi: int, one: DrawnInvoice) -> Sheet:
    """发票详情 of a wallet on a phone: label at the left, value at the right."""
    sheet = Sheet(74, 160, dpi, (250, 250, 252))
    hour, minute = clock(rng)
    sheet.text(4, 4, f"{hour:02d}:{minute:02d}", 3.0, BLACK, face="hei")
    sheet.text(37, 12, pick(rng, ("发票详情", "电子发票")), 4.4, BLACK, face="hei", align="m")
    sheet.text(37, 26, f"¥{one.total:.2f}", 7.0, BLACK, face="hei", align="m")
    for at, (label, value) in enumerate(_pairs(one)):
        sheet.text(5, 40 + 8 * at, label, 3.0, _GREY, face="hei")
        sheet.text(69, 40 + 8 * at, value, 3.0, BLACK, align="r", fit=46)
    for x, text in ((18, pick(rng, ("发送到邮箱", "添加到报销"))), (54, pick(rng, ("查看原票", "保存到相册", "下载发票")))):
        sheet.text(x, 146, text, 3.6, _BLUE, face="hei", align="m")
    return sheet


def _card(rng: np.random.Generator, dpi: int, one: DrawnInvoice) -> Sheet:
    """A card of a 发票管家: the title large, values behind their labels."""
    sheet = Sheet(74, 140, dpi, (246, 246, 248))
    sheet.text(37, 8, "发票管家", 4.0, BLACK, face="hei", align="m")
    sheet.text(37, 22, _TITLES[one.kind], 5.0, (150, 70, 30), face="hei", align="m")
    for at, (label, value) in enumerate(_pairs(one)[1:]):
        sheet.text(6, 34 + 8 * at, f"{label}：{value}", 3.0, BLACK, fit=64)
    for x, text in ((14, "分享"), (37, "报销"), (60, "删除")):
        sheet.text(x, 130, text, 3.6, _BLUE, face="hei", align="m")
    return sheet


_SCREENS: tuple[Callable[[np.random.Generator, int, DrawnInvoice], Sheet], ...] = (_inspection, _downloads, _details, _card)
