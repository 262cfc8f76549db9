"""Which kind of invoice a page shows: by its file's own data, QR code, title, code, number length and marks, in that order of trust."""

import re
from dataclasses import dataclass

from models.document import RecognizedPage, TextLine
from models.identifiers import InvoiceCode, digital_number_is_plausible
from models.invoice import InvoiceKind
from models.qr_payload import QrPayload, parse_qr_payload
from ocr_service.evidence import ClassifiedPage, Sighting
from ocr_service.faces.face import fold, squeeze
from ocr_service.faces.labels import find_labels
from ocr_service.kinds.description import KindDescription
from ocr_service.kinds.other_papers import other_paper, shows_a_form
from ocr_service.kinds.recognition import marked, marks_met, titled
from ocr_service.kinds.registry import DESCRIPTIONS, describe

_MORE_PARTICULAR = {
    (InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.TOLL_ELECTRONIC),
    (InvoiceKind.VAT_GENERAL, InvoiceKind.VAT_ROLL),
    (InvoiceKind.TOLL, InvoiceKind.TOLL_ELECTRONIC),
}
_OF_A_CITY = {(InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.BLOCKCHAIN), (InvoiceKind.VAT_GENERAL, InvoiceKind.BLOCKCHAIN)}
"""A city's own form is titled 电子普通发票 and its QR code says 10; only a title that says 增值税 denies it."""
_LOCAL_SERIES = {InvoiceKind.MOTOR_VEHICLE, InvoiceKind.BLOCKCHAIN}
"""Kinds whose codes are told by one digit of a series that other local tickets use too: no word against a ticket's title or marks."""

_ELECTRONIC = {InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.VAT_ELECTRONIC_SPECIAL}
_MAY_BE_TOLL = {InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.VAT_GENERAL}
_BODY = re.compile(r"^名称|纳税人识别号|项目名称|货物或应税|规格型号|密码区")
"""What the box of the buyer and the table of a VAT form print, below its head."""


@dataclass(frozen=True, slots=True)
class ClassificationStage:
    """Names the kind; every vote is kept so that verification can tell when they disagree."""

    name: str = "classification"

    def run(self, value: Sighting) -> ClassifiedPage:
        """Classify one recognised page."""
        page, embedded = value.page, value.embedded
        paper = other_paper(page, DESCRIPTIONS) if embedded is None or embedded.kind is None else None
        if paper is not None:
            return ClassifiedPage(page, InvoiceKind.OTHER, paper, None, {"title": InvoiceKind.OTHER}, embedded, value.missing)
        qr = _invoice_code(page)
        code_kind = _code_kind(page, qr)
        title_kind, title = _title(page, code_kind)
        ticket = marked(page, DESCRIPTIONS) if title_kind is None else None
        votes: dict[str, InvoiceKind] = {}
        if embedded is not None and embedded.kind is not None:
            votes["embedded"] = embedded.kind
        if qr is not None and qr.kind is not None:
            votes["qr"] = qr.kind
        if title_kind is not None:
            votes["title"] = title_kind
        shown = title_kind if ticket is None else ticket.kind
        bare = not votes and ticket is None and not shows_a_form(page)
        if code_kind is not None and not bare and not _is_denied(code_kind, shown):
            votes["code"] = code_kind
        if not votes and ticket is not None:
            votes["layout"] = ticket.kind
        if not votes and not bare and any(_has_digital_number(line.text) for line in page.lines):
            votes["number"] = InvoiceKind.DIGITAL_GENERAL
        if not votes and (form := _vat_form(page)) is not None:
            votes["layout"] = form
        said = title or (embedded.title if embedded else "")
        return ClassifiedPage(page, _believed(votes, title), said, qr, votes, embedded, value.missing)


def _is_denied(code_kind: InvoiceKind, shown: InvoiceKind | None) -> bool:
    """Whether a ticket's title or marks take the word from its code; on a VAT form a code of a local series is a contradiction."""
    return code_kind in _LOCAL_SERIES and shown not in {None, code_kind} and not describe(shown).bears_national_code


