"""Files out of a multipart form, and into the archive."""

import codecs
import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from api.admission import Place, UploadGate
from api.body_guard import allow_upload
from api.budgets import Sender, Spending, sender_of
from api.dependencies import AppSettings, AppUploadGate
from api.limits import MAX_FIELDS, MAX_FILES, MAX_UNFOLDED_BYTES, MAX_UNFOLDED_FILES
from api.schemas.batch import UploadMeta
from models.digest import Digest
from models.errors import BudgetSpent, IdempotencyConflict, PiaogenError, StoreUnavailable, Unavailable
from ocr_service.decoding.unfolder import Budget
from ocr_service.files.name_encodings import decoded_name
from ocr_service.opened import FoundFile, Upload, display_name
from ocr_service.service import ArchiveService

_CHARSETS = frozenset(
    (
        *("utf-8", "ascii", "iso8859-1", "cp1252", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950"),
        *("shift_jis", "euc_jp", "euc_kr"),
    )
)
"""What a form may say that its texts are encoded in, by Python's names; of Python's other codecs some break, and some take for ever."""
FILE_PARTS = ("files", "files[]")
DOCUMENT_PARTS = ("document",)
_EXTENDED_NAME = re.compile(rb";\s*filename\*\s*=\s*(?P<charset>[\w.-]+)'[\w-]*'(?P<name>[^;\s]*)", re.IGNORECASE)
"""RFC 5987, which RFC 7578 does not want in forms and many clients send in them."""
_PLAIN_NAME = re.compile(rb';\s*filename\s*=\s*"?(?P<name>(?:\\.|[^";])*)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """The file parts of a form, still on this machine's disk, and what the sender says about them."""

    files: Sequence[UploadFile]
    meta: UploadMeta
    place: Place
    """Kept until the form is put away, or given back before: nobody else sends while a sender only waits for readings."""
    sender: Sender
    """Pays for what the files turn out to hold."""
    title: str = ""
    """What the sender calls the file, where the form has such a part."""


class _WholeForm(MultiPartParser):
    """A form that must have come to its end: the parser alone drops the part at which a body breaks off, and says nothing.

    It also leaves out names in the form of RFC 5987, and with them their files, and takes names in GBK or Big5 for Latin letters.
    """

    _ended = False

    def on_headers_finished(self) -> None:
        """The headers of a part are there; its name is made one that the parser understands."""
        if self._charset not in _CHARSETS:
            self._charset = "utf-8"
        named = with_plain_name(self._current_part.content_disposition or b"", self._charset)
        if named is None:
            super().on_headers_finished()
            return
        charset, self._charset = self._charset, "utf-8"
        self._current_part.content_disposition = named
        super().on_headers_finished()
        self._charset = charset

    def on_end(self) -> None:
        """The closing boundary was seen."""
        self._ended = True

    async def parse(self) -> FormData:
        """Take the form in; raise MultiPartException when it is broken or breaks off."""
        form = await super().parse()
        if not self._ended:
            await form.close()
            raise MultiPartException("the body breaks off before its closing boundary; send all of it again")
        return form


def with_plain_name(disposition: bytes, charset: str) -> bytes | None:
    """A part's Content-Disposition with its file's name in UTF-8; None where the form's `charset` tells the name as it stands."""
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        name = _decoded(unquote_to_bytes(extended["name"]), extended["charset"].decode("ascii"))
    else:
        plain = _PLAIN_NAME.search(disposition)
        if plain is None or _is_encoded_in(charset, plain["name"]):
            return None
        name = decoded_name(plain["name"])
    rest = _PLAIN_NAME.sub(b"", _EXTENDED_NAME.sub(b"", disposition))
    return rest + b'; filename="' + name.replace("\\", "/").replace('"', "'").encode("utf-8", "replace") + b'"'


def _decoded(raw: bytes, charset: str) -> str:
    return raw.decode(charset) if _is_encoded_in(charset, raw) else decoded_name(raw)


def _is_encoded_in(charset: str, raw: bytes) -> bool:
    try:
        if codecs.lookup(charset).name not in _CHARSETS:
            return False
        raw.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


async def received_form(request: Request, settings: AppSettings, gate: AppUploadGate) -> AsyncIterator[ReceivedForm]:
    """Take the form in, when there is room for what it brings; the body guard has its eye on the number of bytes.

    Raises:
        Busy: too much waits, or comes in at once; nothing of the body was read.
        BudgetSpent: this sender has sent too much of late.
        RequestValidationError: no file, a file without a name, or a `meta` part that is not understood.
        HTTPException: the body is no form (415), too large (413) or broken (400).
        StoreUnavailable: this machine has no room to take the files in.
    """
    async with _taken_in(request, gate, FILE_PARTS) as form:
        yield form


async def posted_document(request: Request, settings: AppSettings, gate: AppUploadGate) -> AsyncIterator[ReceivedForm]:
    """The same of a form whose file is called `document`, as apps of Paperless-ngx send it."""
    async with _taken_in(request, gate, DOCUMENT_PARTS) as form:
        yield form


@asynccontextmanager
async def _taken_in(request: Request, gate: UploadGate, names: Sequence[str]) -> AsyncIterator[ReceivedForm]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send multipart/form-data with one part named {names[0]} for each file")
    allow_upload(request)
    sender = sender_of(request)
    declared = _declared_bytes(request)
    sender.spend_bytes(Spending.UPLOADED, declared)
    place = await gate.enter(sender.name)
    try:
        form = await _parsed(request)
        try:
            files = _files(form, names)
            taken = sum(file.size or 0 for file in files)
            if taken > declared:
                sender.spend_bytes(Spending.UPLOADED, taken - declared)
            sender.spend(Spending.JOBS, len(files))
            title = form.get("title")
            yield ReceivedForm(files, _meta(form), place, sender, title if isinstance(title, str) else "")
        finally:
            await form.close()
    finally:
        place.leave()


def _declared_bytes(request: Request) -> int:
    """What the sender says that its body has; 0 when it does not say, or nothing that could be believed."""
    declared = request.headers.get("content-length", "")
    return int(declared) if re.fullmatch(r"[0-9]{1,12}", declared) else 0


async def _parsed(request: Request) -> FormData:
    try:
        return await _WholeForm(request.headers, request.stream(), max_files=MAX_FILES, max_fields=MAX_FIELDS).parse()
    except MultiPartException as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, error.message) from error
    except ClientDisconnect as error:  # nobody is there to read this; it is no bug of ours either
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the sender hung up before the body was whole") from error
    except OSError as error:
        raise StoreUnavailable(f"no room to take the upload in: {error.strerror}") from error


def _files(form: FormData, names: Sequence[str]) -> Sequence[UploadFile]:
    """Every part that is a file; a form whose file field was left empty sends a part without name and bytes."""
    parts = [part for name in names for part in form.getlist(name)]
    if any(isinstance(part, str) and part for part in parts):
        # Left out without a word, it would be taken for archived.
        raise RequestValidationError([{"loc": ("body", "files"), "msg": "a part without filename= is no file", "type": "no_file"}])
    files = [part for part in parts if isinstance(part, UploadFile) and (part.filename or part.size)]
    if not files:
        raise RequestValidationError(
            [{"loc": ("body", "files"), "msg": f"no file; send at least one part named {names[0]}", "type": "missing"}]
        )
    return files


def _meta(form: FormData) -> UploadMeta:
    text, chosen = form.get("meta"), form.get("department")
    try:
        meta = UploadMeta() if text is None else UploadMeta.model_validate_json(text if isinstance(text, str) else b"")
        if isinstance(chosen, str) and chosen:
            # A page without JavaScript sends what was chosen by itself.
            meta = UploadMeta.model_validate({**meta.model_dump(), "department": chosen})
    except ValidationError as error:
        raise RequestValidationError([{**found, "loc": ("body", "meta", *found["loc"])} for found in error.errors()]) from error
    return meta


def fingerprint(form: ReceivedForm) -> str:
    """What makes two uploads the same: names, bytes and meta in order; the form's boundary differs each time."""
    digest = hashlib.sha256(form.meta.model_dump_json().encode())
    for file in form.files:
        file.file.seek(0)
        content = hashlib.file_digest(file.file, "sha256").digest()  # type: ignore[arg-type]  # a spooled file reads like any other
        digest.update(content + (file.filename or "").encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def uploads_of(form: ReceivedForm) -> list[Upload]:
    """Every file with its bytes, for whoever takes them as they are."""
    found = []
    for file in form.files:
        file.file.seek(0)
        found.append(Upload(content=file.file.read(), file_name=file.filename or ""))
    return found


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells the files of one request from all others of its batch, and which of them the batch has already.

    `noted` has the digests of those in hex, None for refused ones.
    """

    key: str
    noted: Mapping[str, str | None]

    def of(self, place: int, part: int) -> str:
        """The mark of a file of the form, or of one that it holds; both count from 0."""
        return f"{self.key}/{place}" if part == 0 else f"{self.key}/{place}.{part}"

    def has(self, mark: str | None, found: FoundFile) -> bool:
        """Whether this very file came before.

        Raises:
            IdempotencyConflict: another one did.
        """
        if mark is None or mark not in self.noted:
            return False
        known = self.noted[mark]
        if known is not None and (found.upload is None or Digest.of(found.upload.content).hex != known):
            raise IdempotencyConflict("this Idempotency-Key was used for other files; take a new key", reason="other_body")
        return True


def submit_all(
    service: ArchiveService, form: ReceivedForm, source: str, batch_id: str, department: str | None, marks: Marks | None = None
) -> None:
    """Hand every file to the archive for a department, one after the other, as files of a batch; a refused one does not stop the rest.

    A zip that is no document is taken apart, and each of its files stands for itself; one that holds none leaves an empty batch. Once there
    is no more room, on disk, in the queue or in the sender's budget, what follows is refused with that reason; what was taken stays.
    With `marks` nothing is refused that may come again: whoever sends all of it later is only asked for the rest.

    Raises:
        IdempotencyConflict: another file came under this mark before.
        Busy, BudgetSpent: with `marks`, there is no more room.
        StoreUnavailable, CatalogueUnavailable: some files may be in already; sending all of them again is safe.
    """
    taking = _Taking(service, form, source, batch_id, department, marks)
    for place, file in enumerate(form.files):
        file.file.seek(0)
        taking.take(place, Upload(content=file.file.read(), file_name=file.filename or ""))
    if taking.is_empty:
        service.batches.create_batch(batch_id, service.clock())


@dataclass(slots=True)
class _Taking:
    """One form on its way into the archive, and what its containers may still unfold to."""

    service: ArchiveService
    form: ReceivedForm
    source: str
    batch_id: str
    department: str | None
    marks: Marks | None
    budget: Budget = field(default_factory=lambda: Budget(MAX_UNFOLDED_FILES, MAX_UNFOLDED_BYTES))
    is_empty: bool = True

    def take(self, place: int, upload: Upload) -> None:
        """One file of the form, and what it holds as long as there is room."""
        with closing(self.service.decoder.unfolded(upload, self.budget)) as files:
            for part, found in enumerate(files):
                mark = None if self.marks is None else self.marks.of(place, part)
                if self.marks is not None and self.marks.has(mark, found):
                    self.is_empty = False
                    continue
                no_room = self._lack_of_room() or self._unpaid(found, upload)
                if no_room is not None:
                    self._turn_away(found.name, no_room)
                    return
                self._submit(found, mark)

    def _turn_away(self, name: str, no_room: Unavailable) -> None:
        """Say that there is no room: as a refusal, or where the sender keeps the file until it is taken, as an answer to all of it."""
        if self.marks is not None:
            raise no_room
        self._refuse(name, no_room)

    def _lack_of_room(self) -> Unavailable | None:
        """For the first file the gate has looked, before its body came in."""
        if self.is_empty:
            return None
        try:
            self.form.place.require_room()
        except Unavailable as error:
            return error
        return None

    def _unpaid(self, found: FoundFile, whole: Upload) -> Unavailable | None:
        """What comes out of a container is a job of its own; the files of the form are paid for."""
        if found.upload is None or found.upload.content == whole.content:
            return None
        try:
            self.form.sender.spend(Spending.JOBS)
            self.form.sender.spend_bytes(Spending.UNPACKED, len(found.upload.content))
        except BudgetSpent as error:
            return error
        return None

    def _submit(self, found: FoundFile, mark: str | None) -> None:
        self.is_empty = False
        if found.upload is not None:
            priority, department = self.form.meta.priority, self.department
            self.service.submit(found.upload, self.source, batch=self.batch_id, priority=priority, department=department, mark=mark)
        elif found.error is not None:
            self._refuse(found.name, found.error, mark)

    def _refuse(self, name: str, error: PiaogenError, mark: str | None = None) -> None:
        self.service.batches.add_refused(self.batch_id, display_name(name), error, mark)
