"""Readings, hits and records as people read them on a terminal and as scripts read them as JSON."""

from typing import TYPE_CHECKING, Any

from models.archive import DocumentState
from models.audit import AuditFinding, AuditReport, AuditResult, FindingKind
from models.clues import Hit, InvoiceSummary
from models.correction import Correction, Ground
from models.invoice import FIELD_NAMES, FieldStatus, Invoice, InvoiceField
from models.reading import Reading
from models.reading_json import encode_invoice
from models.verification import Check, Outcome, Verdict
from ocr_service.answers import StoredInvoice

if TYPE_CHECKING:
    from models.activity import LogHead
    from models.duplicates import Duplicate
    from ocr_service.ingestion import IngestedFile
    from storage.log_audit import LogReport

_STATES = {
    DocumentState.QUEUED: "排队中 queued",
    DocumentState.RUNNING: "识别中 running",
    DocumentState.DONE: "已完成 done",
    DocumentState.NEEDS_REVIEW: "待复核 needs_review",
    DocumentState.UNREAD: "未识别 unread",
    DocumentState.DUPLICATE: "重复 duplicate",
    DocumentState.REFUSED: "拒收 refused",
    DocumentState.CANCELLED: "已取消 cancelled",
    DocumentState.DESTROYED: "已销毁 destroyed",
}
_STATUSES = {
    FieldStatus.PROVED: "已证实 proved",
    FieldStatus.READ: "仅识别 read",
    FieldStatus.REPAIRED: "已修正 repaired",
    FieldStatus.CONFLICT: "有矛盾 conflict",
    FieldStatus.UNREADABLE: "无法辨认 unreadable",
    FieldStatus.CORRECTED: "人工更正 corrected",
    FieldStatus.CONFIRMED: "人工确认 confirmed",
}
VERDICT_NAMES = {
    Verdict.ACCEPTED: "已证实 accepted",
    Verdict.CONFIRMED: "人工确认 confirmed",
    Verdict.NEEDS_REVIEW: "待复核 needs_review",
    Verdict.UNREAD: "未识别 unread",
}
_FINDINGS = {
    FindingKind.MISSING: "缺失 missing",
    FindingKind.DAMAGED: "损坏 damaged",
    FindingKind.ROLLED_BACK: "被退回旧版 rolled_back",
    FindingKind.UNLOGGED: "无日志 unlogged",
    FindingKind.DIFFERS: "恢复后不一致 differs",
    FindingKind.ORPHANED: "备注：无主 orphaned",
    FindingKind.UNINDEXED: "备注：未入目录 unindexed",
    FindingKind.RESTORED: "备注：已补回 restored",
    FindingKind.MENDED: "备注：已由另一处修复 mended",
    FindingKind.UNFINISHED: "备注：中断未完成 unfinished",
    FindingKind.WITHDRAWN: "备注：已作废 withdrawn",
}


def state_name(state: DocumentState) -> str:
    """A state in Chinese and as scripts know it."""
    return _STATES[state]


def on_one_line(text: str) -> str:
    """A name as a terminal can be shown it: what would move its cursor or turn its colours is spelt out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def describe_reading(reading: Reading) -> str:
    """Every invoice of a file with its fields, witnesses and checks."""
    head = f"━━ {reading.document.file_name}  {reading.document.digest}"
    if not reading.invoices:
        return f"{head}\n  空白页：没有发票 blank: there is no invoice"
    return "\n".join([head, *(_describe_invoice(invoice) for invoice in reading.invoices)])


def describe_withdrawals(reading: Reading | None) -> list[str]:
    """For each invoice that is out of the lists, a line with who withdrew it, when and why."""
    return [f"  已作废 withdrawn  第 {said.position} 张 invoice  {describe_withdrawal(said)}" for said in _withdrawals(reading)]


def describe_withdrawal(said: Correction) -> str:
    """Who withdrew an invoice, when and why."""
    ground = "" if said.ground is Ground.VOID else f"{said.ground.chinese} {said.ground.value}  "
    return f"{ground}{said.by}  {said.at.isoformat(timespec='minutes')}  {said.reason}"


def encode_withdrawals(reading: Reading | None) -> list[dict[str, Any]]:
    """The same as JSON-ready values, with each invoice's `position` in its document."""
    return [{"position": said.position, **encode_withdrawal(said)} for said in _withdrawals(reading)]


def encode_withdrawal(said: Correction) -> dict[str, str]:
    """Who withdrew an invoice, when and why, as JSON-ready values."""
    return {"by": said.by, "at": said.at.isoformat(), "reason": said.reason, "ground": said.ground.value}


def _withdrawals(reading: Reading | None) -> list[Correction]:
    places = () if reading is None else sorted(reading.withdrawn)
    return [said for place in places if reading is not None and (said := reading.withdrawal(place)) is not None]