def _believed(votes: dict[str, InvoiceKind], title: str) -> InvoiceKind:
    kind = next(iter(votes.values()), InvoiceKind.OTHER)
    particular = _MORE_PARTICULAR if "增值" in title else _MORE_PARTICULAR | _OF_A_CITY
    for other in votes.values():
        # 通行费 and 卷票 share title or QR kind with their plain sisters; whoever names the particular one is right.
        if (kind, other) in particular:
            kind = other
    return kind


def _invoice_code(page: RecognizedPage) -> QrPayload | None:
    """The invoice's own QR code; when several decode, the one whose number is printed on the page."""
    payloads = [payload for code in page.qr_codes if (payload := parse_qr_payload(code.payload)) is not None]
    if len(payloads) < 2:
        return payloads[0] if payloads else None
    text = "".join(squeeze(line.text) for line in page.lines)
    return next((payload for payload in payloads if payload.invoice_number in text), None)


def _title(page: RecognizedPage, code_kind: InvoiceKind | None) -> tuple[InvoiceKind | None, str]:
    """The kind that the title names, and the title as printed; a general form's marks say what it was used for.

    A kind of which the face shows next to none of the marks, while it shows another's, was misread from a title under a seal; so is
    专用发票 without a VAT form below it. 通行费 on such a form is the name of what was paid for: its own kind has a code ending in 12, or
    the mark and no code that can be read.
    """
    found = titled(page, DESCRIPTIONS)
    if found is None or (found.description.kind is InvoiceKind.TOLL and code_kind in _ELECTRONIC):
        return None, ""
    kind, ticket = found.description.kind, marked(page, DESCRIPTIONS)
    is_scrap = found.description.bears_national_code and not shows_a_form(page)
    if ticket is not None and (found.description.is_general or is_scrap or _is_misread(page, found.description)):
        kind = ticket.kind
    if kind in _MAY_BE_TOLL and code_kind not in _MAY_BE_TOLL and _has_toll_mark(page):
        kind = InvoiceKind.TOLL_ELECTRONIC
    return kind, found.text


def _is_misread(page: RecognizedPage, description: KindDescription) -> bool:
    return bool(description.fields) and bool(description.marks) and marks_met(page, description) < 2


def _has_toll_mark(page: RecognizedPage) -> bool:
    """通行费 by itself above the parties and the goods, or the toll columns of the table."""
    texts = [(squeeze(fold(line.text)), page.to_flat.polygon(line.polygon).box) for line in page.lines]
    body = min((box.top for text, box in texts if _BODY.search(text)), default=page.flat_height)
    if any(text == "通行费" and box.bottom <= body for text, box in texts):
        return True
    return any("通行日期起" in text and ":" not in text for text, _ in texts)


def _code_kind(page: RecognizedPage, qr: QrPayload | None) -> InvoiceKind | None:
    """The kind that an invoice code's digits name: that of the QR code, else one printed behind its label or alone in the upper half.

    A series that a province numbers itself says nothing by its digits (国税发〔2004〕521号, unverified).
    """
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
    if len(names & {"printed_number", "seller_name", "buyer_name", "total_digits"}) == 4:
        return InvoiceKind.VAT_ROLL
    if len(names & {"tax_id", "issue_date", "bank_account", "total_words", "total_digits", "drawer", "address_phone"}) < 4:
        return None
    return InvoiceKind.VAT_GENERAL if "check_code" in names else InvoiceKind.VAT_SPECIAL


def _has_digital_number(text: str) -> bool:
    """Whether twenty digits in one piece can be a number; the 税控码 of tills, as long, is printed in groups of four."""
    numbers = re.findall(r"(?<!\d)2\d{19}(?!\d)", fold(text))
    return any(digital_number_is_plausible(number, None) for number in numbers)


def _upper_half(page: RecognizedPage, line: TextLine) -> bool:
    return page.to_flat.polygon(line.polygon).box.centre[1] < 0.5 * page.flat_height
