"""What lies among invoices and is none: letters, bills of a restaurant, slips of a card machine, menus."""

from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import CITIES, MARKS, pick
from benchmarks.drawing.paper import Machine, Paper, mark
from benchmarks.drawing.pen import BLACK, Sheet
from benchmarks.drawing.world import clock, day_between, traveller, yuan

KIND = "other"
# nothing on these papers is an identity; what else a reader finds on them, nobody scores
NEVER = ("invoice_code", "invoice_number", "check_code", "machine_number", "ticket_number", "buyer_tax_id", "seller_tax_id")
_SENTENCES = (
    "各部门请于本周五前将上月差旅费报销单据交至财务室。",
    "附件包括会议议程、参会名单及场地示意图。",
    "经协商一致，双方同意将交货期顺延十个工作日。",
    "如有疑问，请与经办人联系。",
    "本通知自发布之日起施行，原有规定同时废止。",
    "请妥善保管发票等原始凭证，遗失须及时书面报告。",
    "合计费用以最终结算为准，发票另行开具。",
)
_DISHES = ("示例小炒", "样张豆腐", "清蒸试印鱼", "虚构炒饭", "演示酸辣汤", "米饭", "菊花茶")


def draw_other(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one paper that must not be taken for an invoice."""
    name, draw = (("letter", _letter), ("till receipt", _till), ("card slip", _card), ("menu", _menu))[layout % 4]
    sheet, payload = draw(rng, dpi)
    mark(sheet)
    truth: dict[str, object] = {"kind": KIND} | dict.fromkeys(NEVER)
    return Paper(KIND, name, dpi, sheet.finish(), truth, tuple(sheet.prints), payload)


def _letter(rng: np.random.Generator, dpi: int) -> tuple[Sheet, str | None]:
    sheet = Sheet(210, 297, dpi)
    sheet.text(105, 32, pick(rng, ("关于费用报销的通知", "补充协议", "会议纪要")), 7.0, BLACK, face="song", align="m", weight=0.08)
    y = 50.0
    for _ in range(int(rng.integers(3, 7))):
        text = "　　" + "".join(pick(rng, _SENTENCES) for _ in range(int(rng.integers(2, 5))))
        for row in sheet.wrap(text, 4.2, 160):
            sheet.text(25, y, row, 4.2, BLACK)
            y += 7.6
    day = day_between(rng, date(2018, 1, 1), date(2025, 12, 1))
    sheet.text(185, y + 14, f"{pick(rng, CITIES)}{pick(rng, MARKS)}办公室", 4.2, BLACK, align="r")
    sheet.text(185, y + 23, f"{day:%Y年%m月%d日}", 4.2, BLACK, align="r")
    return sheet, None


def _till(rng: np.random.Generator, dpi: int) -> tuple[Sheet, str | None]:
    """A restaurant's bill: amounts and a day, a code for paying, and no identity."""
    sheet = Sheet(78, 150, dpi, (250, 250, 248))
    machine = Machine(sheet, (50, 50, 56), "hei", pick(rng, (0, 24)))
    day = day_between(rng, date(2018, 1, 1), date(2025, 12, 1))
    hour, minute = clock(rng, 10)
    machine.put(39, 9, f"{pick(rng, CITIES)}示例饭店", 5.0, align="m")
    machine.put(39, 16, "结账单", 4.4, align="m")
    for place, row in enumerate(
        (f"台号：{rng.integers(1, 40):02d}", f"单号：{digits(rng, 8)}", f"时间：{day:%Y-%m-%d} {hour:02d}:{minute:02d}")
    ):
        machine.put(6, 25 + 5.4 * place, row, 3.4)
    total, y = Decimal(0), 44.0
    for place in rng.permutation(len(_DISHES))[: int(rng.integers(3, 7))]:
        price = yuan(rng, 3, 128, "1")
        total += price
        machine.put(6, y, _DISHES[place], 3.4)
        machine.put(52, y, "1", 3.4, align="r")
        machine.put(72, y, f"{price:.2f}", 3.4, align="r")
        y += 5.4
    machine.put(6, y + 4, "消费合计：", 4.0)
    machine.put(72, y + 4, f"{total:.2f}", 4.0, align="r")
    payload = f"https://pay.example.invalid/t/{digits(rng, 12)}"
    sheet.qr(27, y + 12, 24, payload)
    machine.put(39, y + 41, "扫码支付 开票请至前台", 3.2, align="m")
    return sheet, payload


def _card(rng: np.random.Generator, dpi: int) -> tuple[Sheet, str | None]:
    """The slip of a card machine: long numbers that are no invoice's."""
    sheet = Sheet(58, 112, dpi, (250, 250, 248))
    machine = Machine(sheet, (60, 60, 66), "song", 24)
    day = day_between(rng, date(2018, 1, 1), date(2025, 12, 1))
    hour, minute = clock(rng, 8)
    machine.put(29, 8, "签购单", 4.6, align="m")
    rows = (
        "商户名称：示例商贸",
        f"商户编号：{digits(rng, 15)}",
        f"终端编号：{digits(rng, 8)}",
        f"卡号：000000******{digits(rng, 4)}",
        "交易类型：消费",
        f"批次号：{digits(rng, 6)}",
        f"凭证号：{digits(rng, 6)}",
        f"参考号：{digits(rng, 12)}",
        f"日期时间：{day:%Y/%m/%d} {hour:02d}:{minute:02d}",
        f"金额：RMB {yuan(rng, 10, 3000):.2f}",
        "持卡人签名：",
    )
    for place, row in enumerate(rows):
        machine.put(4, 18 + 7.2 * place, row, 3.1, fit=52)
    return sheet, None


def _menu(rng: np.random.Generator, dpi: int) -> tuple[Sheet, str | None]:
    sheet = Sheet(148, 210, dpi, (252, 246, 232))
    sheet.text(74, 20, f"{pick(rng, CITIES)}样张酒店 菜单", 7.0, (120, 40, 30), face="kai", align="m")
    for place in range(11):
        y = 42 + 12 * place
        sheet.text(22, y, pick(rng, _DISHES), 5.0, (60, 40, 30), face="kai")
        sheet.text(126, y, f"{rng.integers(8, 198)}元/份", 4.6, (60, 40, 30), face="kai", align="r")
    sheet.text(74, 190, f"主厨 {traveller(rng)} 推荐", 4.2, (120, 40, 30), face="kai", align="m")
    return sheet, None
