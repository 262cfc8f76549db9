"""Who may do what: roles of people, scopes of keys, the rights that both give, and whoever stands behind a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What a route or a command needs; each declares exactly one answer to who may use it.

    `upload` hand files in and follow one's own uploads · `read` find and look at invoices, uploads, cases · `correct` set right,
    confirm, accept, have read again · `export` take registers and bundles out · `cases` keep losses, papers, reconciliations ·
    `records` the activity log, audits, certificates · `metrics` the figures of the service · `administer` people, keys, settings.
    """

    UPLOAD = "upload"
    READ = "read"
    CORRECT = "correct"
    EXPORT = "export"
    CASES = "cases"
    RECORDS = "records"
    METRICS = "metrics"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a person is here for."""

    UPLOADER = "uploader"
    CLERK = "clerk"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key may be used for."""

    UPLOADS_WRITE = "uploads:write"
    INVOICES_READ = "invoices:read"
    INVOICES_CORRECT = "invoices:correct"
    EXPORTS_READ = "exports:read"
    CASES_WRITE = "cases:write"
    METRICS_READ = "metrics:read"
    ARCHIVE_ADMIN = "archive:admin"


class Stage(StrEnum):
    """How far a login has come; only what is complete opens anything.

    `complete` all that was asked for was shown · `code` a code of the second factor is asked for · `set_up` a second factor must be
    set up first.
    """

    COMPLETE = "complete"
    CODE = "code"
    SET_UP = "set_up"


EVERY_RIGHT = frozenset(Right)
CHANGING = frozenset({Right.UPLOAD, Right.CORRECT, Right.CASES, Right.ADMINISTER})
"""Rights by which something in the archive or its surroundings becomes different."""

OF_ALL = frozenset({Right.RECORDS, Right.METRICS, Right.ADMINISTER})
"""Rights to what is about the documents of all departments at once, which nobody has who sees only some."""

RIGHTS_OF_ROLE: Mapping[Role, frozenset[Right]] = {
    Role.UPLOADER: frozenset({Right.UPLOAD}),
    Role.CLERK: frozenset({Right.UPLOAD, Right.READ, Right.CORRECT, Right.EXPORT, Right.CASES}),
    Role.AUDITOR: EVERY_RIGHT - CHANGING,
    Role.ADMIN: EVERY_RIGHT,
}
"""An auditor reads everything and changes nothing; an uploader hands in and sees where the own uploads stand."""

RIGHTS_OF_SCOPE: Mapping[Scope, frozenset[Right]] = {
    Scope.UPLOADS_WRITE: frozenset({Right.UPLOAD}),
    Scope.INVOICES_READ: frozenset({Right.READ}),
    Scope.INVOICES_CORRECT: frozenset({Right.CORRECT}),
    Scope.EXPORTS_READ: frozenset({Right.EXPORT}),
    Scope.CASES_WRITE: frozenset({Right.CASES}),
    Scope.METRICS_READ: frozenset({Right.METRICS}),
    Scope.ARCHIVE_ADMIN: frozenset({Right.ADMINISTER, Right.RECORDS, Right.METRICS}),
}


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whose documents a question may be answered from: those of some departments, or all there are.

    What belongs to no department in particular is for those alone who see all. Whoever asks a catalogue says by this for whom, and
    beyond it nothing tells that there is more: no hit, no count, no name, and no other answer than for what does not exist.

    Attributes:
        departments: whose documents are seen; None for all.
    """

    departments: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing that is not seen."""
        return self.departments is None

    def shows(self, department: str | None) -> bool:
        """Whether what belongs to a department (None: to nobody in particular) is seen."""
        return self.departments is None or department in self.departments


EVERYTHING = Visibility()
"""For the archive's own work, for the commands of its machine, and for people of no department in particular."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever stands behind a request: a person, a key, or the machine's own user where nobody has to log in.

    Attributes:
        name: as the activity log writes it: `user:wang`, `key:scanner-1-4f1c`, `local`.
        display_name: as colleagues know them.
        rights: what they may do.
        departments: whose invoices they may see; None for those of all.
        role: what a person is here for; None for a key.
    """

    name: str
    display_name: str
    rights: frozenset[Right]
    departments: frozenset[str] | None = None
    role: Role | None = None

    def may(self, *rights: Right) -> bool:
        """Whether one of these rights is theirs; without any asked for, everybody who is known may."""
        return not rights or not self.rights.isdisjoint(rights)

    def sees(self, department: str | None) -> bool:
        """Whether what belongs to a department (None: to nobody in particular) is theirs to see."""
        return self.visibility.shows(department)

    @property
    def visibility(self) -> Visibility:
        """Whose documents they see."""
        return Visibility(self.departments)

    @property
    def is_local(self) -> bool:
        """Whether nobody had to say who they are."""
        return self.name == LOCAL_NAME

    @property
    def signature(self) -> str:
        """How a record names them: no two are alike, and a colleague knows who it was."""
        return f"{self.display_name} ({self.name})"


LOCAL_NAME = "local"
LOCAL = Principal(LOCAL_NAME, "local", EVERY_RIGHT)
"""Every request from this machine, as long as nobody was given a login."""


def rights_within(rights: frozenset[Right], departments: frozenset[str] | None) -> frozenset[Right]:
    """What is left of some rights for somebody who sees these departments (None: all)."""
    return rights if departments is None else rights - OF_ALL


def rights_of(scopes: Iterable[Scope]) -> frozenset[Right]:
    """What a key with these scopes may do."""
    return frozenset[Right]().union(*(RIGHTS_OF_SCOPE[scope] for scope in scopes))
