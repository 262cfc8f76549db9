"""Makes the golden archives: small ones with fixed times and contents, each once. They stay as they are; a later format gets new ones.

`python tests/golden/making.py present FOLDER` makes one with the program on PYTHONPATH, which may be an older one: those of older formats
were made by the very programs of then (`git archive COMMIT models storage | tar x -C OLD`, and `PYTHONPATH=OLD`):

before-corrections  c7a66a0   what the first format knew
before-evidence     2f7dd9d   corrections; nobody confirmed anything, and what witnesses had said was not kept
before-ids          7ebf727   evidence and confirmations
before-log          3147cb0   an id
present             d481388   the activity log, access, results of audits, signers, departments; `sealed` is a sealed copy of it
destroyed           8210c0a   holds, a list of destruction by two people, a tombstone, a time stamp

`damages.py` beside this makes the damaged ones of the last two. Nobody in them exists.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from models.archive import Received
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness
from models.reading import Engine, Reading
from models.verification import Check, Outcome, Verdict
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore

if TYPE_CHECKING:
    from storage.activity_log import ActivityLog

STEPS = ("before-corrections", "before-evidence", "before-ids", "before-log", "present", "destroyed")
"""The formats within version 1, oldest first."""

MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ARCHIVE_ID = "90e2c8535f0c1b7d2a9e4c38b6d41f7a"
SEAL_KEY = bytes(range(32))
ENGINE = Engine("scripted", "1", {"detection": "none", "recognition": "none"})
OUTLINE = Polygon.of([[0, 0], [100, 0], [100, 60], [0, 60]])

CORRECTED = b"Stands for a photo of a special VAT invoice.\n"
CONFIRMED = b"Stands for a scan of a taxi receipt.\n"
UNREAD = b"Stands for a scan that nobody has read yet.\n"
DESTROYED = b"Stands for a scan that was destroyed after its term.\n"
HELD, RELEASED, LIST = "hold-20600302-0a1b2c3d", "hold-20600301-4e5f6071", "20600302-1a2b3c4d"


AUTHORITY = """
[tsa]
default_tsa = one
[one]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
"""
"""How `openssl ts` answers for an authority."""


class _Clock:
    """Goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def make(step: str, folder: Path) -> None:
    """Make one archive in a new folder with what its format knew."""
    since = STEPS.index(step)
    store = FileSystemStore(folder)
    archive = InvoiceArchive(store).open()
    if since >= STEPS.index("before-log"):
        archive.take_identity(ARCHIVE_ID)
    clock = _Clock()
    first = _receive(archive, CORRECTED, "专用发票.jpg", clock)
    second = _receive(archive, CONFIRMED, "出租车.jpg", clock)
    third = _receive(archive, UNREAD, "未识别.jpg", clock)
    if since >= STEPS.index("present"):
        _receive(archive, UNREAD, "又一份.jpg", clock, department="财务部")
    for received, invoice in ((first, _special()), (second, _taxi(since))):
        archive.add_reading(_reading(received, invoice), clock(), version=1)
    archive.add_reading(_corrected(first, since, clock), clock(), version=2)
    if since >= STEPS.index("before-ids"):
        archive.add_reading(_confirmed(second, since, clock), clock(), version=2)
    if since < STEPS.index("present"):
        return
    came = [first, second, third]
    if since >= STEPS.index("destroyed"):
        came.append(_receive(archive, DESTROYED, "期满.jpg", clock))
        archive.add_reading(_reading(came[-1], _taxi(since)), clock(), version=1)
    log = _add_history(store, came, clock)
    if since >= STEPS.index("destroyed"):
        _add_destruction(archive, came, log, clock)


def _receive(archive: InvoiceArchive, content: bytes, name: str, clock: _Clock, **more: Any) -> Received:
    document = DocumentRef(Digest.of(content), name, MediaType.JPEG, len(content), 0)
    return archive.receive(content, document, clock(), "cli", **more)[0]


def _reading(received: Received, invoice: Invoice, *corrections: Any) -> Reading:
    document = received.document
    read = DocumentRef(document.digest, document.file_name, document.media_type, document.size, 1)
    more = (corrections,) if corrections else ()
    return Reading(read, (invoice,), ENGINE, {"reading": 812.0}, *more)


def _field(value: str, status: FieldStatus = FieldStatus.READ, *alternatives: str) -> InvoiceField:
    return InvoiceField(value, value, 0.98, 1, OUTLINE, status, (Witness.PRINTED,), alternatives)


