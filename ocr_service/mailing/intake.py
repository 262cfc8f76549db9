"""Mails into the archive: the files that a message brings, then the message itself with what became of it, then it is put aside."""

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace

import structlog

from models.archive import DocumentState
from models.digest import Digest
from models.errors import (
    FileTooLarge,
    MailboxUnavailable,
    PiaogenError,
    RecordNotFound,
    RefusedInput,
    StaleVersion,
    Unavailable,
    UnreadablePath,
    UnsupportedMediaType,
)
from models.mail import MAILS, MailedFile, MailNote, MailOutcome, MailPlace, MailRecord, mail_from_body, mail_to_body
from models.shown_text import as_shown
from ocr_service.decoding.unfolder import Budget
from ocr_service.intake_paths import MAX_MEMBERS, MAX_UNFOLDED_BYTES
from ocr_service.letter import LeftOut, Letter
from ocr_service.mailing.account import MailAccount
from ocr_service.mailing.mailbox import Mailbox, SaidNo
from ocr_service.opened import FoundFile, Upload
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from ocr_service.ways_in import Delivery, TakenFile
from storage.histories import HistoryVersion

SOURCE = "mail"
LARGEST = 2
"""A message may have so many times the bytes of the largest file: base64 takes a third more, and there may be several."""
_LISTED = 1_000
_LONGEST = 500
_IDLE_SECONDS = 300.0
"""Routers forget connections on which nothing is said for so long."""
_NOTHING_SAID = Letter("", "", "", "", (), 0, ())
_TNEF = (
    "is Outlook's own wrapping, which hides what is attached: open the mail in Outlook and hand in the files, or ask the sender to send it "
    "as HTML or plain text"
)

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class MailIntake:
    """Looks after one mailbox. `tell` hears of each message that was taken in.

    A message is known by its bytes, its Message-ID among them, and by where it lies: what was recorded is put aside, not taken again,
    and what was killed on the way is done again and doubles nothing. A refused message that somebody puts back is tried again.
    """

    service: ArchiveService
    account: MailAccount
    department: str | None
    poll_seconds: float
    tell: Callable[[MailRecord], None]
    _keeper: RecordKeeper = field(init=False)
    _known: dict[MailPlace, MailOutcome] = field(init=False)
    _passed: set[MailPlace] = field(default_factory=set)
    _box: Mailbox | None = None

    def __post_init__(self) -> None:
        self._keeper = RecordKeeper.over(self.service)
        recorded = (mail_from_body(version.body) for version in self._keeper.newest(MAILS))
        self._known = {record.place: record.outcome for record in recorded if record.place.account == self.account.name}

    def look(self, *, stopped: Callable[[], bool] = lambda: False) -> None:
        """Take what waits in the mailbox now, a message at a time, until `stopped`.

        A message with which the server will not do what it is asked keeps no other from being taken.

        Raises:
            Unavailable: the mail server, for one message or for all, or the archive; what was not taken or put aside waits.
            InvalidSetting: the server does not let us in, or has no such mailbox.
        """
        try:
            box = self._box = self._box or Mailbox.open(self.account)
            refusal: SaidNo | None = None
            for uid in box.waiting():
                if stopped():
                    return
                try:
                    self._settle(box, MailPlace(self.account.name, self.account.mailbox, box.uidvalidity, uid))
                except SaidNo as error:
                    refusal = error
            if refusal is not None:
                raise MailboxUnavailable(
                    f"the mail server does not do what it is asked with some mails, which wait: {refusal}"
                ) from refusal
            if not box.can_idle:
                self.close()
        except MailboxUnavailable:
            self.close()
            raise

    def rest(self, stop: threading.Event) -> None:
        """Until the server tells of something new, or it is time to look again."""
        if self._box is None:
            stop.wait(self.poll_seconds)
            return
        try:
            self._box.wait(_IDLE_SECONDS, stop.is_set)
        except MailboxUnavailable:
            # The next look connects anew, and says so if it cannot.
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self._box is not None:
            self._box.close()
        self._box = None

    def _settle(self, box: Mailbox, place: MailPlace) -> None:
        if place in self._passed:
            return
        outcome = self._known.get(place)
        if outcome is None:
            outcome = self._taken(box, place)
        if outcome is not None:
            self._known[place] = outcome
            box.put_aside(place.uid, outcome)
        # Where the server lets nothing be moved or flagged it stays, and is not looked at again.
        self._passed.add(place)

    def _taken(self, box: Mailbox, place: MailPlace) -> MailOutcome | None:
        """What became of a message, durably recorded; None where it is not there any more, or cannot be taken until somebody sees to it."""
        try:
            size = box.size(place.uid)
            if size is None:
                return None
            if size > LARGEST * self.service.decoder.max_bytes:
                return self._too_large(place, size)
            content = box.message(place.uid)
            return None if content is None else self._archived(place, content)
        except Unavailable:
            raise
        except PiaogenError as error:
            _log.error("a mail cannot be taken in, and stays where it is", code=error.code, reason=error.message, uid=place.uid)
            return None

    def _too_large(self, place: MailPlace, size: int) -> MailOutcome:
        limit = LARGEST * self.service.decoder.max_bytes
        error = FileTooLarge(f"the mail has {size:,} bytes; at most {limit:,} are taken: hand its files in by themselves", size=size)
        marks = (place.account, place.mailbox, str(place.uidvalidity), str(place.uid))
        delivery = Delivery.of(self.service, SOURCE, marks, self.department)
        files = (delivery.take(FoundFile("mail.eml", error=error)),)
        record = _record(place, _NOTHING_SAID, size, delivery.batch_id, files)
        return self._kept(_subject(*marks), record, ())

    def _archived(self, place: MailPlace, content: bytes) -> MailOutcome:
        digest = Digest.of(content)
        subject = _subject(place.account, str(digest))
        standing = self._standing(subject)
        if standing is not None:
            before = mail_from_body(standing.body)
            if before.outcome is MailOutcome.ARCHIVED or before.place == place:
                return before.outcome
        delivery = Delivery.of(self.service, SOURCE, (place.account, str(digest)), self.department)
        letter, files = self._delivered(delivery, content)
        record = _record(place, letter, len(content), delivery.batch_id, files)
        self._keeper.histories.attach(content)
        return self._kept(subject, record, (digest,), standing)

    def _delivered(self, delivery: Delivery, content: bytes) -> tuple[Letter, tuple[TakenFile, ...]]:
        """Every file of a message archived, or refused; at least one of either."""
        try:
            letter = self.service.decoder.letter(content)
        except RefusedInput as error:
            return _NOTHING_SAID, (delivery.take(FoundFile("mail.eml", error=error)),)
        # Where the store breaks off, the child that opens files is free for others at once.
        with closing(self._files(letter, content)) as opened:
            files = tuple(delivery.take(found) for found in opened)
        if not files:
            name = f"{letter.subject or 'mail'}.eml"
            files = (delivery.take(FoundFile(name, error=_why_nothing(letter))),)
        return letter, files

    def _files(self, letter: Letter, content: bytes) -> Generator[FoundFile, None, None]:
        mail = Upload(content, "mail.eml")
        with closing(self.service.decoder.enclosed(mail, letter, Budget(MAX_MEMBERS, MAX_UNFOLDED_BYTES))) as enclosed:
            for found in enclosed:
                yield replace(found, name=found.name.removeprefix("mail.eml!"))
        for _, name, why in letter.left_out:
            if why is LeftOut.TNEF:
                yield FoundFile(name, error=UnsupportedMediaType(_TNEF))

    def _standing(self, subject: str) -> HistoryVersion | None:
        try:
            return self._keeper.get(subject)
        except RecordNotFound:
            return None

    def _kept(
        self, subject: str, record: MailRecord, attachments: tuple[Digest, ...], standing: HistoryVersion | None = None
    ) -> MailOutcome:
        body = mail_to_body(record)
        try:
            if standing is None:
                self._keeper.begin(subject, body, department=self.department, attachments=attachments)
            else:
                self._keeper.change(standing, body, attachments=attachments)
        except StaleVersion:
            # Written before a kill, or by another process: what stands is what became of it.
            return mail_from_body(self._keeper.get(subject).body).outcome
        if record.outcome is MailOutcome.REFUSED:
            codes = sorted({file.code for file in record.files if file.code is not None})
            _log.warning("a mail needs somebody", record=subject, batch=record.batch, uid=record.place.uid, codes=",".join(codes))
        self.tell(record)
        return record.outcome


