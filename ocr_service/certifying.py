"""A certificate of one document that a third party checks offline: every record of it, its entries in the log, and a signature.

VERIFY.md beside this module is the page by which it is checked; a test follows it.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from models.activity import Action, LogHead
from models.archive import Manifest, Received
from models.digest import Digest
from models.errors import ObjectNotFound, UnreadablePath
from models.invoice import FIELD_NAMES, FieldStatus
from models.reading import Reading
from ocr_service.service import ArchiveService
from ocr_service.signing import Signer
from storage import archive_layout as layout
from storage.activity_log import StoredBlock
from storage.archive_records import damaged
from storage.catalogue.log_index import Logged
from storage.log_records import block_to_bytes, entry_leaf, entry_to_bytes
from storage.merkle import inclusion_path, root_by
from storage.object_store import keep
from storage.verified_object import Content, pieces_of

_LOOKS = frozenset({Action.ORIGINAL_VIEWED, Action.ORIGINAL_DOWNLOADED})
"""Who looked at it is nobody's business outside, and proves nothing of the document."""

_SHOWN = ("invoice_code", "invoice_number", "issue_date", "seller_name", "buyer_name", "tax_inclusive_amount")
_STATUSES = {
    FieldStatus.PROVED: "已证实 proved",
    FieldStatus.READ: "仅识别 read once",
    FieldStatus.REPAIRED: "已修正 repaired by proof",
    FieldStatus.CONFLICT: "有矛盾 conflict",
    FieldStatus.UNREADABLE: "无法辨认 unreadable",
    FieldStatus.CORRECTED: "人工更正 corrected by a person",
    FieldStatus.CONFIRMED: "人工确认 confirmed by a person",
}
_WORDS = """本证明说明：档案“{archive}”在下述时间收到了 original 这个文件，此后保存的就是这些字节；文件的各版本记录和有关的日志条目附后。
字段是从票面识别的；“已证实”指有两个相互独立的依据一致，“人工确认/更正”只是某人的说法。
本证明不说明：这张发票真实有效，或税务机关有此记录。时间是档案所在机器的时间（另有时间戳文件者除外）。
This certifies that archive {archive} received the file `original` at the time below and keeps these very bytes since; every version
of its record and the entries of the log about it are enclosed. Fields were read from the page: "proved" means that two independent
witnesses agree; what a person confirmed or corrected is that person's word. It does not certify that the invoice is genuine or known
to the tax authority. Times are those of the archive's own clock.
"""


class Certificate(NamedTuple):
    """The files of a certificate by their names, and the head of the log that it states."""

    files: Mapping[str, Content]
    head: LogHead
    fingerprint: Digest


def certify(service: ArchiveService, name: str, signer: Signer) -> Certificate:
    """Put a certificate together for an invoice or a document, by any name that `show` takes; the log says so first.

    Raises:
        InvoiceNotFound: nothing has this name.
        IntegrityViolated: a part is not what its record says: there is nothing to certify then.
        StoreUnavailable: the log takes no entry.
    """
    digest, _ = service.catalogue.resolve(name, service.sees)
    records = _records(service, digest)
    _publish(service, signer)
    service.activity.record(Action.CERTIFIED, str(digest), signer=str(signer.fingerprint))
    proofs, newest = _proofs(service, digest)
    files: dict[str, Content] = {**records, **proofs, "head.json": block_to_bytes(newest.block), "signer.pem": signer.public_pem}
    files["statement.txt"] = _statement(service, digest, newest.head, signer).encode()
    files["VERIFY.md"] = Path(__file__).with_name("VERIFY.md").read_bytes()
    sums = "".join(f"{_digest_of(content).hex}  {file}\n" for file, content in sorted(files.items())).encode()
    signed = {"SHA256SUMS": sums, "SHA256SUMS.sig": signer.sign(sums)}
    return Certificate({**files, **signed}, newest.head, signer.fingerprint)


def write_certificate(certificate: Certificate, folder: Path) -> None:
    """Write the files into a new folder; raise UnreadablePath when it is there already or cannot be made."""
    try:
        folder.mkdir(parents=True)
        for name, content in certificate.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.writelines(pieces_of(content))
    except OSError as error:
        raise UnreadablePath(f"cannot write the certificate to {folder}: {error.strerror}; name a folder that is not there yet") from error


class _Packed:
    """What a zip file has come to since it was asked last; nothing of it can be gone back to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing below."""

    def close(self) -> None:
        """Nothing is held."""

    def taken(self) -> bytes:
        packed = b"".join(self._pieces)
        self._pieces.clear()
        return packed


def zipped(files: Mapping[str, Content]) -> Iterator[bytes]:
    """The files of a certificate, or others by their names, as one zip file, piece by piece: no large one is held in memory."""
    packed = _Packed()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items(), key=itemgetter(0)):
            with archive.open(name, "w") as member:
                for piece in pieces_of(content):
                    member.write(piece)
                    yield packed.taken()
    yield packed.taken()


