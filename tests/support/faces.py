"""Recognised pages written down by hand: what stands where, in pixels, without an OCR engine."""

from dataclasses import replace

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform

Print = tuple[str, float, float]
"""A text, its left edge and its top edge."""


def a_page(*prints: Print, width: float = 1000, height: float = 600, qr: str | None = None, print_height: float = 18) -> RecognizedPage:
    """A page of `width` x `height` pixels on which each print stands level, as wide as its characters are."""
    codes = () if qr is None else (QrCode(qr, Polygon.rectangle(Box(20, 20, 100, 100))),)
    lines = tuple(a_line(text, left, top, print_height) for text, left, top in prints)
    return RecognizedPage(1, Polygon.rectangle(Box(0, 0, width, height)), lines, codes, Transform(), width, height)


def a_line(text: str, left: float, top: float, print_height: float = 18) -> TextLine:
    """One line; wide characters are as wide as they are high, the others half."""
    width = sum(print_height if ord(character) > 0x2E7F else 0.52 * print_height for character in text)
    return TextLine(text, 0.99, Polygon.rectangle(Box(left, top, left + width, top + print_height)))


def with_prints(page: RecognizedPage, *prints: Print) -> RecognizedPage:
    """The page with more print on it."""
    return replace(page, lines=(*page.lines, *(a_line(*entry) for entry in prints)))


def a_special_invoice(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """A paper 增值税专用发票 with two lines; `changed` replaces a print by its name, `without` leaves prints out."""
    prints: dict[str, Print] = {
        "title": ("示例增值税专用发票", 400, 20),
        "code": ("3100203130", 180, 22),
        "number": ("No12345678", 720, 22),
        "second_code": ("3100203130", 870, 22),
        "second_number": ("12345678", 880, 44),
        "date": ("开票日期：2020年11月18日", 720, 66),
        "buyer_name": ("名    称：青禾市示例商贸有限公司", 120, 110),
        "buyer_tax_id": ("纳税人识别号：91110199291951630T", 120, 134),
        "buyer_address": ("地 址、电 话：青禾市示例路1号 0000-5550001", 120, 158),
        "buyer_bank": ("开户行及账号：示例银行 6000000001", 120, 182),
        "cipher": ("03*<8>2+4/-91*<8>2+4/-9", 640, 112),
        "head_name": ("货物或应税劳务、服务名称", 110, 220),
        "head_spec": ("规格型号", 340, 220),
        "head_unit": ("单位", 440, 220),
        "head_quantity": ("数量", 500, 220),
        "head_price": ("单价", 600, 220),
        "head_amount": ("金", 690, 220),
        "head_amount_2": ("额", 730, 220),
        "head_rate": ("税率", 800, 220),
        "head_tax": ("税额", 880, 220),
        "item_name": ("*文具*中性笔", 100, 244),
        "item_spec": ("0.5mm", 340, 244),
        "item_unit": ("支", 450, 244),
        "item_quantity": ("100", 510, 244),
        "item_price": ("1.50", 600, 244),
        "item_amount": ("150.00", 700, 244),
        "item_rate": ("13%", 800, 244),
        "item_tax": ("19.50", 890, 244),
        "item2_name": ("*纸制品*复印纸", 100, 268),
        "item2_quantity": ("2", 525, 268),
        "item2_price": ("25.00", 600, 268),
        "item2_amount": ("50.00", 705, 268),
        "item2_rate": ("13%", 800, 268),
        "item2_tax": ("6.50", 895, 268),
        "subtotal": ("合          计", 140, 400),
        "net": ("￥200.00", 690, 400),
        "tax": ("￥26.00", 880, 400),
        "words_label": ("价税合计（大写）", 120, 430),
        "words": ("贰佰贰拾陆圆整", 380, 430),
        "digits": ("（小写）￥226.00", 680, 430),
        "seller_name": ("名    称：望江镇示例文具有限公司", 120, 462),
        "seller_tax_id": ("纳税人识别号：91310199651717240Y", 120, 486),
        "seller_address": ("地 址、电 话：望江镇示例路2号 0000-5550002", 120, 510),
        "seller_bank": ("开户行及账号：示例银行 6000000002", 120, 534),
        "remarks_1": ("备", 610, 470),
        "remarks_2": ("注", 610, 530),
        "payee": ("收款人：甲一", 100, 566),
        "reviewer": ("复核：乙二", 300, 566),
        "drawer": ("开票人：丙三", 480, 566),
        "seal": ("销售方：（章）", 760, 566),
    }
    shown = {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}
    return a_page(*shown.values())