def _special(buyer: InvoiceField | None = None) -> Invoice:
    fields = {
        "invoice_code": _field("3100171130"),
        "invoice_number": _field("00000017"),
        "issue_date": _field("2018-10-02"),
        "buyer_name": buyer or _field("虚构样本装饰有限公可"),
        "seller_name": _field("虚构金样文具有限公司"),
        "tax_inclusive_amount": _field("3972.87"),
    }
    checks = (Check("total_matches_words", Outcome.FAIL, ("tax_inclusive_amount",), "3972.87", "3972.81"),)
    lines = tuple(TextLine(field.raw, 0.98, OUTLINE) for field in fields.values())
    return Invoice(InvoiceKind.VAT_SPECIAL, "上海增值税专用发票", 1, OUTLINE, fields, (), checks, Verdict.NEEDS_REVIEW, lines)


def _corrected(received: Received, since: int, clock: _Clock) -> Reading:
    """The buyer's name set right; before there were corrections a better reading."""
    right = "虚构样本装饰有限公司"
    if since < STEPS.index("before-evidence"):
        return _reading(received, _special(_field(right)))
    from models.correction import Change, Correction

    changes = {"buyer_name": Change("虚构样本装饰有限公可", right)}
    correction = Correction(1, clock(), "王会计", "末字读错", changes)
    return _reading(received, _special(_field(right, FieldStatus.CORRECTED, "虚构样本装饰有限公可")), correction)


def _taxi(since: int, status: FieldStatus = FieldStatus.READ, verdict: Verdict = Verdict.NEEDS_REVIEW) -> Invoice:
    fields = {
        "invoice_code": _field("131001700101"),
        "invoice_number": _field("00000042"),
        "issue_date": _field("2019-05-06"),
        "tax_inclusive_amount": _field("46.00", status),
    }
    lines = tuple(TextLine(field.raw, 0.98, OUTLINE) for field in fields.values())
    more: dict[str, Any] = {}
    if since >= STEPS.index("before-ids"):
        from models.invoice import Candidate, Evidence

        told = {"tax_inclusive_amount": (Candidate("46.00", "46.00元", 0.98, OUTLINE, Witness.PRINTED),)}
        more["evidence"] = Evidence(InvoiceKind.TAXI, {"title": InvoiceKind.TAXI}, told)
    return Invoice(InvoiceKind.TAXI, "上海市出租汽车专用发票", 1, OUTLINE, fields, (), (), verdict, lines, **more)


def _confirmed(received: Received, since: int, clock: _Clock) -> Reading:
    from models.correction import Change, Correction

    agreed = Correction(1, clock(), "王会计", "对过原件", {"tax_inclusive_amount": Change("46.00", "46.00")})
    return _reading(received, _taxi(since, FieldStatus.CONFIRMED, Verdict.CONFIRMED), agreed)


