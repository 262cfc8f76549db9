"""The error tree: what can go wrong, whose turn it is, and which exit code says so.

PiaogenError
  BadUsage                  2  the command, request or setting is wrong
    UnknownSetting
    InvalidSetting
    InvalidClue
    InvalidCorrection
    InvalidAccess
    InvalidCase
    InvalidPaperEvent
    InvalidWebhook
    NotAnArchive
  RefusedInput              3  the file is wrong; the sender must change something
    EmptyFile
    UnsupportedMediaType
    FileTooLarge
    TooManyPixels
    UnreadableFile
      LockedFile
      FileWithoutPages
    CannotBeOpened
    UnreadablePath
    DestroyedBefore
    UnknownTable
  NotFound                  4  nothing has this name
    DocumentNotFound
    InvoiceNotFound
    FieldNotFound
    BatchNotFound
    ObjectNotFound
    UserNotFound
    KeyNotFound
    RecordNotFound
    DocumentDestroyed
    OfferNotFound
  IntegrityViolated         5  bytes are not what they were
    DigestMismatch
    ObjectConflict
    DamagedRecord
  Conflict                  2  the request contradicts an earlier one
    IdempotencyConflict
    StaleVersion
    UserExists
    TooManyCorrections
    ImpossiblePaperEvent
    RecordNeedsRepair
    ObjectLocked
    DestructionRefused
    CaseExists
    CaseClosed
    CaseUnfinished
    ReplacementRefused
  NotAllowed                2  whoever asks may not do this
    NotAuthenticated
    WrongLogin
    WrongCode
    SecondFactorNeeded
    LoginElsewhereFailed
    TooManyLogins
  Unavailable               6  try again later
    Busy
    BudgetSpent
    StoreUnavailable
    CatalogueUnavailable
    WeightsUnavailable
    OutOfResources
    RecognitionFailed
    ProviderUnavailable
    MailboxUnavailable

The number is the exit code of the command line (`piaogen`), inherited downwards.
"""

import re
from typing import ClassVar

_CAPITAL_INSIDE = re.compile(r"(?<!^)(?=[A-Z])")


class PiaogenError(Exception):
    """Anything Piaogen reports on purpose.

    `details` are safe to log: keys, sizes, digests, page numbers; never the text of a document. `code` is what programs know an error by:
    the words of its name, unless it says another; whoever renames a class keeps the code that was written down.
    """

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = _CAPITAL_INSIDE.sub("_", cls.__name__).lower()

    def __init__(self, message: str, **details: str | int | float) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadUsage(PiaogenError):
    """The command, request or setting is wrong."""

    exit_code = 2


class UnknownSetting(BadUsage):
    """An environment variable starts with PIAOGEN_ but means nothing."""


class InvalidSetting(BadUsage):
    """A setting has a value that cannot be used."""


class InvalidClue(BadUsage):
    """A search clue cannot be understood."""


class InvalidCorrection(BadUsage):
    """A correction names no field, or a value that the field cannot have."""


class InvalidAccess(BadUsage):
    """A login, a role, a scope, a department or a password is none that can be."""


class InvalidCase(BadUsage):
    """A case of a lost invoice says nothing of it, or something that cannot be."""


class InvalidPaperEvent(BadUsage):
    """An event of a paper lacks something, or a label is none of this archive."""


class InvalidWebhook(BadUsage):
    """An endpoint of webhooks, or what it is to hear of, is none that can be."""


class NotAnArchive(BadUsage):
    """The place given as archive holds something else."""


class RefusedInput(PiaogenError):
    """The file is wrong; the sender must change something."""

    exit_code = 3


class EmptyFile(RefusedInput):
    """The file has no bytes."""


class UnsupportedMediaType(RefusedInput):
    """The bytes are of no kind that the archive takes, whatever the file is called."""


class FileTooLarge(RefusedInput):
    """More bytes than one file may have."""


class TooManyPixels(RefusedInput):
    """The picture would unfold to more pixels than one page may have."""


class UnreadableFile(RefusedInput):
    """The file is damaged or cut off: its bytes cannot be decoded to the end."""


class LockedFile(UnreadableFile):
    """The file is encrypted or locked with a password; nothing says that it is damaged."""


class FileWithoutPages(UnreadableFile):
    """The file is sound, and no page is in it."""


class CannotBeOpened(RefusedInput):
    """Opening the file takes more time or memory than any invoice does, or breaks the program that does it; it was ended."""


class UnreadablePath(RefusedInput):
    """A file or folder given by the user cannot be opened."""


class DestroyedBefore(RefusedInput):
    """These very bytes were destroyed after their time, by two people; they are not taken in again."""


