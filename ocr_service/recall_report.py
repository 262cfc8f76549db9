"""What was recalled, as people read it on a terminal and as scripts read it as JSON."""

from collections.abc import Iterator
from typing import Any

from models.remembered import Candidate, Comparison, Memory, Remembered
from ocr_service.recalling import Recalled
from ocr_service.report import encode_summary
from ocr_service.understanding.telling import clue_name, clue_value

_NEAREST = 5


def encode_recalled(recalled: Recalled) -> Iterator[dict[str, Any]]:
    """One JSON document for each invoice that bears out everything; for none, a single one that says what comes nearest."""
    understood = encode_memory(recalled.memory)
    for hit in recalled.hits:
        yield {**encode_candidate(hit, is_hit=True), "understood": understood}
    if not recalled.hits:
        yield {
            "hits": [],
            "understood": understood,
            "nearest": [encode_candidate(candidate) for candidate in recalled.nearest],
            "not_in_archive": round(recalled.answer.absent, 4),
            "unread_nearby": recalled.unread_nearby.in_all,
        }


def encode_memory(memory: Memory) -> list[dict[str, Any]]:
    """How each word was understood: its likeliest meaning, and all with how likely they are."""
    return [
        {
            "words": thing.words,
            "start": thing.start,
            "source": thing.source,
            "clue": clue_name(thing.clue),
            "value": clue_value(thing.clue),
            "meanings": [
                {"clue": clue_name(meaning.clue), "value": clue_value(meaning.clue), "likelihood": round(meaning.likelihood, 4)}
                for meaning in thing.meanings
            ],
            "no_such_day": thing.names_no_day,
        }
        for thing in memory
    ]


def encode_candidate(candidate: Candidate, *, is_hit: bool = False) -> dict[str, Any]:
    """A candidate with how each thing was met; `missed` names what was not, and in what is no hit what only a slip would explain."""
    said = [comparison.is_met if is_hit else comparison.is_as_said for comparison in candidate.comparisons]
    told = [encode_comparison(comparison) for comparison in candidate.comparisons]
    return {
        **encode_summary(candidate.invoice),
        "score": round(candidate.probability, 4),
        "reasons": [each for each, is_said in zip(told, said, strict=True) if is_said],
        "missed": [each for each, is_said in zip(told, said, strict=True) if not is_said],
        "copies": list(candidate.copies),
    }


def encode_comparison(comparison: Comparison) -> dict[str, Any]:
    """How one thing was met, or was not: `how` is the level, `value` what the invoice says."""
    return {
        "clue": clue_name(comparison.clue),
        "how": comparison.level,
        "value": comparison.value,
        "field": comparison.field,
        "words": comparison.thing.words,
    }


def describe_recalled(recalled: Recalled) -> Iterator[str]:
    """What was understood, then the hits or what comes nearest."""
    yield "理解为 understood:  " + "  ".join(_described(thing) for thing in recalled.memory)
    for hit in recalled.hits:
        yield _describe_candidate(hit)
    if not recalled.hits and recalled.nearest:
        yield "没有一张全部符合，最接近的 none bears out everything; nearest:"
        for candidate in recalled.nearest[:_NEAREST]:
            yield _describe_candidate(candidate)
    if not recalled.hits and recalled.unread_nearby.in_all:
        yield f"那段时间另有 {recalled.unread_nearby.in_all} 份扫描件尚未识别  scans of that time that are not read"


def _described(thing: Remembered) -> str:
    others = len(thing.meanings) - 1
    return f"「{thing.words}」{clue_name(thing.clue)}={clue_value(thing.clue)}" + (f" (+{others})" if others else "")


def _describe_candidate(candidate: Candidate) -> str:
    invoice = candidate.invoice
    number = " ".join(part for part in (invoice.code, invoice.number) if part) or "—"
    facts = (invoice.id, invoice.kind.chinese, number, invoice.issue_date or "—", f"¥{invoice.total or '—'}", invoice.seller_name or "—")
    told = "; ".join(_describe_comparison(comparison) for comparison in candidate.comparisons)
    copies = f"  另有副本 copies {' '.join(candidate.copies)}" if candidate.copies else ""
    return "  ".join(map(str, facts)) + f"\n    {candidate.probability:.2f}  {told}{copies}"


def _describe_comparison(comparison: Comparison) -> str:
    met = "≈" if comparison.is_slip else "✓"
    sign = met if comparison.is_met else "✗"
    level = comparison.level.replace("_", " ")
    return f"{sign} {comparison.thing.words}: {level} {comparison.value or ''}".rstrip()