def _describe_invoice(invoice: Invoice) -> str:
    lines = [f"  {invoice.kind.chinese} {invoice.kind.value}  第 {invoice.page} 页 page  ⇒ {VERDICT_NAMES[invoice.verdict]}"]
    lines += [_describe_field(key, field) for key, field in invoice.fields.items()]
    for item in invoice.items:
        cells = (item.name, item.specification, item.unit, item.quantity, item.unit_price, item.amount, item.tax_rate, item.tax_amount)
        lines.append("    明细 item  " + " | ".join(cell or "" for cell in cells))
    failed = [check for check in invoice.checks if check.outcome is Outcome.FAIL]
    passed = sum(check.outcome is Outcome.PASS for check in invoice.checks)
    idle = len(invoice.checks) - passed - len(failed)
    lines.append(f"    校验 checks  {passed} 项通过 pass, {len(failed)} 项不符 fail, {idle} 项不适用 n/a")
    lines += [f"      ✗ {check.rule}: 应为 expected {check.expected}, 实为 actual {check.actual}{_accepted(check)}" for check in failed]
    return "\n".join(lines)


def _accepted(check: Check) -> str:
    if check.override is None:
        return ""
    said = check.override
    return f"  {said.by} {said.at.isoformat(timespec='minutes')} 已接受 accepted: {said.reason}"


def _describe_field(key: str, field: InvoiceField) -> str:
    witnesses = ", ".join(witness.value for witness in field.witnesses)
    other = f"  另读 also {' / '.join(field.alternatives)}" if field.alternatives else ""
    return f"    {FIELD_NAMES[key]} {key}: {field.value or '—'}  [{_STATUSES[field.status]}: {witnesses}]{other}"


def describe_hit(hit: Hit) -> str:
    """One line for what it is, one for why it was found."""
    invoice = hit.invoice
    number = " ".join(part for part in (invoice.code, invoice.number) if part) or "—"
    reasons = "; ".join(f"{reason.clue} {reason.how} {reason.value}" for reason in hit.reasons)
    withdrawn = "  已作废 withdrawn" if invoice.withdrawn else ""
    copies = f"  另有副本 copies {' '.join(hit.copies)}" if hit.copies else ""
    facts = (invoice.id, invoice.kind.chinese, number, invoice.issue_date or "—", f"¥{invoice.total or '—'}", invoice.seller_name or "—")
    return "  ".join(map(str, facts)) + f"{withdrawn}\n    {hit.score:.2f}  {reasons}{copies}"


def encode_summary(summary: InvoiceSummary) -> dict[str, Any]:
    """An invoice's summary as JSON-ready values."""
    return {
        "id": summary.id,
        "digest": str(summary.document),
        "file_name": summary.file_name,
        "received_at": summary.received_at.isoformat(),
        "page": summary.page,
        "kind": summary.kind.value,
        "title": summary.title,
        "verdict": summary.verdict.value,
        "invoice_code": summary.code,
        "invoice_number": summary.number,
        "issue_date": summary.issue_date.isoformat() if summary.issue_date else None,
        "seller_name": summary.seller_name,
        "seller_tax_id": summary.seller_tax_id,
        "buyer_name": summary.buyer_name,
        "buyer_tax_id": summary.buyer_tax_id,
        "tax_inclusive_amount": str(summary.total) if summary.total is not None else None,
        "withdrawn": summary.withdrawn,
    }


def encode_hit(hit: Hit) -> dict[str, Any]:
    """A hit as one JSON line."""
    reasons = [{"clue": reason.clue, "how": reason.how, "value": reason.value} for reason in hit.reasons]
    return {**encode_summary(hit.invoice), "score": round(hit.score, 4), "reasons": reasons, "copies": list(hit.copies)}


def encode_stored(stored: StoredInvoice) -> dict[str, Any]:
    """One archived invoice as one JSON document."""
    document = stored.received.document
    return {
        **encode_summary(stored.summary),
        "document": {
            "digest": str(document.digest),
            "file_name": document.file_name,
            "media_type": document.media_type.value,
            "size": document.size,
            "source": stored.received.source,
        },
        "version": stored.manifest.version,
        "archived_at": stored.manifest.archived_at.isoformat(),
        "confirmed": None if stored.voucher is None else {"by": stored.voucher.by, "at": stored.voucher.at.isoformat()},
        "withdrawal": None if stored.withdrawal is None else encode_withdrawal(stored.withdrawal),
        "invoice": encode_invoice(stored.invoice),
    }


def describe_ingested(file: "IngestedFile") -> str:
    """What became of one file, on one line, and below it how its picture could be better."""
    because = f"  [{file.unread_because}]" if file.unread_because is not None else ""
    line = f"{state_name(file.state)}  {on_one_line(file.name)}  {' '.join(file.invoices)}{because}".rstrip()
    told = [f"{advice.chinese} {advice.english}" for advice in file.advice]
    told += [f"{other.chinese} {other.english}: {other.invoice.id}" for other in file.same_invoices]
    return "\n".join([line, *(f"    ⚑ {each}" for each in told)])


