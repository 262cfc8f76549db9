"""Records that change, kept: the store first, then the index, then the log, and only then acknowledged."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from models.access import EVERYTHING, Visibility
from models.activity import Action
from models.digest import Digest
from models.errors import BadUsage, StaleVersion
from ocr_service.acting import acting_as, actor
from ocr_service.activity import GRACE, ITSELF, Activity
from ocr_service.service import ArchiveService
from storage.catalogue.histories import HistoryIndex
from storage.histories import Histories, HistoryVersion


@dataclass(frozen=True, slots=True)
class RecordKeeper:
    """The one way to write records that change, and to ask what stands of them, as somebody who sees this.

    Every method may raise StoreUnavailable and CatalogueUnavailable: then nothing was acknowledged, and calling again is safe.
    """

    histories: Histories
    index: HistoryIndex
    activity: Activity
    clock: Callable[[], datetime]
    sees: Visibility = EVERYTHING

    @classmethod
    def over(cls, service: ArchiveService) -> Self:
        """The records of a service's archive, for whoever the service answers."""
        index = HistoryIndex(service.catalogue.database)
        return cls(Histories(service.archive.store), index, service.activity, service.clock, service.sees)

    def begin(
        self, subject: str, body: Mapping[str, Any], *, department: str | None = None, attachments: Sequence[Digest] = ()
    ) -> HistoryVersion:
        """Keep the first version of a new subject, by whoever acts; raise StaleVersion where there is one already."""
        return self._keep(HistoryVersion(subject, 1, self.clock(), actor(), body, department, tuple(attachments)))

    def change(self, standing: HistoryVersion, body: Mapping[str, Any], *, attachments: Sequence[Digest] = ()) -> HistoryVersion:
        """Keep the version after the one that was looked at.

        Raises:
            StaleVersion: somebody else changed it meanwhile; nothing was changed, and what they made is shown from now on.
        """
        return self._keep(standing.followed_by(self.clock(), actor(), body, tuple(attachments)))

    def get(self, subject: str) -> HistoryVersion:
        """What stands of a subject; raise RecordNotFound, also for one that is not seen."""
        return self.index.get(subject, self.sees)

    def history(self, subject: str) -> tuple[HistoryVersion, ...]:
        """Every version of a subject, oldest first; raise RecordNotFound, DamagedRecord."""
        self.get(subject)
        return self.histories.history(subject)

    def newest(self, prefix: str, *, limit: int | None = None) -> Sequence[HistoryVersion]:
        """What stands of every subject below a prefix that is seen, the last changed first."""
        return self.index.newest(prefix, self.sees, limit=limit)

    def heal(self) -> int:
        """Give every version without an entry in the log one that says so; returns how many there were. A crash leaves such."""
        self.activity.catch_up()
        logged = self.activity.index.record_versions()
        healed = 0
        for subject, newest in self.histories.all_numbers():
            for number in range(logged.get(subject, 0) + 1, newest + 1):
                version = self.histories.version(subject, number)
                if version.at <= self.clock() - GRACE:
                    with acting_as(ITSELF):
                        self._log(Action.RECORD_FOUND, version)
                    healed += 1
        return healed

    def _keep(self, version: HistoryVersion) -> HistoryVersion:
        try:
            self.histories.add(version)
        except StaleVersion:
            self._look_again(version.subject)
            raise
        self.index.record(version)
        self._log(Action.RECORD_CHANGED, version)
        return version

    def _log(self, action: Action, version: HistoryVersion) -> None:
        self.activity.record(action, version.subject, version=version.number, record=str(version.digest))

    def _look_again(self, subject: str) -> None:
        """Index what stands in the store: whoever made it may have been killed before it was indexed."""
        standing = self.histories.newest(subject)
        if standing is not None:
            self.index.record(standing)


def own_subject(service: ArchiveService, subject: str, documents: Iterable[Digest]) -> tuple[str, str | None]:
    """The name and the department of a record about documents, for whoever the service answers.

    Departments that handed in the same bytes keep records of their own, under other names: none learns that another keeps one. Whoever
    sees all keeps that of the department which handed them in first, or where those are several, one that nobody else sees.

    Raises:
        BadUsage: the documents are those of several, and whoever asks does not see all.
    """
    named = list(documents)
    departments = {service.received(document).department for document in named}
    if service.sees.is_whole:
        return subject, departments.pop() if len(departments) == 1 else None
    if len(departments) > 1:
        raise BadUsage("these are several departments' documents: somebody who sees all speaks of them together", field="invoices")
    [department] = departments
    everybody = service.seen_by(EVERYTHING)
    if {everybody.received(document).department for document in named} == {department}:
        return subject, department
    prefix, _, name = subject.partition("/")
    return f"{prefix}/{Digest.of((department or '').encode()).hex[:8]}-{name}", department
