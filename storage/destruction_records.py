"""Lists of destruction, their approvals and tombstones as JSON and back; FORMAT.md describes them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from models.destruction import Approval, DestructionList, ListedDocument, ListedInvoice, Tombstone, require_other
from models.digest import Digest
from models.errors import BadUsage, DestructionRefused
from models.invoice import InvoiceKind
from storage.archive_layout import DESTRUCTIONS
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of

LIST_KEY = re.compile(r"destructions/([0-9]{8}-[0-9a-f]{8})/list\.json")
_APPROVAL_KEY = re.compile(r"destructions/([0-9]{8}-[0-9a-f]{8})/approved\.json")
LIST_ID = re.compile(r"[0-9]{8}-[0-9a-f]{8}")
_Record = TypeVar("_Record")


def list_key(list_id: str) -> str:
    """Where a list lies."""
    return f"{DESTRUCTIONS}{list_id}/list.json"


def approval_key(list_id: str) -> str:
    """Where the approval of a list lies."""
    return f"{DESTRUCTIONS}{list_id}/approved.json"


def done_key(list_id: str) -> str:
    """Where it is noted that everything on a list is gone."""
    return f"{DESTRUCTIONS}{list_id}/done.json"


def is_list_record(key: str) -> bool:
    """Whether a key is that of a list, or of its approval."""
    return LIST_KEY.fullmatch(key) is not None or _APPROVAL_KEY.fullmatch(key) is not None


def require_list_record(key: str, content: bytes) -> None:
    """Raise DamagedRecord where these bytes are no list, or no approval, of this key."""
    if LIST_KEY.fullmatch(key) is not None:
        list_from_bytes(content, key)
    else:
        approval_from_bytes(content, key)


def list_to_bytes(proposed: DestructionList) -> bytes:
    """A list as it is kept."""
    return record_to_bytes(
        {
            "schema_version": 1,
            "id": proposed.id,
            "at": encode_time(proposed.at),
            "by": proposed.by,
            "reason": proposed.reason,
            "terms_dated": proposed.terms_dated.isoformat(),
            "terms": str(proposed.terms),
            "documents": [_encode(listed) for listed in proposed.documents],
        }
    )


def list_from_bytes(content: bytes, key: str) -> DestructionList:
    """Read back what `list_to_bytes` wrote; raise DamagedRecord."""

    def decode(wire: Mapping[str, Any]) -> DestructionList:
        return DestructionList(
            id=text_of(wire["id"]),
            at=decode_time(wire["at"]),
            by=text_of(wire["by"]),
            reason=text_of(wire["reason"]),
            terms_dated=date.fromisoformat(wire["terms_dated"]),
            terms=Digest.parse(wire["terms"]),
            documents=tuple(map(_decode, wire["documents"])),
        )

    found = _read(content, key, decode)
    if list_key(found.id) != key:
        raise damaged(key, f"it is list {found.id}")
    return found


def approval_to_bytes(approval: Approval) -> bytes:
    """An approval as it is kept."""
    return record_to_bytes(
        {
            "schema_version": 1,
            "list": approval.list_id,
            "list_digest": str(approval.list_digest),
            "at": encode_time(approval.at),
            "by": approval.by,
            "opinions": dict(approval.opinions),
            "supervisors": dict(approval.supervisors),
        }
    )


def approval_from_bytes(content: bytes, key: str) -> Approval:
    """Read back what `approval_to_bytes` wrote; raise DamagedRecord."""

    def decode(wire: Mapping[str, Any]) -> Approval:
        return Approval(
            list_id=text_of(wire["list"]),
            list_digest=Digest.parse(wire["list_digest"]),
            at=decode_time(wire["at"]),
            by=text_of(wire["by"]),
            opinions={text_of(key): text_of(value) for key, value in wire["opinions"].items()},
            supervisors={text_of(key): text_of(value) for key, value in wire["supervisors"].items()},
        )

    found = _read(content, key, decode)
    if approval_key(found.list_id) != key:
        raise damaged(key, f"it is of list {found.list_id}")
    return found


def require_approved(proposed: DestructionList, approval: Approval) -> None:
    """Raise DamagedRecord unless the approval is another person's, of exactly this list."""
    key = approval_key(proposed.id)
    if approval.list_digest != Digest.of(list_to_bytes(proposed)):
        raise damaged(key, "another list was approved than the one that stands")
    try:
        require_other(approval.by, proposed.by)
    except DestructionRefused as error:
        raise damaged(key, error.message) from error


def tombstone_to_bytes(tombstone: Tombstone) -> bytes:
    """A tombstone as it is kept."""
    return record_to_bytes(
        {
            "schema_version": 1,
            **_encode(tombstone.listed),
            "list": tombstone.list_id,
            "approval": str(tombstone.approval),
            "at": encode_time(tombstone.at),
            "proposed_by": tombstone.proposed_by,
            "approved_by": tombstone.approved_by,
            "reason": tombstone.reason,
        }
    )


def tombstone_from_bytes(content: bytes, key: str) -> Tombstone:
    """Read back what `tombstone_to_bytes` wrote; raise DamagedRecord."""

    def decode(wire: Mapping[str, Any]) -> Tombstone:
        return Tombstone(
            listed=_decode(wire),
            list_id=text_of(wire["list"]),
            approval=Digest.parse(wire["approval"]),
            at=decode_time(wire["at"]),
            proposed_by=text_of(wire["proposed_by"]),
            approved_by=text_of(wire["approved_by"]),
            reason=text_of(wire["reason"]),
        )

    return _read(content, key, decode)


def _read(content: bytes, key: str, decode: Callable[[Mapping[str, Any]], _Record]) -> _Record:
    try:
        return decode(record_from_bytes(content))
    except (ValueError, KeyError, TypeError, AttributeError, BadUsage) as error:
        raise damaged(key, error) from error


def _encode(listed: ListedDocument) -> dict[str, Any]:
    return {
        "document": str(listed.document),
        "size": listed.size,
        "pages": listed.pages,
        "received_at": encode_time(listed.received_at),
        "accounting_year": listed.accounting_year,
        "years": listed.years,
        "due": listed.due.isoformat(),
        "invoices": [
            {"kind": invoice.kind.value, "code": invoice.code, "number": invoice.number, "issued_on": invoice.issued_on}
            for invoice in listed.invoices
        ],
    }


def _decode(wire: Mapping[str, Any]) -> ListedDocument:
    return ListedDocument(
        document=Digest.parse(wire["document"]),
        size=_count(wire["size"]),
        pages=_count(wire["pages"]),
        received_at=decode_time(wire["received_at"]),
        accounting_year=_count(wire["accounting_year"]),
        years=_count(wire["years"]),
        due=date.fromisoformat(wire["due"]),
        invoices=tuple(
            ListedInvoice(InvoiceKind(each["kind"]), _optional(each["code"]), _optional(each["number"]), _optional(each["issued_on"]))
            for each in wire["invoices"]
        ),
    )


def _optional(value: object) -> str | None:
    return None if value is None else text_of(value)


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"not a count: {value!r}")
    return value
