"""The results of audits and drills, kept in the archive itself: `audits/<day>/<number>.json`, written down in FORMAT.md."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from models.audit import MOST_FINDINGS, AuditFinding, AuditResult, AuditWay, FindingKind
from models.digest import Digest
from models.errors import DamagedRecord, ObjectConflict
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of
from storage.object_store import ObjectStore, keep

AUDITS = "audits/"
_KEY = re.compile(r"audits/[0-9]{4}-[0-9]{2}-[0-9]{2}/([0-9]{6})\.json")


class KeptResult(NamedTuple):
    """A result with its key; None where it cannot be read any more."""

    key: str
    result: AuditResult | None


def is_result(key: str) -> bool:
    """Whether a key is that of a result."""
    return _KEY.fullmatch(key) is not None


def keep_result(store: ObjectStore, result: AuditResult) -> str:
    """Keep a result under the next number of its day; returns its key. Raise StoreUnavailable."""
    day = f"{AUDITS}{result.ended_at.astimezone(UTC):%Y-%m-%d}/"
    number = max((int(found[1]) for found in map(_KEY.fullmatch, _keys(store, day)) if found is not None), default=0)
    record = result_to_bytes(result)
    while True:
        number += 1
        key = f"{day}{number:06d}.json"
        try:
            keep(store, key, record, Digest.of(record))
        except ObjectConflict:  # another process was faster
            continue
        return key


def kept_results(store: ObjectStore, limit: int, before: str | None = None) -> tuple[KeptResult, ...]:
    """The newest results, newest first, those with a key below `before` only; a damaged one is there without what it said."""
    keys = [key for key in _keys(store, AUDITS) if _KEY.fullmatch(key) and (before is None or key < before)]
    return tuple(KeptResult(key, _read(store, key)) for key in sorted(keys, reverse=True)[:limit])


def newest_result(store: ObjectStore, ways: Sequence[AuditWay]) -> AuditResult | None:
    """The last readable result of an audit of these ways."""
    for key in sorted((key for key in _keys(store, AUDITS) if _KEY.fullmatch(key)), reverse=True):
        result = _read(store, key)
        if result is not None and result.way in ways:
            return result
    return None


def result_to_bytes(result: AuditResult) -> bytes:
    """A result as it is kept."""
    return record_to_bytes(
        {
            "schema_version": 1,
            "way": result.way.value,
            "began_at": encode_time(result.began_at),
            "ended_at": encode_time(result.ended_at),
            "by": result.by,
            "documents": result.documents,
            "verified": result.verified,
            "checked": result.checked,
            "hashed_objects": result.hashed_objects,
            "hashed_bytes": result.hashed_bytes,
            "findings": encode_findings(result.findings[:MOST_FINDINGS]),
            "findings_in_all": result.findings_in_all,
            "log_head": result.log_head,
        }
    )


def result_from_bytes(content: bytes, key: str) -> AuditResult:
    """Read back what `result_to_bytes` wrote; raise DamagedRecord. `key` is for the message."""
    try:
        wire = record_from_bytes(content)
        return AuditResult(
            way=AuditWay(wire["way"]),
            began_at=decode_time(wire["began_at"]),
            ended_at=decode_time(wire["ended_at"]),
            by=text_of(wire["by"]),
            documents=int(wire["documents"]),
            verified=int(wire["verified"]),
            checked=int(wire["checked"]),
            hashed_objects=int(wire["hashed_objects"]),
            hashed_bytes=int(wire["hashed_bytes"]),
            findings=decode_findings(wire["findings"]),
            findings_in_all=int(wire["findings_in_all"]),
            log_head=None if wire["log_head"] is None else text_of(wire["log_head"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error


def encode_findings(findings: Sequence[AuditFinding]) -> list[dict[str, Any]]:
    """Findings as JSON-ready values."""
    return [
        {"kind": met.kind.value, "key": met.key, "document": None if met.document is None else str(met.document), "detail": met.detail}
        for met in findings
    ]


def decode_findings(wire: Sequence[Mapping[str, Any]]) -> tuple[AuditFinding, ...]:
    """Findings back from JSON; raise ValueError, KeyError or TypeError for anything else."""
    return tuple(
        AuditFinding(
            FindingKind(met["kind"]),
            text_of(met["key"]),
            None if met["document"] is None else Digest.parse(met["document"]),
            text_of(met["detail"]),
        )
        for met in wire
    )


def _keys(store: ObjectStore, prefix: str) -> Iterator[str]:
    return (found.key for found in store.list(prefix))


def _read(store: ObjectStore, key: str) -> AuditResult | None:
    try:
        return result_from_bytes(store.get(key), key)
    except DamagedRecord:
        return None