def encode_ingested(file: "IngestedFile") -> dict[str, Any]:
    """What became of one file, as one JSON line."""
    error = None if file.error is None else {"code": file.error.code, "detail": file.error.message}
    if file.unread_because is not None:
        error = {"code": file.unread_because, "detail": "The file is kept; reading it failed."}
    digest = None if file.digest is None else str(file.digest)
    return {
        "file": file.name,
        "state": file.state.value,
        "digest": digest,
        "invoices": list(file.invoices),
        "error": error,
        "advice": [advice.value for advice in file.advice],
        "same_invoices": [encode_duplicate(other) for other in file.same_invoices],
    }


def encode_duplicate(other: "Duplicate") -> dict[str, Any]:
    """An archived invoice that is the same one, as JSON."""
    invoice = other.invoice
    return {
        "same_as": invoice.id,
        "digest": str(invoice.document),
        "file_name": invoice.file_name,
        "received_at": invoice.received_at.isoformat(),
        "by": other.by.value,
        "certain": other.by.is_certain,
    }


def describe_audit(report: AuditReport, head: "LogHead | None" = None) -> str:
    """What an audit found, one thing a line, and what it looked at."""
    lines = [f"{_FINDINGS[met.kind]}  {on_one_line(met.key)}  {on_one_line(met.detail)}" for met in (*report.findings, *report.notes)]
    verdict = "完好 sound" if report.sound else f"{len(report.findings)} 处问题 findings"
    noted = f", {len(report.notes)} 条备注 notes" if report.notes else ""
    looked = f"{report.documents} 份文件 documents, {report.hashed_objects} 个对象已校验 objects hashed"
    return "\n".join([*lines, f"{looked}: {verdict}{noted}", *describe_head(head)])


def encode_audit(report: AuditReport, head: "LogHead | None" = None) -> dict[str, Any]:
    """What an audit found and looked at, as JSON-ready values."""
    return {
        "documents": report.documents,
        "manifests": report.manifests,
        "hashed_objects": report.hashed_objects,
        "hashed_bytes": report.hashed_bytes,
        "sound": report.sound,
        "findings": [_encode_finding(finding) for finding in report.findings],
        "notes": [_encode_finding(note) for note in report.notes],
        "log_head": None if head is None else str(head),
    }


def describe_log_audit(report: "LogReport") -> str:
    """What an audit of the log found, one thing a line, what it looked at, and the head to keep."""
    lines = [f"{_FINDINGS[met.kind]}  {on_one_line(met.key)}  {on_one_line(met.detail)}" for met in (*report.findings, *report.notes)]
    verdict = "完好 sound" if report.sound else f"{len(report.findings)} 处问题 findings"
    looked = f"{report.entries} 条日志 entries, {report.blocks} 个区块 blocks, {report.documents} 份文件 documents"
    found = [f"{report.found} 份文件补记（入档时未留日志）  documents whose entry was added later"] if report.found else []
    return "\n".join([*lines, f"{looked}: {verdict}", *found, *describe_head(report.head)])


def encode_log_audit(report: "LogReport") -> dict[str, Any]:
    """What an audit of the log found and looked at, as JSON-ready values."""
    return {
        "blocks": report.blocks,
        "entries": report.entries,
        "documents": report.documents,
        "found_without_entry": report.found,
        "sound": report.sound,
        "findings": [_encode_finding(finding) for finding in report.findings],
        "notes": [_encode_finding(note) for note in report.notes],
        "log_head": None if report.head is None else str(report.head),
    }


def describe_head(head: "LogHead | None") -> list[str]:
    """The head of the log on a line of its own; none where there is no log."""
    return [] if head is None else [f"日志链头（请另行保存）  head of the log, keep it elsewhere: {head}"]


def describe_drill(result: AuditResult) -> str:
    """What a restore drill found, one thing a line, and how many documents came back as they should."""
    lines = [f"{_FINDINGS[met.kind]}  {on_one_line(met.key)}  {on_one_line(met.detail)}" for met in result.findings]
    verdict = "全部一致 all the same" if result.sound else f"{result.findings_in_all} 处不符 differences"
    restored = f"恢复演练 restore drill: {result.verified}/{result.documents} 份文件恢复一致 documents restored alike"
    return "\n".join([*lines, f"{restored}: {verdict}"])


def encode_drill(result: AuditResult) -> dict[str, Any]:
    """What a restore drill found, as JSON-ready values."""
    return {
        "documents": result.documents,
        "restored": result.verified,
        "hashed_bytes": result.hashed_bytes,
        "sound": result.sound,
        "findings": [_encode_finding(finding) for finding in result.findings],
    }


def _encode_finding(finding: AuditFinding) -> dict[str, Any]:
    document = None if finding.document is None else str(finding.document)
    return {"kind": finding.kind.value, "key": finding.key, "document": document, "detail": finding.detail}
