"""What waits for a person and what is asked about it, as people read it on a terminal and as scripts read it as JSON."""

from typing import Any

from models.catalogue import ReviewEntry
from models.invoice import FIELD_NAMES
from ocr_service.answers import StoredInvoice, trouble
from ocr_service.report import VERDICT_NAMES, describe_withdrawal, encode_summary, on_one_line, state_name
from ocr_service.review import Question, Why, questions

_WHYS = {
    Why.OTHER_SCAN_DIFFERS: "另一扫描件内容不一致 another scan says something else",
    Why.CHECK_FAILED: "校验不符 check failed",
    Why.CONFLICT: "依据矛盾 witnesses contradict",
    Why.UNREADABLE: "看不清 unreadable",
    Why.UNPROVED: "缺少第二个依据 no second witness",
    Why.MISSING: "未识别到 not found",
}


def describe_review(entry: ReviewEntry, stored: StoredInvoice | None) -> str:
    """One thing that waits for a person, with what is asked about it."""
    document = entry.document
    if stored is None:
        error = trouble(entry, stored)
        because = f"  [{error}]" if error is not None else ""
        name = on_one_line(document.received.document.file_name)
        return f"{state_name(document.state)}  {name}  {document.received.document.digest}{because}"
    return describe_questions(stored)


def describe_questions(stored: StoredInvoice) -> str:
    """An invoice and everything that is asked about it."""
    invoice = stored.summary
    facts = (invoice.id, invoice.kind.chinese, invoice.number or "—", invoice.seller_name or "—", VERDICT_NAMES[stored.invoice.verdict])
    damaged = [] if stored.damage is None else [f"    ! 不是最新的一版 not the newest version [{stored.damage}]"]
    said = stored.withdrawal
    withdrawn = [] if said is None else [f"    已作废 withdrawn  {describe_withdrawal(said)}"]
    return "\n".join(["  ".join(facts), *withdrawn, *damaged, *(f"    ? {_asked(question)}" for question in _questions(stored))])


def _asked(question: Question) -> str:
    if question.check is not None:
        return f"{_WHYS[question.why]}: {question.check.rule} 应为 expected {question.check.expected}, 实为 actual {question.check.actual}"
    if question.key is None:
        return _WHYS[question.why]
    other = f"  另读 also {' / '.join(question.alternatives)}" if question.alternatives else ""
    return f"{FIELD_NAMES[question.key]} {question.key}: {question.value or '—'}  {_WHYS[question.why]}{other}"


def _questions(stored: StoredInvoice) -> tuple[Question, ...]:
    return questions(stored.invoice, contradicted=stored.summary.contradicted)


def encode_review(entry: ReviewEntry, stored: StoredInvoice | None) -> dict[str, Any]:
    """One thing that waits for a person, as one JSON line."""
    document = entry.document
    about = {
        "digest": str(document.received.document.digest),
        "file_name": document.received.document.file_name,
        "state": document.state.value,
        "error": trouble(entry, stored),
    }
    return {**about, "invoice": None, "questions": []} if stored is None else {**about, **encode_questions(stored)}


def encode_questions(stored: StoredInvoice) -> dict[str, Any]:
    """An invoice and everything that is asked about it, as JSON-ready values."""
    return {
        "invoice": encode_summary(stored.summary),
        "version": stored.manifest.version,
        "questions": [
            {
                "why": question.why.value,
                "field": question.key,
                "value": question.value,
                "alternatives": list(question.alternatives),
                "rule": None if question.check is None else question.check.rule,
            }
            for question in _questions(stored)
        ],
    }
