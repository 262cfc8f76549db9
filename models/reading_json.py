"""A `Reading` as JSON (schema_version 1) and back: the one place that knows the wire names."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from models.correction import Change, Correction, Ground
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.errors import DamagedRecord
from models.evidence_json import decode_evidence, encode_evidence
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.reading import SCHEMA_VERSION, Engine, Reading
from models.verification import Check, Outcome, Override, Verdict


def encode_reading(reading: Reading) -> dict[str, Any]:
    """The reading as JSON-ready values."""
    document = reading.document
    corrections = {"corrections": [encode_correction(correction) for correction in reading.corrections]} if reading.corrections else {}
    return {
        "schema_version": SCHEMA_VERSION,
        "document": {
            "digest": str(document.digest),
            "file_name": document.file_name,
            "media_type": document.media_type.value,
            "size": document.size,
            "pages": document.pages,
        },
        "invoices": [encode_invoice(invoice) for invoice in reading.invoices],
        "engine": {"name": reading.engine.name, "version": reading.engine.version, "models": dict(reading.engine.models)},
        "timings_ms": {stage: round(milliseconds, 1) for stage, milliseconds in reading.timings_ms.items()},
        **corrections,
    }


def encode_invoice(invoice: Invoice) -> dict[str, Any]:
    """One invoice as JSON-ready values."""
    return {
        "kind": invoice.kind.value,
        "title": invoice.title,
        "page": invoice.page,
        "polygon": _points(invoice.polygon),
        "fields": {key: _encode_field(field) for key, field in invoice.fields.items()},
        "items": [asdict(item) for item in invoice.items],
        "checks": [_encode_check(check) for check in invoice.checks],
        "verdict": invoice.verdict.value,
        "qr_payload": invoice.qr_payload or None,
        "lines": [{"text": line.text, "confidence": round(line.confidence, 4), "polygon": _points(line.polygon)} for line in invoice.lines],
    }


def reading_to_bytes(reading: Reading) -> bytes:
    """The reading as the archive keeps it, evidence with it: UTF-8, keys in a fixed order, so that equal readings are equal bytes."""
    wire = encode_reading(reading)
    for invoice, shown in zip(reading.invoices, wire["invoices"], strict=True):
        if invoice.evidence is not None:
            shown["evidence"] = encode_evidence(invoice.evidence)
    text = json.dumps(wire, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # A file name off an old disk may hold bytes that are no text (lone surrogates here): JSON can say them as escapes.
    return text.encode("utf-8", "backslashreplace")


def reading_from_bytes(content: bytes) -> Reading:
    """Read back what `reading_to_bytes` wrote.

    Raises:
        DamagedRecord: the bytes are not a reading of a version that this program knows.
    """
    try:
        return decode_reading(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedRecord(f"not a reading of schema_version {SCHEMA_VERSION}: {error}") from error


def decode_reading(wire: Mapping[str, Any]) -> Reading:
    """The reading behind JSON values; raise ValueError, KeyError or TypeError when they are not one."""
    if wire["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"schema_version {wire['schema_version']} is newer than this program")
    document = wire["document"]
    return Reading(
        document=DocumentRef(
            Digest.parse(document["digest"]), document["file_name"], MediaType(document["media_type"]), document["size"], document["pages"]
        ),
        invoices=tuple(_decode_invoice(invoice) for invoice in wire["invoices"]),
        engine=Engine(wire["engine"]["name"], wire["engine"]["version"], dict(wire["engine"]["models"])),
        timings_ms=dict(wire["timings_ms"]),
        corrections=tuple(_decode_correction(correction) for correction in wire.get("corrections", ())),
    )


def encode_correction(correction: Correction) -> dict[str, Any]:
    """What a person set right, as JSON-ready values; `items` and `kind` are null where they were left alone, `withdrawn` is not there.

    So is `ground` where it is the usual one, 作废.
    """
    withdrawn: dict[str, Any] = {} if correction.withdrawn is None else {"withdrawn": correction.withdrawn}
    if correction.ground is not Ground.VOID:
        withdrawn["ground"] = correction.ground.value
    return {
        **withdrawn,
        "position": correction.position,
        "at": correction.at.isoformat(),
        "by": correction.by,
        "reason": correction.reason,
        "fields": {key: asdict(change) for key, change in correction.fields.items()},
        "items": None if correction.items is None else [asdict(item) for item in correction.items],
        "kind": None if correction.kind is None else correction.kind.value,
    }


def _decode_correction(wire: Mapping[str, Any]) -> Correction:
    return Correction(
        position=wire["position"],
        at=datetime.fromisoformat(wire["at"]),
        by=wire["by"],
        reason=wire["reason"],
        fields={key: Change(**change) for key, change in wire["fields"].items()},
        items=None if wire["items"] is None else tuple(LineItem(**item) for item in wire["items"]),
        kind=None if wire["kind"] is None else InvoiceKind(wire["kind"]),
        withdrawn=_withdrawn(wire.get("withdrawn")),
        ground=Ground(wire.get("ground", Ground.VOID)),
    )


def _withdrawn(said: object) -> bool | None:
    if said is not None and not isinstance(said, bool):
        raise ValueError(f"withdrawn is {said!r}")
    return said


def _decode_invoice(wire: Mapping[str, Any]) -> Invoice:
    return Invoice(
        kind=InvoiceKind(wire["kind"]),
        title=wire["title"],
        page=wire["page"],
        polygon=Polygon.of(wire["polygon"]),
        fields={key: _decode_field(field) for key, field in wire["fields"].items()},
        items=tuple(LineItem(**item) for item in wire["items"]),
        checks=tuple(_decode_check(check) for check in wire["checks"]),
        verdict=Verdict(wire["verdict"]),
        lines=tuple(TextLine(line["text"], line["confidence"], Polygon.of(line["polygon"])) for line in wire["lines"]),
        qr_payload=wire.get("qr_payload") or "",
        evidence=decode_evidence(wire["evidence"]) if "evidence" in wire else None,
    )


def _encode_check(check: Check) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "rule": check.rule,
        "outcome": check.outcome.value,
        "fields": list(check.fields),
        "expected": check.expected,
        "actual": check.actual,
    }
    if check.override is not None:
        wire["override"] = {"by": check.override.by, "at": check.override.at.isoformat(), "reason": check.override.reason}
    return wire


def _decode_check(wire: Mapping[str, Any]) -> Check:
    override = None
    if "override" in wire:
        said = wire["override"]
        override = Override(said["by"], datetime.fromisoformat(said["at"]), said["reason"])
    return Check(wire["rule"], Outcome(wire["outcome"]), tuple(wire["fields"]), wire["expected"], wire["actual"], override)


def _encode_field(field: InvoiceField) -> dict[str, Any]:
    return {
        "value": field.value,
        "raw": field.raw,
        "confidence": round(field.confidence, 4),
        "page": field.page,
        "polygon": None if field.polygon is None else _points(field.polygon),
        "status": field.status.value,
        "witnesses": [witness.value for witness in field.witnesses],
        "alternatives": list(field.alternatives),
    }


def _decode_field(wire: Mapping[str, Any]) -> InvoiceField:
    return InvoiceField(
        value=wire["value"],
        raw=wire["raw"],
        confidence=wire["confidence"],
        page=wire["page"],
        polygon=None if wire["polygon"] is None else Polygon.of(wire["polygon"]),
        status=FieldStatus(wire["status"]),
        witnesses=tuple(_witnesses(wire["witnesses"])),
        alternatives=tuple(wire["alternatives"]),
    )


def _witnesses(names: Iterable[str]) -> Iterable[Witness]:
    return (Witness(name) for name in names)


def _points(polygon: Polygon) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in polygon.points]
