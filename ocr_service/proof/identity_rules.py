"""Rules over who and when: kind, code, number, date, taxpayer ids, the QR code and the file's own data."""

import re
import unicodedata
from collections.abc import Mapping

from models.identifiers import InvoiceCode, digital_number_is_plausible, taxpayer_id_holds
from models.invoice import FieldStatus, InvoiceKind
from models.qr_payload import QrPayload
from ocr_service.evidence import Side
from ocr_service.kinds.registry import describe
from ocr_service.proof.amount_rules import qr_amount
from ocr_service.proof.cancelled import cancelled_mark
from ocr_service.proof.case import NOT_APPLICABLE, Case, Finding, Rule
from ocr_service.proof.qr_witness import qr_candidates
from ocr_service.proof.rates import FIRST_INVOICE

COMPARED = (
    *("invoice_code", "invoice_number", "issue_date", "check_code", "buyer_name", "buyer_tax_id", "seller_name", "seller_tax_id"),
    *("tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "tax_inclusive_amount_in_words"),
)
"""Fields on which a face and its file's data must say the same; free text is wrapped and cut by whoever draws it."""
_MOST_NAMED = 5
"""Parts that a file lacks; of more, the number."""
_SIDES: Mapping[Side, str] = {Side.LEFT: "左侧", Side.RIGHT: "右侧", Side.TOP: "上方", Side.BOTTOM: "下方"}


def kinds_agree(case: Case) -> Finding:
    """Code, title and QR name one kind; a general title (通用机打发票) names none in particular."""
    votes = {
        kind for kind in case.kind_votes.values() if case.kind not in _PARTICULAR_FORMS.get(kind, ()) and not describe(kind).is_general
    }
    if len(case.kind_votes) < 2:
        return NOT_APPLICABLE
    return votes <= {case.kind}, case.kind.value, ", ".join(f"{who} {kind.value}" for who, kind in case.kind_votes.items())


_PARTICULAR_FORMS: Mapping[InvoiceKind, frozenset[InvoiceKind]] = {
    InvoiceKind.VAT_SPECIAL: frozenset({InvoiceKind.VAT_ELECTRONIC_SPECIAL, InvoiceKind.DIGITAL_SPECIAL}),
    InvoiceKind.VAT_GENERAL: frozenset(
        {
            *(InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.DIGITAL_GENERAL, InvoiceKind.TOLL_ELECTRONIC),
            *(InvoiceKind.VAT_ROLL, InvoiceKind.BLOCKCHAIN),
        }
    ),
    InvoiceKind.VAT_ELECTRONIC_GENERAL: frozenset({InvoiceKind.TOLL_ELECTRONIC}),
    InvoiceKind.BLOCKCHAIN: frozenset({InvoiceKind.VAT_ELECTRONIC_GENERAL, InvoiceKind.TOLL_ELECTRONIC}),
}
"""A vote for the plain form does not contradict a particular one: where a title lost a character or two, that is what is left of it."""


def face_is_whole(case: Case) -> Finding:
    """Its picture shows the face to all sides; of one that is cut nobody knows what the rest says, and no sign of a cut proves none."""
    if not case.cut_at:
        return NOT_APPLICABLE
    return False, None, ", ".join(f"{_SIDES[side]} {side}" for side in case.cut_at)


def not_cancelled(case: Case) -> Finding:
    """No mark says that the invoice is void; a stamp that was not read says nothing, so its absence proves nothing."""
    mark = cancelled_mark(case.lines)
    return NOT_APPLICABLE if mark is None else (False, None, mark)


def qr_checksum(case: Case) -> Finding:
    """The QR code's content has its own checksum.

    No notice says how it is made, and genuine codes follow rules that nobody knows: one that fits none speaks against a code only when what
    the code says is not what the face shows. Where they agree it says nothing, which is noted.
    """
    if case.qr is None or case.qr.crc_holds is None:
        return NOT_APPLICABLE
    if case.qr.crc_holds or _contradicts_face(case, case.qr):
        return case.qr.crc_holds, "checksum of its content", case.qr.crc
    return None, "a checksum by a known rule", case.qr.crc


def _contradicts_face(case: Case, qr: QrPayload) -> bool:
    """Whether a code is another invoice's, or says of a field or an amount what the face does not."""
    said = {key: word.value for key, word in qr_candidates(qr, case.kind).items()}
    differs = any(case.value(key) not in {None, value} for key, value in said.items())
    return case.qr_is_own is False or differs or qr_amount(case)[0] is False


def qr_is_own(case: Case) -> Finding:
    """The QR code is this face's own, not one of another invoice."""
    if case.qr is None or case.qr_is_own is None:
        return NOT_APPLICABLE
    said = " ".join(part for part in (case.qr.invoice_code, case.qr.invoice_number) if part)
    shown = " ".join(part for part in (case.value("invoice_code"), case.value("invoice_number")) if part)
    return case.qr_is_own, said, said if case.qr_is_own else shown


def face_matches_data(case: Case) -> Finding:
    """The face shows what the file's own data say."""
    if case.embedded is None:
        return NOT_APPLICABLE
    shown = [(key, case.fields[key]) for key in COMPARED if key in case.fields and key in case.embedded.fields]
    compared = [(key, field) for key, field in shown if field.polygon is not None]
    if not compared:
        return NOT_APPLICABLE
    for key, field in compared:
        said = case.embedded.fields[key]
        if _plain(field.value) != _plain(said):
            return False, said, field.value
    return True, f"{len(compared)}", f"{len(compared)}"


def file_whole(case: Case) -> Finding:
    """The file holds every page, attachment and template that it lists: what is missing may say something else."""
    if case.missing is None:
        return NOT_APPLICABLE
    if not case.missing:
        return True, "齐全 all there", "齐全 all there"
    named = "、".join(case.missing[:_MOST_NAMED])
    rest = f" 等共 {len(case.missing)} 项 in all" if len(case.missing) > _MOST_NAMED else ""
    return False, "齐全 all there", f"缺 missing: {named}{rest}"


def _plain(text: str | None) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))


