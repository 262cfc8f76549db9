"""Invoices of a fixed amount: a printed note worth what it says, torn off a booklet."""

from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits
from benchmarks.drawing.inventory import CITIES, pick, tax_id
from benchmarks.drawing.paper import Paper, finished, mark, numbered
from benchmarks.drawing.pen import BLACK, SEAL_RED, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, day_between, local_code, short_name

KIND = "fixed_amount"
_AMOUNTS = (1, 2, 5, 10, 20, 50, 100)
_NAMES = ("booklet leaf", "leaf with prize stub", "tax office leaf", "parking ticket")


def draw_fixed_amount(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one note."""
    place = layout % len(_NAMES)
    region, province, _ = pick(rng, PROVINCES)
    amount = Decimal(pick(rng, _AMOUNTS))
    words = amount_in_words(amount).replace("圆", "元")
    year = int(rng.integers(2011, 2024))
    code = local_code(rng, region, year, bureau=2 if place == 1 else 1, trade=7)
    number, day = digits(rng, 8), day_between(rng, date(year, 1, 8), date(year, 12, 20))
    draw = (_booklet, _stubbed, _office, _parking)[place]
    implied = draw(rng, dpi, province, code, number, amount, words, day)
    sheet, more = implied
    _seal(rng, sheet, province, region)
    mark(sheet)
    # who sold it is only pressed into the seal
    return finished(sheet, KIND, _NAMES[place], dpi, unsure=("seller_name", "seller_tax_id"), implied=more)


def _seal(rng: np.random.Generator, sheet: Sheet, province: str, region: str) -> None:
    width, height = sheet.size
    spot = (width * float(rng.uniform(0.55, 0.8)), height * float(rng.uniform(0.55, 0.75)))
    size = float(rng.uniform(0.6, 0.9))
    sheet.company_seal(*spot, business(rng), tax_id(rng, region), float(rng.uniform(-15, 15)), float(rng.uniform(0.25, 0.7)), size=size)


_Drawn = tuple[Sheet, dict[str, str] | None]


def _booklet(rng: np.random.Generator, dpi: int, province: str, code: str, number: str, amount: Decimal, words: str, day: date) -> _Drawn:
    """Words alone say what it is worth."""
    sheet = Sheet(140, 76, dpi, (232, 236, 230))
    form: Colour = (88, 58, 46)
    title = f"{province}国家税务局通用定额发票"
    sheet.supervisory_seal(70, 16, short_name(province))
    sheet.text(70, 11, title, 6.0, form, face="kai", align="m", spacing=0.4, fit=120)
    sheet.text(70, 20.5, "发票联", 5.6, form, face="kai", align="m", spacing=4, key="copy_name")
    numbered(sheet, 62, 31, code, number, form, (196, 40, 44), step=6.8)
    plain = words.removesuffix("整")
    sheet.text(70, 52, plain, 8.0, form, face="kai", align="m", spacing=4, key="tax_inclusive_amount_in_words")
    sheet.text(70, 60, "（加盖发票专用章）", 3.0, form, face="song", align="m")
    sheet.text(20, 70, f"示例印务{day:%Y年%m月}印 {rng.integers(1, 9)}000本×50份 00000001-50000000", 2.4, form, face="song")
    return sheet, {"tax_inclusive_amount": f"{amount}"}


def _stubbed(rng: np.random.Generator, dpi: int, province: str, code: str, number: str, amount: Decimal, words: str, day: date) -> _Drawn:
    """A stub for the lottery repeats code and number."""
    sheet = Sheet(176, 78, dpi, (250, 244, 236))
    form: Colour = (30, 96, 70)
    sheet.supervisory_seal(58, 17, short_name(province))
    sheet.text(58, 11, f"{province}地方税务局通用定额发票", 5.4, form, face="kai", align="m", fit=100)
    sheet.text(58, 21, "发 票 联", 5.0, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 20, 30, code, number, form, BLACK, step=6.2)
    sheet.text(20, 46, "金额（大写）", 3.6, form, face="song")
    sheet.text(45, 46, words, 6.4, form, face="kai", spacing=1.5, key="tax_inclusive_amount_in_words")
    sheet.text(20, 55, "（小写）", 3.6, form, face="song")
    sheet.text(45, 55, f"¥{amount}.00", 6.0, form, face="song", key="tax_inclusive_amount", value=f"{amount}.00")
    sheet.text(20, 64, "收款单位（盖章）：", 3.2, form, face="song")
    sheet.text(74, 64, "开票日期：    年   月   日", 3.2, form, face="song")
    sheet.text(20, 71, "密码：", 3.2, form, face="song")
    sheet.bar(31, 68.5, 62, 73.5, (150, 150, 154))
    sheet.dashes(118, 3, 75, form)
    sheet.text(147, 11, "兑 奖 联", 4.6, form, face="kai", align="m")
    numbered(sheet, 122, 22, code, number, form, BLACK, size=2.6, step=6)
    sheet.text(147, 42, words, 4.6, form, face="kai", align="m", key="tax_inclusive_amount_in_words")
    sheet.bar(126, 52, 168, 60, (150, 150, 154))
    sheet.text(147, 66, "刮开涂层 当场兑奖", 2.8, form, face="song", align="m")
    return sheet, None


def _office(rng: np.random.Generator, dpi: int, province: str, code: str, number: str, amount: Decimal, words: str, day: date) -> _Drawn:
    """Since 2018 one tax office; a day may be stamped into the blank."""
    sheet = Sheet(150, 82, dpi, (244, 246, 250))
    form: Colour = (44, 66, 128)
    sheet.supervisory_seal(75, 18, short_name(province))
    sheet.text(75, 11.5, f"国家税务总局{province}税务局", 4.4, form, face="kai", align="m")
    sheet.text(75, 19, "通用定额发票", 6.2, form, face="kai", align="m", spacing=1)
    sheet.text(75, 26.5, "发票联", 4.6, form, face="kai", align="m", spacing=3, key="copy_name")
    numbered(sheet, 94, 33.5, code, number, form, BLACK, size=2.9, step=5.2, gap=1)
    sheet.box(14, 45, 136, 61, form)
    sheet.text(18, 53, "人民币", 4.2, form, face="kai")
    sheet.text(40, 53, words, 7.0, form, face="kai", spacing=1.5, key="tax_inclusive_amount_in_words")
    sheet.text(100, 53, f"￥{amount}元", 6.6, form, face="kai", key="tax_inclusive_amount", value=f"{amount}")
    sheet.text(14, 66, "付款单位：", 3.2, form, face="song")
    sheet.text(14, 72.5, "收款单位（盖章有效）", 3.2, form, face="song")
    sheet.text(92, 66, "日期：", 3.2, form, face="song")
    if rng.random() < 0.4:
        sheet.text(104, 66, f"{day:%Y.%m.%d}", 3.6, SEAL_RED, face="hei", key="issue_date", value=day.isoformat())
    return sheet, None


def _parking(rng: np.random.Generator, dpi: int, province: str, code: str, number: str, amount: Decimal, words: str, day: date) -> _Drawn:
    """A small upright ticket."""
    sheet = Sheet(62, 104, dpi, (248, 240, 222))
    form: Colour = (150, 46, 40)
    sheet.supervisory_seal(31, 15, short_name(province))
    sheet.text(31, 10, f"{province}{pick(rng, CITIES)}", 3.8, form, face="kai", align="m")
    sheet.text(31, 16, "停车费定额发票", 5.2, form, face="hei", align="m")
    sheet.text(31, 24, "发票联", 4.2, form, face="kai", align="m", spacing=2, key="copy_name")
    for place, (label, text, key) in enumerate((("发票代码", code, "invoice_code"), ("发票号码", number, "invoice_number"))):
        sheet.text(5, 32 + 7 * place, label, 3.0, form, face="song")
        sheet.text(19, 32 + 7 * place, text, 4.2, BLACK, face="figures", key=key)
    sheet.text(31, 54, words.removesuffix("整"), 8.0, form, face="kai", align="m", spacing=2, key="tax_inclusive_amount_in_words")
    sheet.text(31, 64, f"（¥{amount}.00）", 4.2, form, face="song", align="m", key="tax_inclusive_amount", value=f"{amount}.00")
    for place, row in enumerate(("车牌号：", "停车时间：", "收费员：")):
        sheet.text(6, 74 + 6 * place, row, 3.0, form, face="song")
        sheet.line(20, 76 + 6 * place, 56, 76 + 6 * place, form, 0.15)
    sheet.text(31, 95, "盖章有效 手写无效", 2.8, form, face="song", align="m")
    return sheet, None
