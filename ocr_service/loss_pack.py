"""The loss pack: every paper of a case as one PDF, and as a zip with what it was set from and the original.

What is printed of an invoice is what the archive holds now; where the archive has nothing, the papers say so.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from models.access import EVERYTHING
from models.activity import Action
from models.calendar_words import CHINA, day_in_china
from models.digest import Digest
from models.errors import DocumentDestroyed, PiaogenError
from models.invoice import FIELD_NAMES, FieldStatus, Witness
from models.loss import LossCase, StepState
from models.loss_json import encode_case
from models.loss_rules import APPROVALS, Circumstance, LossRule, LossRules, StepKind
from models.money import format_amount
from ocr_service.acting import actor
from ocr_service.answers import StoredInvoice
from ocr_service.loss_texts import BLANK, texts_of
from ocr_service.losses import Losses, StandingCase
from ocr_service.opened import PagePicture
from ocr_service.service import ArchiveService
from ocr_service.typesetting import as_svg, typeset
from storage.catalogue.log_index import Logged
from storage.catalogue.loss_rows import LOSSES

_TEMPLATE = Path(__file__).with_name("loss_pack.typ")
_MOST_ENTRIES = 60
"""Entries of the log that are printed, the newest: three pages."""

_WIDE = 1.4
"""Of a page image that is as broad as the paper; one that is taller gets a third of a page's height."""

_STATUSES = {
    FieldStatus.PROVED: "已证实",
    FieldStatus.READ: "仅读取",
    FieldStatus.REPAIRED: "据证更正",
    FieldStatus.CONFLICT: "有矛盾",
    FieldStatus.UNREADABLE: "看不清",
    FieldStatus.CORRECTED: "人工更正",
    FieldStatus.CONFIRMED: "人工确认",
}
_WITNESSES = {
    Witness.PRINTED: "票面印刷",
    Witness.SECOND_PRINT: "票面另一处",
    Witness.QR: "二维码",
    Witness.QR_CRC: "二维码校验码",
    Witness.CHECK_DIGIT: "校验位",
    Witness.ARITHMETIC: "金额勾稽",
    Witness.WORDS: "大写金额",
    Witness.EMBEDDED: "文件内数据",
    Witness.SECOND_READING: "再次识读",
    Witness.PERSON: "人工",
}
_ACTIONS = {
    Action.UPLOAD_ACCEPTED: "收票存档",
    Action.UPLOAD_DUPLICATE: "同一文件再次收到",
    Action.DOCUMENT_FOUND: "补记收票",
    Action.ORIGINAL_VIEWED: "查看票面",
    Action.ORIGINAL_DOWNLOADED: "下载原件",
    Action.INVOICE_CORRECTED: "更正",
    Action.INVOICE_CONFIRMED: "确认",
    Action.INVOICE_OVERRIDDEN: "接受不符的校验",
    Action.VERSION_KEPT: "新版本存档",
    Action.REPROCESS_REQUESTED: "要求重新识别",
    Action.EXPORTED: "导出",
    Action.CERTIFIED: "出具存档证明",
}
_STATES = {StepState.OPEN: "未办", StepState.DONE: "已办", StepState.WAIVED: "不需办理"}


@dataclass(frozen=True, slots=True)
class LossPack:
    """A pack. `sources` are the files that the PDF was set from, as Typst takes them; `original` is None where the archive has none."""

    case: LossCase
    pdf: bytes
    sources: Mapping[str, str]
    original: tuple[str, bytes] | None

    def zipped(self) -> bytes:
        """The PDF, what it was set from, the case as JSON, the original, and the digest of each."""
        files = {"papers.pdf": self.pdf, **{f"typst/{name}": text.encode() for name, text in self.sources.items()}}
        files["case.json"] = json.dumps({"id": self.case.id, **encode_case(self.case)}, ensure_ascii=False, indent=1).encode()
        if self.original is not None:
            files[f"original{self.original[0]}"] = self.original[1]
        sums = "".join(f"{Digest.of(content).hex}  {name}\n" for name, content in sorted(files.items()))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
                archive.writestr(name, content)
        return packed.getvalue()


def pack(service: ArchiveService, rules: LossRules, case_id: str, *, with_original: bool = False) -> LossPack:
    """Put the papers of a case together, as they stand; the log says that they were taken out.

    Raises:
        RecordNotFound: there is no such case.
        InvalidCase: a text cannot be set in type.
        OutOfResources, StoreUnavailable.
    """
    standing = Losses(service, rules).get(case_id)
    case = standing.case
    stored, gone = _stored(service, case)
    subject = f"{LOSSES}{case.id}" if stored is None else str(stored.received.document.digest)
    service.activity.record(Action.EXPORTED, subject, case=case.id)
    sources = {"main.typ": _TEMPLATE.read_text(encoding="utf-8")}
    picture = None if stored is None else _picture(service, stored)
    if picture is not None:
        sources["page.svg"] = as_svg(picture)
    data = _data(service, rules, standing, stored, gone)
    data["evidence"] = None if stored is None else _evidence(service, stored, picture)
    sources["data.json"] = json.dumps(data, ensure_ascii=False)
    original = None
    if with_original and stored is not None:
        document, content = service.original(stored.summary.id)
        original = (Path(document.file_name).suffix[:10], b"".join(content.read()))
    return LossPack(case, typeset(sources), sources, original)


