"""What a person who watches the service wants to see of the catalogue, in numbers."""

from datetime import datetime

from sqlalchemy import func, select

from models.archive import DocumentState
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.tables import documents, finished_jobs

_UNREAD = (DocumentState.QUEUED.value, DocumentState.RUNNING.value)


class CatalogueFigures:
    """Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Use the catalogue's own database."""
        self._database = catalogue.database

    def verdicts(self) -> dict[Verdict, int]:
        """How many documents have which verdict; looks at each of them."""
        wanted = select(documents.c.verdict, func.count()).where(documents.c.verdict.is_not(None)).group_by(documents.c.verdict)
        with self._database.reading() as connection:
            found = {str(verdict): int(count) for verdict, count in connection.execute(wanted)}
        return {verdict: found.get(verdict.value, 0) for verdict in Verdict}

    def waits_since(self) -> datetime | None:
        """When the document came in that has waited longest for its reading; None where none waits."""
        oldest: list[datetime] = []
        with self._database.reading() as connection:
            for state in _UNREAD:  # each is one look into the index on state and time of receipt
                found = connection.scalar(select(func.min(documents.c.received_at)).where(documents.c.state == state))
                if found is not None:
                    oldest.append(found)
        return min(oldest, default=None)

    def readings_finished(self) -> int:
        """How many readings were finished since the queue was made: grows with each, and stands still when nobody reads."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.max(finished_jobs.c.id))) or 0)
