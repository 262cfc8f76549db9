"""Papers and screens that speak of invoices and are none: lists, claims, statements, bank receipts, pages that show an invoice's data.

They name themselves something else, they list what invoices print once under a row of headings, or they have the buttons of a screen.
None of that counts against an invoice that lies there whole: under the heading of a claim that it was glued to, or shown by a viewer.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from models.document import RecognizedPage, TextLine
from models.geometry import Box
from models.invoice import InvoiceKind
from models.qr_payload import parse_qr_payload
from ocr_service.faces.face import fold, squeeze
from ocr_service.kinds.description import KindDescription, Layout
from ocr_service.kinds.recognition import marked, titled

_TITLE = re.compile(
    r"^(?!.*(?:[*见详:]|航空|客票)).{0,30}"
    r"(?:汇总单|汇总表|明细单|明细表|明细|清单|对账单|账单|报销单|审批单|申请单|请款单|付款单|借款单|送货单|发货单|出库单|入库单|提货单|收货单"
    r"|订货单|采购单|派车单|回单|流水|台账|登记表|统计表|行程单|行程报销单|TRIPTABLE)(?:\(.{0,10}\))?$",
    re.IGNORECASE,
)
_HEAD = 0.35
"""Share of the printed height above which such a title stands."""
_INSPECTED = re.compile(r"查验次数|查验时间:?20\d\d")
"""What the national inspection platform prints beside the copy of a face, and no face does."""
_COUNTED = r"序号"
_OF_INVOICES = (
    r"发票类型|发票种类|票据类型|票种|发票代码|发票号码|票据代码|票据号码|数电票号码|开票日期|(?:销售?方|购买?方|开票方)(?:名称|税号)?|价税合计(?:\(元\))?|发票金额"
    r"|发票状态|状态|操作"
)
_OF_JOURNEYS = (
    r"(?:上车|下车|交易|通行|入口|出口|入站|出站|开始|结束|乘车|出发|用车)(?:时间|日期|地点|站)?|起点|终点|城市"
    r"|里程(?:[\[(](?:公里|km)[\])])?|车牌号码?|车型|服务商"
)
_OF_LISTS = r"日期|时间|金额(?:[\[(]元[\])])?|通行费(?:金额)?(?:[\[(]元[\])])?|备注|税额|税率|合计|单号|项目"
"""Headings that other tables have as well."""
_A_HEADING = re.compile(r"序号|发票|票据|票种")
"""One of which every such row has."""
_BUTTON = re.compile(
    r"(?:查看|下载|打印|关闭|返回|分享|删除|报销|操作|首页|登录|退出登录|退出|上一页|下一页|导出|预览|更多|完成|已开具|已开票|开票成功|复制|转发)"
    r"|(?:查看|下载|打印|预览|保存|转发)(?:原票|原件|发票|图片|PDF|OFD|版式文件?|到相册|到手机|行程单?)|(?:发送|转发)(?:到|至)?(?:我的)?邮箱"
    r"|(?:添加到|去|申请)报销|我的发票|发票(?:详情|管家|夹|信息|中心|助手)|(?:开票|订单)(?:详情|记录|历史|申请)|票面信息|重新开票|申请换开"
)
_VALUE_OF = re.compile(r"(?:发票|票据|开票)(?:类型|种类)|票种")
"""Labels behind which a title is a value of a table or a list."""
_OF_A_FORM = (
    *("规格型号", r"\(?大写\)?", "开户行", "地址、?电话", "密码区", "货物或应税|项目名称", "收款人", "复核", "^备注?$", "^单价", "^数量"),
    *("开票人", "税率/?征收率"),
)
_TALL = 1.15
"""By how much a title is taller than the median line of its page, on all drawn forms."""
_TABLE = 3
"""More headings than this in one row are of a table of invoices though nothing counts its rows; forms set three beside each other."""
_FOREIGN = 0.35
"""Most of a row of headings, in shares of its signs, that is none of the headings known here."""
_A_FACE = 3
"""So many different words of a form beside a title make a face; a screen that shows the same data has none to two."""
_A_WHOLE_FACE = 6
"""So many make one whose title is lost."""
_SURE_BY_MARKS = frozenset({InvoiceKind.TRAIN, InvoiceKind.COACH, InvoiceKind.AIR_ITINERARY})
"""Tickets without a title of their own, whose marks no list has."""


class _Print(NamedTuple):
    line: TextLine
    text: str
    box: Box


class _Sheet(NamedTuple):
    """A page that may be another paper: whether it has such a title, and how far down the headings of its table stand."""

    page: RecognizedPage
    prints: Sequence[_Print]
    is_named: bool
    headings: float | None


def other_paper(page: RecognizedPage, descriptions: Sequence[KindDescription]) -> str | None:
    """What a page calls itself that is no invoice, empty when it is a table or a screen without a title; None for all other pages."""
    prints = [_Print(line, squeeze(fold(line.text)), page.to_flat.polygon(line.polygon).box) for line in page.lines]
    if not prints:
        return None
    title = _title(prints)
    if any(_INSPECTED.search(one.text) for one in prints):
        return title or ""
    headings = _headings(prints)
    if title is None and headings is None and not _is_screen(prints):
        return None
    whole = _Sheet(page, prints, title is not None, headings)
    return None if _holds_an_invoice(whole, descriptions) else title or ""


def shows_a_form(page: RecognizedPage) -> bool:
    """Whether a page prints so much of what VAT forms print, and lists do not, that a code or a number alone can name its kind."""
    return _form_words([squeeze(fold(line.text)) for line in page.lines]) >= 2


def _form_words(texts: Sequence[str]) -> int:
    return sum(any(re.search(word, text) for text in texts) for word in _OF_A_FORM)


def _title(prints: Sequence[_Print]) -> str | None:
    """The title of a list, in the head and about as tall as anything there."""
    top, bottom = min(one.box.top for one in prints), max(one.box.bottom for one in prints)
    head = [one for one in prints if one.box.centre[1] <= top + _HEAD * (bottom - top) and one.box.width > one.box.height]
    tallest = max((one.box.height for one in head if len(one.text) > 3), default=0.0)
    large = (one for one in head if _TITLE.search(one.text) and one.box.height >= 0.75 * tallest)
    return next((one.text for one in large if _TITLE.search(_with_beginning(one, head))), None)


def _with_beginning(one: _Print, prints: Sequence[_Print]) -> str:
    """The text of a print with what it is the end of, where a title came in parts: 航空运输电子客票 … 行程单."""
    text, left = one.text, one.box.left
    for other in sorted(prints, key=lambda other: -other.box.left):
        on_row = abs(other.box.centre[1] - one.box.centre[1]) < 0.5 * one.box.height
        if on_row and other.box.left < left and abs(left - other.box.right) < one.box.height:
            text, left = other.text + text, other.box.left
    return text


def _headings(prints: Sequence[_Print]) -> float | None:
    """How far down the headings of a table of invoices or journeys stand, in pixels of the flat frame; None without such a table.

    Headings fill their row: labels that have their values beside them are no headings.
    """
    for one in prints:
        if _A_HEADING.search(one.text) is None:
            continue
        row = [other.text for other in prints if abs(other.box.centre[1] - one.box.centre[1]) < 0.5 * one.box.height]
        text = "|".join(row)
        if ":" in text:
            continue
        invoices, journeys, counted = (re.findall(words, text) for words in (_OF_INVOICES, _OF_JOURNEYS, _COUNTED))
        listed = counted and (invoices or len(journeys) > 1)
        if not (listed or len(set(invoices)) > _TABLE):
            continue
        rest = re.sub(rf"{_OF_INVOICES}|{_OF_JOURNEYS}|{_COUNTED}|{_OF_LISTS}|\|", "", text)
        if len(rest) <= _FOREIGN * len(text):
            return one.box.bottom
    return None


def _is_screen(prints: Sequence[_Print]) -> bool:
    """Whether a page has buttons or menus beside the data of an invoice, or names an invoice's type behind a label."""
    buttons = {one.text for one in prints if _BUTTON.fullmatch(one.text)}
    tells = {word for one in prints for word in re.findall(_OF_INVOICES, one.text)}
    is_typed = any(_VALUE_OF.match(one.text) for one in prints)
    return len(tells) >= 2 and (len(buttons) >= 2 or is_typed)