class UnknownTable(RefusedInput):
    """A table has not the titles of any list that is held against the archive; the message says which are missing or doubled."""


class NotFound(PiaogenError):
    """Nothing has this name."""

    exit_code = 4


class DocumentNotFound(NotFound):
    """No document with this digest was received."""


class InvoiceNotFound(NotFound):
    """No invoice has this id."""


class FieldNotFound(NotFound):
    """The invoice has no such field, or the field has no place on the page."""


class BatchNotFound(NotFound):
    """No batch has this id."""


class ObjectNotFound(NotFound):
    """The store says that it has no such object."""


class UserNotFound(NotFound):
    """Nobody has this login."""


class KeyNotFound(NotFound):
    """No key has this id."""


class RecordNotFound(NotFound):
    """No record has this name: no hold, list of destruction, case, count or reconciliation."""


class DocumentDestroyed(NotFound):
    """The document was destroyed after its time, by two people; its tombstone stands."""


class OfferNotFound(NotFound):
    """This link enrols no phone: it was used, its minutes are over, or whoever made it may no longer."""


class IntegrityViolated(PiaogenError):
    """Bytes are not what they were."""

    exit_code = 5


class DigestMismatch(IntegrityViolated):
    """Bytes do not hash to the digest that they are kept under."""


class ObjectConflict(IntegrityViolated):
    """A key already holds other bytes; they are untouched."""


class DamagedRecord(IntegrityViolated):
    """A record in the archive cannot be read as what it claims to be."""


class Conflict(PiaogenError):
    """The request contradicts an earlier one."""

    exit_code = 2


class IdempotencyConflict(Conflict):
    """An Idempotency-Key came back with another body, or while its first request still runs."""


class StaleVersion(Conflict):
    """The record was changed after the version that the request speaks of."""


class UserExists(Conflict):
    """Somebody has this login already."""


class TooManyCorrections(Conflict):
    """This invoice was corrected so often that its record takes no more."""


class ImpossiblePaperEvent(Conflict):
    """This cannot have happened to a paper that stands as it does."""


class RecordNeedsRepair(Conflict):
    """The newest version of the record is damaged or gone: it must be put right before anything is changed."""


class ObjectLocked(Conflict):
    """The store's own lock keeps an object for longer; nothing was removed."""


class DestructionRefused(Conflict):
    """Something may not be destroyed, now or by this person; the message says why."""


class CaseExists(Conflict):
    """There is an open case of this very loss; the message names it."""


class CaseClosed(Conflict):
    """The case was closed; nothing about it is changed any more."""


class CaseUnfinished(Conflict):
    """A case cannot be closed so while required steps are open; the message names them."""


class ReplacementRefused(Conflict):
    """What was given as the replacement of a lost invoice is another invoice; the message says in what they differ."""


class NotAllowed(PiaogenError):
    """Whoever asks may not do this."""

    exit_code = 2


class NotAuthenticated(NotAllowed):
    """Nobody said who asks, or what was shown opens nothing."""


class WrongLogin(NotAllowed):
    """Login and password do not fit."""


class WrongCode(NotAllowed):
    """The code of the second factor is wrong, or was used before."""


class SecondFactorNeeded(NotAllowed):
    """The password is right, and a code of a second factor is needed besides."""


class LoginElsewhereFailed(NotAllowed):
    """The provider of logins vouches for nobody who is meant here, or its word does not hold."""


class TooManyLogins(NotAllowed):
    """Too many logins failed; detail `retry_after` says for how many seconds none is tried."""


class Unavailable(PiaogenError):
    """Something needed is not there now; trying again is safe."""

    exit_code = 6
    retryable = True


class Busy(Unavailable):
    """More waits, or comes in at once, than this service takes on; detail `retry_after` says for how many seconds."""


class BudgetSpent(Unavailable):
    """This sender has asked for more than it may in a while; detail `retry_after` says for how many seconds to pause."""


class StoreUnavailable(Unavailable):
    """The object store does not answer, refuses or is full; the outcome of the call is unknown."""


class CatalogueUnavailable(Unavailable):
    """The catalogue's database does not answer."""


class WeightsUnavailable(Unavailable):
    """The OCR weights are not in the cache and could not be brought."""


class OutOfResources(Unavailable):
    """This machine is short of memory, disk space or open files; nothing is wrong with the file."""


class RecognitionFailed(Unavailable):
    """The OCR engine broke on a page that it should have read."""


class ProviderUnavailable(Unavailable):
    """The provider of logins does not answer, or is not the one that the settings name."""


class MailboxUnavailable(Unavailable):
    """The mail server cannot be reached, or does not answer as it should."""