def _stored(service: ArchiveService, case: LossCase) -> tuple[StoredInvoice | None, str]:
    """The archived invoice, or None with the reason why there is nothing to show."""
    link = case.established
    if link is None:
        waits = "" if case.link is None else "有一张疑似的发票等待人工确认，在此之前不作为依据。"
        return None, f"档案中没有这张发票的影像。以下内容只是报告人所述，没有原件可以核对。{waits}"
    try:
        return service.show(link.invoice), ""
    except DocumentDestroyed:
        return None, "该发票的影像保管期满后已按销毁清册销毁，档案中只留有销毁记录。"
    except PiaogenError as error:
        if error.retryable:
            raise
        return None, f"该发票在档案中的记录现在无法读取（{error.code}），请先由管理员处理。"


def _picture(service: ArchiveService, stored: StoredInvoice) -> PagePicture | None:
    """The page, where such a file has one that can be drawn."""
    try:
        return service.preview(stored.summary.id)
    except PiaogenError as error:
        if error.retryable:
            raise
        return None


def _data(service: ArchiveService, rules: LossRules, standing: StandingCase, stored: StoredInvoice | None, gone: str) -> dict[str, Any]:
    case = standing.case
    rule = case.rule(rules)
    value = (lambda _: None) if stored is None else stored.invoice.value
    made = service.clock()
    return {
        "case": case.id,
        "version": standing.version,
        "made_at": _time(made),
        "made_on": _day(day_in_china(made)),
        "discovered_on": _day(case.discovered_on),
        "lost": case.lost.chinese,
        "lost_by": case.lost_by,
        "opened": f"{case.opened_by}，{_time(case.opened_at)}",
        "deducted": _known(case.deducted, "已抵扣", "未抵扣"),
        "booked": _known(case.booked, "已入账", "未入账") + (f"（{case.voucher}）" if case.voucher else ""),
        "papers": _papers(rule, case),
        "texts": texts_of(case, rules, value("buyer_name") or case.invoice.buyer_name, value("buyer_tax_id") or ""),
        "identity": _identity(case, stored),
        "report": _report(case, stored),
        "rule": {
            "replacement": rule.replacement,
            "serves": "、".join(use.chinese for use in rule.serves),
            "ground": rule.ground.told,
            "note": rule.ground.note,
            "dated": _day(rules.dated),
        },
        "steps": [_step(case, rule, rules, kind) for kind in rule.steps],
        "approvals": [_approval(case, rules, kind) for kind in rule.steps if kind in APPROVALS],
        "replacement": _replacement(case),
        "fetched": _fetched(case),
        "closing": None if case.closing is None else f"{case.closing.outcome.chinese}，{_day(case.closing.on)}，{case.closing.by}",
        "gone": gone,
    }


def _papers(rule: LossRule, case: LossCase) -> list[str]:
    """Which papers a case has follows from its steps."""
    steps = set(rule.steps)
    papers = ["checklist"]
    if StepKind.FETCH_AGAIN in steps:
        papers.append("fetched")
    elif StepKind.EXCHANGE_CERTIFICATE in steps:
        papers.append("held")
    else:
        papers.append("account")
    if StepKind.REPORT in steps:
        papers.append("report")
    if StepKind.SELLER_REQUEST in steps:
        papers.append("letter")
    if StepKind.STATEMENT in steps and case.circumstance is Circumstance.ORDINARY:
        papers.append("ticket")
    if StepKind.PROOF_UNOBTAINABLE in steps:
        papers.append("proofs")
    if steps & set(APPROVALS):
        papers.append("approval")
    return [*papers, "evidence"]


def _identity(case: LossCase, stored: StoredInvoice | None) -> list[list[str]]:
    """What the papers say of the invoice: the archive's figures, else what was told."""
    if stored is None:
        known = case.invoice
        told = {
            "票种": "不清楚" if known.kind is None else known.kind.chinese,
            FIELD_NAMES["invoice_code"]: known.code,
            FIELD_NAMES["invoice_number"]: known.number,
            FIELD_NAMES["issue_date"]: "" if known.issued_on is None else known.issued_on.isoformat(),
            FIELD_NAMES["seller_name"]: known.seller_name,
            FIELD_NAMES["seller_tax_id"]: known.seller_tax_id,
            FIELD_NAMES["buyer_name"]: known.buyer_name,
            FIELD_NAMES["tax_inclusive_amount"]: "" if known.total is None else format_amount(known.total),
        }
        return [[name, words or "不详"] for name, words in told.items()]
    invoice = stored.invoice
    keys = (
        *("invoice_code", "invoice_number", "ticket_number", "issue_date", "departure_time", "passenger_name", "train_number"),
        *("from_station", "to_station", "seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id"),
        *("tax_exclusive_amount", "tax_amount", "tax_inclusive_amount"),
    )
    rows = [["票种", invoice.kind.chinese]]
    rows += [[FIELD_NAMES[key], invoice.value(key) or "看不清"] for key in keys if key in invoice.fields]
    names = "；".join(item.name for item in invoice.items if item.name)
    return rows + ([["货物或服务", names]] if names else [])


