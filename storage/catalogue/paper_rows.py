"""From the records of papers to rows of the index."""

from contextlib import suppress

from sqlalchemy import Connection, delete, insert

from models.digest import Digest
from models.papers import Paper
from storage.catalogue.normal_form import storable
from storage.catalogue.record_tables import papers
from storage.histories import HistoryVersion


def index_paper(connection: Connection, version: HistoryVersion) -> None:
    """Put a version in the place of an older one; a body that says something else than where a paper stands has no row."""
    connection.execute(delete(papers).where(papers.c.subject == version.subject))
    with suppress(ValueError, KeyError, TypeError):
        paper, document = Paper.from_json(version.body["paper"]), Digest.parse(version.body["document"])
        row = {
            "subject": version.subject,
            "document": document.hex,
            "position": int(version.subject.rpartition("-")[2]),
            "state": paper.state.value,
            "box": storable(paper.box),
            "due": paper.due,
        }
        connection.execute(insert(papers), row)
