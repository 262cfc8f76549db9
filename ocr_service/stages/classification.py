"""Which kind of invoice a page shows: by QR code, title, code digits and number length, in that order of trust."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.document import RecognizedPage, TextLine
from models.geometry import Box
from models.identifiers import InvoiceCode
from models.invoice import InvoiceKind
from models.qr_payload import QrPayload, parse_qr_payload
from ocr_service.evidence import ClassifiedPage, Sighting
from ocr_service.faces.face import fold, squeeze
from ocr_service.faces.labels import find_labels

_TITLES: tuple[tuple[str, InvoiceKind], ...] = (
    (r"铁路电子客票", InvoiceKind.DIGITAL_RAILWAY),
    (r"电子发票.{0,2}航空运输|航空运输电子客票行程单.{0,4}电子发票", InvoiceKind.DIGITAL_AIR),
    (r"航空运输电子客票行程单|电子客票行程单", InvoiceKind.AIR_ITINERARY),
    (r"电子发票\W{0,2}增值[税整稅].?专用", InvoiceKind.DIGITAL_SPECIAL),
    (r"电子发票\W{0,2}普通发", InvoiceKind.DIGITAL_GENERAL),
    (r"机动车销[售]?统?一?发票|机动车销售统一", InvoiceKind.MOTOR_VEHICLE),
    (r"二手车销售统一", InvoiceKind.USED_VEHICLE),
    (r"通行费.{0,4}电子.{0,3}发票", InvoiceKind.TOLL_ELECTRONIC),
    (r"普通发票.{0,3}卷[票式]|卷票", InvoiceKind.VAT_ROLL),
    (r"电子专用发票", InvoiceKind.VAT_ELECTRONIC_SPECIAL),
    (r"电子普通发票", InvoiceKind.VAT_ELECTRONIC_GENERAL),
    (r"增值.{0,2}专用发|值税专用发", InvoiceKind.VAT_SPECIAL),
    (r"增值.{0,2}普通发|值税普通发", InvoiceKind.VAT_GENERAL),
    (r"出租.{0,6}发票|出租汽车|出租车|计价器", InvoiceKind.TAXI),
    (r"定额发票|定额.{0,3}发票", InvoiceKind.FIXED_AMOUNT),
    (r"(?:公路|道路|汽车|客运|客票|旅客|长途|船|轮渡).{0,10}(?:客票|客运.{0,4}发票|统一发票|专用发票|车票|船票)", InvoiceKind.COACH),
    (r"通行费|过路|过桥|高速公路.{0,10}(?:发票|票据|收费)", InvoiceKind.TOLL),
    (r"(?:医疗|门诊|住院|财政|非税|行政事业).{0,10}(?:票据|收据|收费|收入)", InvoiceKind.MEDICAL),
    (r"通用\W?机打", InvoiceKind.MACHINE_PRINTED),
    (r"专用发[票栗]", InvoiceKind.VAT_SPECIAL),
)
"""Patterns of titles, the more particular first."""

_NOT_TITLES = re.compile(r"监制|发票专用章|[联聯][::]|发票联|抵扣联|记账联|记账凭证|抵扣凭证|税总函|国税函|备注|开户|代码|号码")
_TRAIN_MARKS = (
    re.compile(r"检票口?[::]?|限乘当日|买票请到|仅供报销|中国铁路|12306|始发改签|铁路旅客"),
    re.compile(r"[GDCZTKYL]\d{1,4}次?$|\d{1,4}次$"),
    re.compile(r"(?:二等|一等|商务|硬|软|新空调|无).{0,3}(?:座|卧)"),
)
_TAXI_MARKS = tuple(map(re.compile, ("上车", "下车", "里程|公里", "等候", "车号|车牌", "计价|燃油|燃附")))
_MORE_PARTICULAR = {
    (InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.TOLL_ELECTRONIC),
    (InvoiceKind.VAT_GENERAL, InvoiceKind.VAT_ROLL),
    (InvoiceKind.TOLL, InvoiceKind.TOLL_ELECTRONIC),
}


@dataclass(frozen=True, slots=True)
class ClassificationStage:
    """Names the kind; every vote is kept so that verification can tell when they disagree."""

    name: str = "classification"

    def run(self, value: Sighting) -> ClassifiedPage:
        """Classify one recognised page."""
        page, embedded = value.page, value.embedded
        qr = _invoice_code(page)
        title_kind, title = _title(page)
        code_kind = _code_kind(page, qr)
        votes: dict[str, InvoiceKind] = {}
        if embedded is not None and embedded.kind is not None:
            votes["embedded"] = embedded.kind
        if qr is not None and qr.kind is not None:
            votes["qr"] = qr.kind
        if title_kind is not None:
            votes["title"] = title_kind
        if code_kind is not None:
            votes["code"] = code_kind
        if not votes and any(re.search(r"(?<!\d)2\d{19}(?!\d)", squeeze(line.text)) for line in page.lines):
            votes["number"] = InvoiceKind.DIGITAL_GENERAL
        if not votes and (form := _vat_form(page)) is not None:
            votes["layout"] = form
        if not votes and (ticket := _ticket(page.lines)) is not None:
            votes["layout"] = ticket
        return ClassifiedPage(page, _believed(votes), title or (embedded.title if embedded else ""), qr, votes, embedded)


def _believed(votes: dict[str, InvoiceKind]) -> InvoiceKind:
    kind = next(iter(votes.values()), InvoiceKind.OTHER)
    for other in votes.values():
        # 通行费 and 卷票 share title or QR kind with their plain sisters; whoever names the particular one is right.
        if (kind, other) in _MORE_PARTICULAR:
            kind = other
    return kind


def _invoice_code(page: RecognizedPage) -> QrPayload | None:
    """The invoice's own QR code; when several decode, the one whose number is printed on the page."""
    payloads = [payload for code in page.qr_codes if (payload := parse_qr_payload(code.payload)) is not None]
    if len(payloads) < 2:
        return payloads[0] if payloads else None
    text = "".join(squeeze(line.text) for line in page.lines)
    return next((payload for payload in payloads if payload.invoice_number in text), None)