def _report(case: LossCase, stored: StoredInvoice | None) -> dict[str, str]:
    """The line of the report form: one invoice, from its number to its number."""
    code, number, kind = case.invoice.code, case.invoice.number, case.invoice.kind
    if stored is not None:
        invoice = stored.invoice
        code, number, kind = invoice.value("invoice_code") or "", invoice.value("invoice_number") or "", invoice.kind
    return {
        "kind": BLANK if kind is None else kind.chinese,
        "code": code or BLANK,
        "number": number or BLANK,
        "day": case.discovered_on.isoformat(),
    }


def _step(case: LossCase, rule: LossRule, rules: LossRules, kind: StepKind) -> dict[str, Any]:
    step, told = case.steps.get(kind), rules.steps[kind]
    due = told.due(case.discovered_on)
    done = "" if step is None else f"{step.on}，{step.person}" + (f"：{step.note}" if step.note else "")
    return {
        "title": told.title,
        "required": kind in rule.required,
        "due": "不定" if due is None else due.isoformat(),
        "due-mark": "" if told.due_mark is None else f"〔{told.due_mark.chinese}〕",
        "state": _STATES[case.state_of(kind)],
        "done": done,
        "ground": told.ground.told,
        "note": told.ground.note,
    }


def _approval(case: LossCase, rules: LossRules, kind: StepKind) -> dict[str, str]:
    step = case.steps.get(kind)
    title = rules.steps[kind].title.removesuffix("批准")
    if step is None or step.state is not StepState.DONE:
        return {"office": title, "said": ""}
    return {"office": title, "said": f"同意　{step.person}　{_day(step.on)}" + (f"　{step.note}" if step.note else "")}


def _replacement(case: LossCase) -> dict[str, str] | None:
    step = case.steps.get(StepKind.REPLACEMENT)
    if step is None or step.document is None:
        return None
    compared = "与遗失的发票比对一致" if step.invoice is not None else "未读出发票内容，未比对"
    return {"digest": str(step.document), "on": _day(step.on), "compared": compared}


def _fetched(case: LossCase) -> list[list[str]] | None:
    step = case.steps.get(StepKind.FETCH_AGAIN)
    if step is None or step.refetched is None:
        return None
    fetched = step.refetched
    equal = {None: "档案中没有原件可比", True: "一致：逐字节相同", False: "不一致：同一张发票的另一个文件"}[fetched.is_equal]
    return [
        ["来源", fetched.source],
        ["取得时间", _time(fetched.at)],
        ["文件指纹 SHA-256", fetched.digest.hex],
        ["与档案中的原件比对", equal],
        ["经办人", step.person],
    ]


def _evidence(service: ArchiveService, stored: StoredInvoice, picture: PagePicture | None) -> dict[str, Any]:
    document, withdrawn = stored.received.document, stored.summary.withdrawn
    entries = _entries(service, document.digest, stored.received.received_at)
    return {
        "has_image": picture is not None,
        "is_wide": picture is not None and picture.page_width > _WIDE * picture.page_height,
        "record": [
            ["原件指纹 SHA-256", document.digest.hex],
            ["收到时间", _time(stored.received.received_at)],
            ["存档时间", _time(stored.manifest.archived_at)],
            ["文件名", document.file_name],
            ["大小", f"{document.size} 字节"],
            ["记录版本", f"第 {stored.manifest.version} 版"],
            *([["状态", "已在本系统作废，不再列示；影像和记录仍保存"]] if withdrawn else []),
        ],
        "fields": [_field(stored, key) for key in FIELD_NAMES if key in stored.invoice.fields],
        "entries": [[_time(one.entry.at), one.entry.actor, _ACTIONS.get(Action(one.entry.action), one.entry.action)] for one in entries],
        "most": _MOST_ENTRIES,
        "is_partial": not service.sees.is_whole,
    }


def _field(stored: StoredInvoice, key: str) -> list[str]:
    field = stored.invoice.fields[key]
    witnesses = "、".join(_WITNESSES[witness] for witness in field.witnesses)
    return [FIELD_NAMES[key], field.value or "看不清", _STATUSES[field.status], witnesses]


def _entries(service: ArchiveService, document: Digest, since: datetime) -> list[Logged]:
    """Who did what with the document, the newest last. Whoever does not see all is told of their own acts only."""
    known: Iterable[Logged] = service.activity.of_document(document)
    if service.sees != EVERYTHING:
        known = (one for one in known if one.entry.actor == actor() and one.entry.at >= since)
    told = []
    for one in known:
        with suppress(ValueError):
            Action(one.entry.action)
            told.append(one)
    return told[-_MOST_ENTRIES:]


def _known(value: bool | None, yes: str, no: str) -> str:
    if value is None:
        return "不清楚"
    return yes if value else no


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _time(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
