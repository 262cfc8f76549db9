"""Cases of lost invoices by what is known of the invoice, by documents that they rest on, and by what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from models.access import EVERYTHING, Visibility
from models.clues import InvoiceSummary
from models.digest import Digest
from storage.catalogue.database import Database
from storage.catalogue.histories import seen, version_of
from storage.catalogue.invoice_rows import storable_cents
from storage.catalogue.loss_tables import loss_cases, loss_documents
from storage.catalogue.normal_form import identifier
from storage.catalogue.record_tables import histories
from storage.histories import HistoryVersion

MOST_CASES = 500
"""On one list; a company that has more open cases has another problem."""

_CASES = select(*histories.c).select_from(histories.join(loss_cases, loss_cases.c.subject == histories.c.subject))


@dataclass(frozen=True, slots=True)
class LossIndex:
    """What stands of cases. Every method may raise CatalogueUnavailable."""

    database: Database

    def listed(self, sees: Visibility, *, is_open: bool | None = None, document: Digest | None = None) -> Sequence[HistoryVersion]:
        """Cases that are seen: the open ones first, the nearest term first, then those last changed.

        Args:
            sees: For whom.
            is_open: Only open ones, or only closed ones; None for both.
            document: Only those that rest on this document.
        """
        wanted = _CASES.where(seen(sees))
        if is_open is not None:
            wanted = wanted.where(loss_cases.c.is_open == int(is_open))
        if document is not None:
            mine = select(loss_documents.c.subject).where(loss_documents.c.document == document.hex)
            wanted = wanted.where(loss_cases.c.subject.in_(mine))
        order = (loss_cases.c.is_open.desc(), loss_cases.c.due.is_(None), loss_cases.c.due, histories.c.at.desc(), histories.c.subject)
        with self.database.reading() as connection:
            return tuple(map(version_of, connection.execute(wanted.order_by(*order).limit(MOST_CASES))))

    def of_number(self, number: str, sees: Visibility) -> Sequence[HistoryVersion]:
        """Cases in which this number of an invoice was told, the last changed first."""
        wanted = _CASES.where(seen(sees), loss_cases.c.number_key == identifier(number))
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(histories.c.at.desc(), histories.c.subject).limit(MOST_CASES)).all()
        return tuple(map(version_of, rows))

    def open_of_numbers(self, numbers: Iterable[str], sees: Visibility) -> Sequence[HistoryVersion]:
        """Open cases in which one of these numbers of invoices was told, the last changed first."""
        keys = {identifier(number) for number in numbers}
        wanted = _CASES.where(seen(sees), loss_cases.c.is_open == 1, loss_cases.c.number_key.in_(keys))
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(histories.c.at.desc(), histories.c.subject).limit(MOST_CASES)).all()
        return tuple(map(version_of, rows))

    def waiting(self, after: str = "") -> Sequence[HistoryVersion]:
        """Open cases of all departments for which no archived invoice is known or proposed, by their ids, from the one after `after` on."""
        wanted = _CASES.where(loss_cases.c.is_open == 1, loss_cases.c.is_linked == 0, loss_cases.c.subject > after)
        with self.database.reading() as connection:
            return tuple(map(version_of, connection.execute(wanted.order_by(loss_cases.c.subject).limit(MOST_CASES))))

    def waiting_for(self, invoices: Iterable[InvoiceSummary]) -> Sequence[HistoryVersion]:
        """Of those the ones that one of these invoices may be: the same number was told, or the same amount and day."""
        met = []
        for invoice in invoices:
            if invoice.number:
                met.append(loss_cases.c.number_key == identifier(invoice.number))
            if invoice.total is not None and invoice.issue_date is not None:
                met.append(and_(loss_cases.c.total_cents == storable_cents(invoice.total), loss_cases.c.day == invoice.issue_date))
        if not met:
            return ()
        wanted = _CASES.where(loss_cases.c.is_open == 1, loss_cases.c.is_linked == 0, or_(*met)).order_by(loss_cases.c.subject)
        with self.database.reading() as connection:
            return tuple(map(version_of, connection.execute(wanted.limit(MOST_CASES))))

    def open_on(self, document: Digest) -> Sequence[HistoryVersion]:
        """Open cases of all departments that rest on a document."""
        return self.listed(EVERYTHING, is_open=True, document=document)
