"""A bundle for an auditor: the originals of some invoices, and one page beside them that checks them in a browser, from disk."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.activity import ARCHIVE, Action, LogHead
from models.clues import Clues
from models.digest import Digest
from models.errors import InvoiceNotFound, UnreadablePath
from models.invoice import FIELD_NAMES, FieldStatus, Invoice
from ocr_service.answers import StoredInvoice
from ocr_service.exporting import safe_name
from ocr_service.report import VERDICT_NAMES, describe_withdrawal, on_one_line
from ocr_service.service import ArchiveService
from storage.verified_object import Content, pieces_of

PAGE = "index.html"
_GROUPS = {
    "已证实 proved": frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED}),
    "人工确认或更正 a person's word": frozenset({FieldStatus.CONFIRMED, FieldStatus.CORRECTED}),
    "仅识别 read once": frozenset({FieldStatus.READ}),
    "有矛盾或无法辨认 in conflict, unreadable": frozenset({FieldStatus.CONFLICT, FieldStatus.UNREADABLE}),
}
"""What is proved stands apart from what somebody says."""
_LOOKS = frozenset({Action.ORIGINAL_VIEWED, Action.ORIGINAL_DOWNLOADED})
_ABOUT = (
    "档案 archive {archive} · 出具时间 made at {at} · 日志链头 head of the log {head}。"
    "“一致”说明文件正是档案收到的字节；“人工确认”只是某人的说法，不是证明。"
    "“Same” says that a file is what the archive received; what a person confirmed is that person's word, not proof."
)


class Bundle(NamedTuple):
    """The files of a bundle by their paths, the digest of its page, which the log has too, and the number of invoices."""

    files: Mapping[str, Content]
    page: Digest
    invoices: int


def bundle(service: ArchiveService, names: Sequence[str], clues: Clues | None, folder: Path) -> tuple[Digest, int]:
    """Write the originals and the page for invoices by their ids, and for those that clues find, into a new folder.

    Returns:
        The digest of the page, and the number of invoices.

    Raises:
        InvoiceNotFound, IntegrityViolated: as `bundled` does; nothing was written.
        UnreadablePath: the folder is there already or cannot be made.
    """
    made = bundled(service, names, clues)
    _write(folder, made.files)
    return made.page, made.invoices


def bundled(service: ArchiveService, names: Sequence[str], clues: Clues | None = None) -> Bundle:
    """Put a bundle together; the log says so first.

    Raises:
        InvoiceNotFound: one of the names is nobody's, or nothing fits the clues.
        IntegrityViolated: an original is not what came in.
    """
    ids = list(dict.fromkeys([*names, *(() if clues is None else (hit.invoice.id for hit in service.find(clues)))]))
    if not ids:
        raise InvoiceNotFound("nothing fits these clues, so there is nothing to bundle")
    stored = [service.show(name) for name in ids]
    originals = {_file_of(one): service.archive.original_in_pieces(one.received.document.digest) for one in stored}
    page = _page(service, stored)
    digest = Digest.of(page)
    service.activity.record(Action.EXPORTED, ARCHIVE, bundle=str(digest), invoices=len(stored))
    for one in dict.fromkeys(one.received.document.digest for one in stored):
        service.activity.record(Action.EXPORTED, str(one), bundle=str(digest))
    return Bundle({PAGE: page, **originals}, digest, len(stored))


def _page(service: ArchiveService, stored: Sequence[StoredInvoice]) -> bytes:
    head = service.activity.known_head()
    told = {"about": _about(service, head), "invoices": [_invoice(service, one) for one in stored]}
    # Inside a script element nothing but `<` could end it.
    data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c").encode("utf-8", "backslashreplace").decode()
    page = Path(__file__).with_name("bundle_page.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    fingerprint = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    return page.replace("__SCRIPT_HASH__", f"sha256-{fingerprint}").replace("__DATA__", data).encode()


def _about(service: ArchiveService, head: LogHead | None) -> str:
    at = service.clock().isoformat(timespec="seconds")
    return _ABOUT.format(archive=service.archive.identity() or "-", at=at, head=head or "-")


def _invoice(service: ArchiveService, one: StoredInvoice) -> dict[str, Any]:
    invoice, document = one.invoice, one.received.document
    logged = service.activity.of_document(document.digest)
    return {
        "id": one.summary.id,
        "title": invoice.title or invoice.kind.chinese,
        "verdict": VERDICT_NAMES[invoice.verdict],
        "withdrawn": None if one.withdrawal is None else f"已作废 withdrawn  {describe_withdrawal(one.withdrawal)}",
        "voucher": None if one.voucher is None else f"{one.voucher.by} {one.voucher.at.isoformat(timespec='seconds')}",
        "file": _file_of(one),
        "digest": str(document.digest),
        "groups": _groups(invoice),
        "checks": [[check.rule, check.outcome.value] for check in invoice.checks],
        "log": [
            [each.entry.at.isoformat(timespec="seconds"), on_one_line(each.entry.actor), each.entry.action]
            for each in logged
            if each.entry.action not in _LOOKS
        ],
    }


def _groups(invoice: Invoice) -> dict[str, list[list[str]]]:
    groups: dict[str, list[list[str]]] = {}
    for name, statuses in _GROUPS.items():
        rows = [[FIELD_NAMES[key], field.value or "—"] for key, field in invoice.fields.items() if field.status in statuses]
        if rows:
            groups[name] = rows
    return groups


def _file_of(one: StoredInvoice) -> str:
    document = one.received.document
    return f"originals/{document.digest.hex[:20]}-{safe_name(document.file_name)}"


def _write(folder: Path, files: Mapping[str, Content]) -> None:
    try:
        folder.mkdir(parents=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            with path.open("xb") as file:
                file.writelines(pieces_of(content))
    except OSError as error:
        raise UnreadablePath(f"cannot write the bundle to {folder}: {error.strerror}; name a folder that is not there yet") from error