def _holds_an_invoice(sheet: _Sheet, descriptions: Sequence[KindDescription]) -> bool:
    """Whether an invoice lies on the page all the same: by its own QR code, or by its title in large print above any list and its face."""
    words = _form_words([one.text for one in sheet.prints])
    found = _large_title(sheet, descriptions)
    if sheet.headings is not None:
        return found is not None and found.layout is not Layout.LABELS and words >= _A_FACE
    if _has_own_code(sheet):
        return True
    if found is not None:
        return found.layout is Layout.LABELS or words >= _A_FACE
    ticket = marked(sheet.page, descriptions)
    is_ticket = ticket is not None and (ticket.kind in _SURE_BY_MARKS or not (sheet.is_named or ticket.is_general))
    return is_ticket or (not sheet.is_named and words >= _A_WHOLE_FACE)


def _has_own_code(sheet: _Sheet) -> bool:
    text = "".join(one.text for one in sheet.prints)
    payloads = [payload for code in sheet.page.qr_codes if (payload := parse_qr_payload(code.payload)) is not None]
    return any(payload.invoice_number in text for payload in payloads)


def _large_title(sheet: _Sheet, descriptions: Sequence[KindDescription]) -> KindDescription | None:
    """The kind that print above the table names which is larger than the rest and no value of a label."""
    usual = median(one.box.height for one in sheet.prints)
    large = [
        one.line
        for one in sheet.prints
        if one.box.height >= _TALL * usual
        and not _TITLE.search(one.text)
        and (sheet.headings is None or one.box.bottom < sheet.headings)
        and not _is_value(one, sheet.prints)
    ]
    found = titled(replace(sheet.page, lines=tuple(large)), descriptions)
    return None if found is None else found.description


def _is_value(one: _Print, prints: Sequence[_Print]) -> bool:
    """Whether a print stands on the row of a label that says that a kind follows."""
    if _VALUE_OF.match(one.text):
        return True
    return any(
        _VALUE_OF.fullmatch(other.text.rstrip(":"))
        and other.box.right <= one.box.left
        and abs(other.box.centre[1] - one.box.centre[1]) < 0.5 * one.box.height
        for other in prints
    )