def _digest_of(content: Content) -> Digest:
    return Digest.of(content) if isinstance(content, bytes) else content.digest


def _records(service: ArchiveService, digest: Digest) -> dict[str, Content]:
    """Original, received record and every version with its reading, all verified."""
    store = service.archive.store
    files: dict[str, Content] = {
        "original": service.archive.original_in_pieces(digest),
        "received.json": store.get(layout.received_key(digest)),
    }
    for manifest in service.archive.manifests(digest):
        version = f"{manifest.version:06d}"
        service.archive.reading_of(manifest)
        files[f"manifest-{version}.json"] = store.get(layout.manifest_key(digest, manifest.version))
        files[f"reading-{version}.json"] = store.get(manifest.part("reading").key)
    return files


def _publish(service: ArchiveService, signer: Signer) -> None:
    """Keep the public key in the archive, so that a later reader knows which keys signed for it."""
    keep(service.archive.store, layout.signer_key(signer.fingerprint), signer.public_pem, signer.fingerprint)


def _proofs(service: ArchiveService, digest: Digest) -> tuple[dict[str, bytes], StoredBlock]:
    """The entries about a document, each with its path to the root of its day, and the log's newest block."""
    told = [logged for logged in service.activity.of_document(digest) if logged.entry.action not in _LOOKS]
    days = {day: service.activity.log.day(day) for day in sorted({logged.block.day for logged in told})}
    newest = service.activity.log.newest()
    assert newest is not None  # an entry was just written
    files: dict[str, bytes] = {}
    for number, logged in enumerate(told, start=1):
        for name, content in _proof(logged, days[logged.block.day]).items():
            files[f"log/{number:03d}/{name}"] = content
        with suppress(ObjectNotFound):  # a day that goes on has none yet
            files[f"log/{number:03d}/stamp.tsr"] = service.archive.store.get(layout.stamp_key(logged.block.day))
    return files, newest


def _proof(logged: Logged, day: tuple[StoredBlock, ...]) -> dict[str, bytes]:
    """The entry as it stands in the log, the steps to the root of its day's tree so far, and the block that has this root."""
    entries = [(stored.block.name, place, entry) for stored in day for place, entry in enumerate(stored.block.entries)]
    leaves = [entry_leaf(entry) for _, _, entry in entries]
    index = next(i for i, (name, place, _) in enumerate(entries) if (name, place) == (logged.block, logged.place))
    path, block = inclusion_path(leaves, index), day[-1].block
    if root_by(leaves[index], path) != block.tree.root:
        raise damaged(block.name.key, "its tree does not speak for the entries of its day; run `piaogen audit --log`")
    steps = {f"step-{n:02d}-{'left' if step.is_left else 'right'}": step.neighbour for n, step in enumerate(path, start=1)}
    return {"entry.json": entry_to_bytes(entries[index][2]), "block.json": block_to_bytes(block), **steps}


def _statement(service: ArchiveService, digest: Digest, head: LogHead, signer: Signer) -> str:
    received = service.archive.received(digest)
    manifest = service.archive.latest(digest)
    reading = None if manifest is None else service.archive.reading_of(manifest)
    identity = service.archive.identity() or "-"
    lines = [
        "票根存档证明  Certificate of an archived document",
        "",
        _WORDS.format(archive=identity),
        *_told(received, manifest),
        f"日志链头  head of the log: {head}",
        f"公钥指纹  fingerprint of the key (sha256 of signer.pem): {signer.fingerprint}",
        f"出具时间  made at: {_time(service.clock())}",
        "",
        *_read(reading),
    ]
    return "\n".join(lines) + "\n"


def _told(received: Received, manifest: Manifest | None) -> list[str]:
    document = received.document
    return [
        f"原件摘要  digest of the original: {document.digest}",
        f"原文件名  file name as sent: {document.file_name.encode('utf-8', 'replace').decode()}",
        f"字节数  bytes: {document.size}",
        f"收到时间  received at: {_time(received.received_at)} ({received.source})",
        f"记录版本  version of the record: {'未识别 not read' if manifest is None else manifest.version}",
    ]


def _read(reading: Reading | None) -> list[str]:
    lines: list[str] = []
    for number, invoice in enumerate(() if reading is None else reading.invoices, start=1):
        lines.append(f"第 {number} 张  invoice {number}: {invoice.title or invoice.kind.value} — {invoice.verdict.value}")
        said = None if reading is None else reading.withdrawal(number)
        if said is not None:
            lines.append(f"  已作废  withdrawn: {said.by}, {_time(said.at)}, {said.reason}")
        for key in _SHOWN:
            field = invoice.fields.get(key)
            if field is not None:
                lines.append(f"  {FIELD_NAMES[key]}  {key}: {field.value or '—'}  [{_STATUSES[field.status]}]")
    return lines


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