def _add_history(store: FileSystemStore, documents: Sequence[Received], clock: _Clock) -> "ActivityLog":
    """Two days of the log, a person, a key of a scanner's, one that signs, and the result of an audit."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

    from models.access import Role, Scope
    from models.activity import ARCHIVE, Action, LogEntry
    from models.audit import AuditResult, AuditWay
    from models.people import ApiKey, User
    from ocr_service.signing import Signer
    from storage.access_records import AccessRecord, AccessRecords
    from storage.activity_log import ActivityLog
    from storage.archive_layout import signer_key
    from storage.audit_results import keep_result

    access = AccessRecords(store)
    wang = AccessRecord(User("wang", "王会计", Role.CLERK), 1, clock(), "cli:keeper")
    access.add(wang)
    access.add(wang.followed_by(User("wang", "王会计", Role.AUDITOR), clock(), "cli:keeper"))
    scopes = frozenset({Scope.UPLOADS_WRITE})
    key = ApiKey("scanner-1-4f1c0b", "scanner 1", scopes, None, Digest.of(b"no secret of anybody"), None, "user:wang")
    access.add(AccessRecord(key, 1, clock(), "user:wang"))
    pem = Signer(derive_private_key(20260302, SECP256R1())).public_pem
    store.put(signer_key(Digest.of(pem)), pem, Digest.of(pem))

    log = ActivityLog(store, clock)
    for received in documents:
        told = {"file_name": received.document.file_name, "size": received.document.size, "source": "cli"}
        log.append(LogEntry(clock(), "cli:wang", Action.UPLOAD_ACCEPTED, str(received.document.digest), told))
    name = documents[0].document.digest.hex[:20]
    corrected = LogEntry(clock(), "user:wang", Action.INVOICE_CORRECTED, f"{name}-1", {"reason": "末字读错 <&>", "version": 2})
    viewed = LogEntry(clock(), "user:wang", Action.ORIGINAL_VIEWED, str(documents[0].document.digest))
    log.append(corrected, viewed)
    clock.now += timedelta(days=1)
    log.append(LogEntry(clock(), "cli:wang", Action.ARCHIVE_AUDITED, ARCHIVE, {"documents": 3, "findings": 0}))
    head = log.head()
    began_at = clock()
    sound = AuditResult(AuditWay.WALK, began_at, clock(), "cli:wang", 3, 3, 3, 7, 7000, (), 0, None if head is None else str(head))
    keep_result(store, sound)
    return log


def _add_destruction(archive: InvoiceArchive, came: Sequence[Received], log: "ActivityLog", clock: _Clock) -> None:
    """In 2060: a hold that stands, one that was released, the end of one document by two people, and a stamp of the day after."""
    from models.activity import Action, LogEntry
    from models.destruction import OPINIONS, SUPERVISORS, Approval, DestructionList, ListedDocument, ListedInvoice
    from models.retention import Hold
    from ocr_service.retaining import terms_at
    from storage.archive_layout import stamp_key
    from storage.destruction import Destructions
    from storage.destruction_records import list_to_bytes
    from storage.hold_records import HoldRecords, hold_to_bytes

    store, lists, holds = archive.store, Destructions(archive), HoldRecords(archive.store)
    clock.now = datetime(2060, 3, 1, 8, 30, tzinfo=UTC)
    for hold_id, document, reason in ((RELEASED, came[3], "年度审计"), (HELD, came[0], "诉讼")):
        hold = Hold(hold_id, frozenset({document.document.digest}), clock(), "user:lawyer", reason)
        record = str(Digest.of(hold_to_bytes(hold)))
        log.append(LogEntry(clock(), "user:lawyer", Action.HOLD_SET, hold_id, {"reason": reason, "documents": 1, "record": record}))
        holds.set(hold)
    log.append(LogEntry(clock(), "user:lawyer", Action.HOLD_RELEASED, RELEASED, {"reason": "审计已结束"}))
    holds.release(RELEASED, clock(), "user:lawyer", "审计已结束")
    clock.now += timedelta(days=1)
    gone = came[3].document
    terms = terms_at("")
    invoice = ListedInvoice(InvoiceKind.TAXI, "131001700101", "00000042", "2019-05-06")
    listed = ListedDocument(gone.digest, gone.size, 1, came[3].received_at, 2026, 30, date(2057, 1, 1), (invoice,))
    proposed = DestructionList(LIST, clock(), "user:li", "保管期限已满", terms.dated, terms.digest, (listed,))
    digest = Digest.of(list_to_bytes(proposed))
    told = {"documents": 1, "reason": "保管期限已满", "digest": str(digest)}
    log.append(LogEntry(clock(), "user:li", Action.DESTRUCTION_PROPOSED, LIST, told))
    lists.propose(proposed)
    opinions, supervisors = dict.fromkeys(OPINIONS, "样名"), dict.fromkeys(SUPERVISORS, "例名")
    log.append(LogEntry(clock(), "user:zhao", Action.DESTRUCTION_APPROVED, LIST, {"digest": str(digest)}))
    lists.approve(Approval(LIST, digest, clock(), "user:zhao", opinions, supervisors))
    log.append(LogEntry(clock(), "user:zhao", Action.DOCUMENT_DESTROYED, str(gone.digest), {"list": LIST}))
    lists.entomb(listed, lists.standing(LIST), clock())
    lists.remove(gone.digest)
    lists.finish(LIST, clock())
    clock.now += timedelta(days=1)
    log.append(LogEntry(clock(), "user:zhao", Action.LOGOUT, "user:zhao"))
    over = date(2060, 3, 2)
    answer = _stamped(log.day(over)[-1].block.tree.root)
    store.put(stamp_key(over), answer, Digest.of(answer))


def _stamped(root: bytes) -> bytes:
    """What an authority that exists for this moment alone answers; its certificate is in the answer."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tsa.cnf").write_text(AUTHORITY, encoding="ascii")
        (folder / "serial").write_text("01\n", encoding="ascii")
        made = ("-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "36500", "-subj", "/CN=nobody")
        for command in (
            ("req", "-x509", "-config", "tsa.cnf", "-extensions", "ext", *made),
            ("ts", "-query", "-digest", root.hex(), "-sha256", "-cert", "-out", "query"),
            ("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "answer"),
        ):
            subprocess.run(["openssl", *command], cwd=folder, capture_output=True, check=True)
        return (folder / "answer").read_bytes()


def seal(present: Path, folder: Path) -> None:
    """Make a sealed copy of an archive."""
    from storage.copying import copy_archive
    from storage.sealed import SealedStore

    copy_archive(FileSystemStore(present), SealedStore(FileSystemStore(folder), SEAL_KEY), lambda _: None)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
    if sys.argv[1] == "present":
        seal(Path(sys.argv[2]), Path(sys.argv[2]).with_name("sealed"))