def no_conflict(*keys: str) -> Rule:
    """Witnesses of one field agree; not applicable with fewer than two."""

    def finding(case: Case) -> Finding:
        fields = [case.fields[key] for key in keys if key in case.fields]
        weighed = [field for field in fields if len(field.witnesses) > 1 or field.alternatives]
        if not weighed:
            return NOT_APPLICABLE
        field = next((field for field in weighed if field.status is FieldStatus.CONFLICT), weighed[0])
        holds = field.status is not FieldStatus.CONFLICT
        return holds, field.value, ", ".join(field.alternatives) if not holds else field.value

    return finding


def code_region(case: Case) -> Finding:
    """A code of the national series names a tax region."""
    code = InvoiceCode.explain(case.value("invoice_code") or "")
    if code is None or not code.is_national:
        return NOT_APPLICABLE
    return code.region_is_known, "a tax region", code.region


def code_series(case: Case) -> Finding:
    """The code of a VAT form is of the series that its kind has; the local series are those of tickets and of a city's 区块链.

    Series: class digit of ten digits, suffix of twelve that begin with 0 (as the national inquiry page tells them apart). A province's
    own 车辆通行费通用(电子)发票 has a code of its own series.
    """
    code = InvoiceCode.explain(case.value("invoice_code") or "")
    if code is None or not describe(case.kind).bears_national_code:
        return NOT_APPLICABLE
    if case.kind is InvoiceKind.TOLL_ELECTRONIC and not code.is_national and code.kind is None:
        return NOT_APPLICABLE
    named = f"{'national' if code.is_national else 'local'} series{'' if code.kind is None else f', {code.kind.value}'}"
    holds = code.kind is case.kind or (code.kind is None and code.is_national)
    return holds, f"national series, {case.kind.value}", named


def code_year(case: Case) -> Finding:
    """A form is printed before it is made out."""
    code, issued = InvoiceCode.explain(case.value("invoice_code") or ""), case.issue_date
    if code is None or code.year is None or issued is None:
        return NOT_APPLICABLE
    return code.year <= issued.year, f"{issued.year} or before", str(code.year)


def digital_number(case: Case) -> Finding:
    """A 20-digit number begins with its year and region."""
    number = case.value("invoice_number")
    if number is None or not (case.kind.is_digital or len(number) == 20):
        return NOT_APPLICABLE
    return digital_number_is_plausible(number, case.issue_date), "year of issue and region in the first four digits", number


def date_plausible(case: Case) -> Finding:
    """Not before VAT invoices existed, nor after the day on which the file came."""
    issued = case.issue_date
    if issued is None:
        return NOT_APPLICABLE
    return FIRST_INVOICE <= issued <= case.today, f"{FIRST_INVOICE} to {case.today}", issued.isoformat()


def taxpayer_id(key: str) -> Rule:
    """The check characters of a taxpayer id hold."""

    def finding(case: Case) -> Finding:
        value = case.value(key)
        holds = None if value is None else taxpayer_id_holds(value)
        return NOT_APPLICABLE if holds is None else (holds, "check characters of GB 32100 / GB 11714", value)

    return finding