def _title(page: RecognizedPage) -> tuple[InvoiceKind | None, str]:
    """The kind that the title names, and the title as printed; titles stand in the upper part, so lines count from the top."""
    best: tuple[int, InvoiceKind, str] | None = None
    for text, box in _with_torn_lines(page):
        height = box.centre[1] / max(1.0, page.flat_height)
        if _NOT_TITLES.search(text) and not re.search("增值税|电子发票", text):
            continue
        for rank, (pattern, kind) in enumerate(_TITLES):
            if re.search(pattern, text) and (height < 0.45 or rank < 6):
                if best is None or rank < best[0]:
                    best = (rank, kind, text)
                break
    if best is None:
        return None, ""
    _, kind, text = best
    if kind in {InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.VAT_GENERAL} and _has_toll_mark(page):
        kind = InvoiceKind.TOLL_ELECTRONIC
    return kind, text


def _with_torn_lines(page: RecognizedPage) -> Iterator[tuple[str, Box]]:
    """Every line from the top, and every pair that the engine tore apart: 电子发票 beside (增值税专用发票)."""
    lines = [(squeeze(fold(line.text)), page.to_flat.polygon(line.polygon).box) for line in page.lines]
    lines.sort(key=lambda entry: entry[1].centre[1])
    for text, box in lines:
        yield text, box
        for other, beside in lines:
            gap = beside.left - box.right
            if abs(beside.centre[1] - box.centre[1]) < 0.5 * box.height and -0.5 * box.height < gap < 1.5 * box.height:
                yield text + other, box.union(beside)


def _has_toll_mark(page: RecognizedPage) -> bool:
    """通行费 printed by itself beside the title, or the toll columns of the table."""
    texts = {squeeze(fold(line.text)) for line in page.lines}
    return "通行费" in texts or any("通行日期起" in text or "车牌号" in text for text in texts)


def _code_kind(page: RecognizedPage, qr: QrPayload | None) -> InvoiceKind | None:
    """The kind that a printed invoice code's digits name: the code stands alone or behind its label, in the upper half."""
    if qr is not None and qr.invoice_code:
        explained = InvoiceCode.explain(qr.invoice_code)
        return None if explained is None else explained.kind
    kinds: list[InvoiceKind] = []
    for line in page.lines:
        if not _upper_half(page, line):
            continue
        text = squeeze(fold(line.text))
        labelled = re.search(r"发票代码[::]?(\d{12}|\d{10})(?!\d)", text)
        alone = re.fullmatch(r"(0\d{11}|[1-6]\d{9})", text)
        match = labelled or alone
        explained = InvoiceCode.explain(match.group(1)) if match else None
        if explained is not None and explained.kind is not None and (labelled or explained.region_is_known):
            kinds.append(explained.kind)
    return kinds[0] if kinds and len(set(kinds)) == 1 else None


def _vat_form(page: RecognizedPage) -> InvoiceKind | None:
    """A VAT form whose title and code are lost still shows its labels; only the special one has no 校验码."""
    names = {span.name for line in page.lines for span in find_labels(fold(line.text))}
    if len(names & {"tax_id", "issue_date", "bank_account", "total_words", "total_digits", "drawer", "address_phone"}) < 4:
        return None
    return InvoiceKind.VAT_GENERAL if "check_code" in names else InvoiceKind.VAT_SPECIAL


def _upper_half(page: RecognizedPage, line: TextLine) -> bool:
    return page.to_flat.polygon(line.polygon).box.centre[1] < 0.5 * page.flat_height


def _ticket(lines: tuple[TextLine, ...]) -> InvoiceKind | None:
    """Tickets whose title is missing or lost: a train's marks, number and class; a taxi meter's words."""
    texts = [squeeze(fold(line.text)) for line in lines]

    def met(marks: tuple[re.Pattern[str], ...]) -> int:
        return sum(any(mark.search(text) for text in texts) for mark in marks)

    if met(_TRAIN_MARKS) >= 2 and any("站" in text for text in texts):
        return InvoiceKind.TRAIN
    return InvoiceKind.TAXI if met(_TAXI_MARKS) >= 3 else None