def _record(place: MailPlace, letter: Letter, size: int, batch: str, files: tuple[TakenFile, ...]) -> MailRecord:
    refused = [file for file in files if file.state is DocumentState.REFUSED]
    told = [f"{file.name}: [{file.error.code}] {file.error.message}" for file in refused if file.error is not None]
    return MailRecord(
        place=place,
        message_id=_short(letter.message_id),
        subject=_short(letter.subject),
        sender=_short(letter.sender),
        sent=_short(letter.sent),
        size=size,
        outcome=MailOutcome.REFUSED if refused else MailOutcome.ARCHIVED,
        batch=batch,
        files=tuple(map(_mailed, files[:_LISTED])),
        left_out=tuple(_short(name) for _, name, why in letter.left_out[:_LISTED] if why is not LeftOut.TNEF),
        links=letter.links,
        reason=_short("; ".join(told)),
        notes=_notes(letter),
    )


def _notes(letter: Letter) -> tuple[MailNote, ...]:
    if any(why is LeftOut.TNEF for _, _, why in letter.left_out):
        return (MailNote.OUTLOOK,)
    if letter.files or letter is _NOTHING_SAID:
        return ()
    return (MailNote.LINKS_ONLY,) if letter.links else (MailNote.NO_FILE,)


def _mailed(file: TakenFile) -> MailedFile:
    digest = None if file.digest is None else str(file.digest)
    if file.error is None:
        return MailedFile(_short(file.name), file.state.value, digest)
    return MailedFile(_short(file.name), file.state.value, digest, file.error.code, _short(file.error.message))


def _why_nothing(letter: Letter) -> RefusedInput:
    if not letter.links:
        return UnreadablePath("the mail brings no file")
    hosts = ", ".join(letter.links)
    return UnreadablePath(f"the mail brings no file but links to {hosts}, which are not followed: open them, and hand in what they give")


def _subject(*marks: str) -> str:
    return MAILS + Digest.of("\0".join(marks).encode()).hex[:40]


def _short(text: str) -> str:
    return as_shown(text)[:_LONGEST]
