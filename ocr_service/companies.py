"""The list of our own companies: kept in the archive as a record that changes, the same for all departments."""

from collections.abc import Callable

from models.access import EVERYTHING
from models.errors import DamagedRecord, RecordNotFound
from models.own_companies import OwnCompanies, OwnCompany
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.histories import HistoryVersion

SUBJECT = "settings/companies"


def own_companies(service: ArchiveService) -> OwnCompanies:
    """All of them, whoever asks: their names and ids are printed on every invoice. Raise DamagedRecord."""
    version = _standing(_keeper(service))
    return OwnCompanies() if version is None else _of(version)


def add_company(service: ArchiveService, company: OwnCompany) -> OwnCompanies:
    """Add one, or change the one that has its name or its first tax id.

    Raises:
        BadUsage: one of its ids is another company's.
        StaleVersion: somebody else changed the list at the same moment.
    """
    return _changed(service, lambda standing: standing.with_company(company))


def end_company(service: ArchiveService, tax_id: str) -> OwnCompanies:
    """Count a company as ours no more; that it was, and who ended it, stays in the record's earlier versions.

    Raises:
        BadUsage: no company of ours has that tax id.
        StaleVersion: somebody else changed the list at the same moment.
    """
    return _changed(service, lambda standing: standing.without(tax_id))


def _changed(service: ArchiveService, change: Callable[[OwnCompanies], OwnCompanies]) -> OwnCompanies:
    keeper = _keeper(service)
    standing = _standing(keeper)
    changed = change(OwnCompanies() if standing is None else _of(standing))
    if standing is None:
        keeper.begin(SUBJECT, changed.to_body())
    else:
        keeper.change(standing, changed.to_body())
    return changed


def _keeper(service: ArchiveService) -> RecordKeeper:
    return RecordKeeper.over(service.seen_by(EVERYTHING))


def _standing(keeper: RecordKeeper) -> HistoryVersion | None:
    try:
        return keeper.get(SUBJECT)
    except RecordNotFound:
        return None


def _of(version: HistoryVersion) -> OwnCompanies:
    try:
        return OwnCompanies.from_body(version.body)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(f"{version.key} is no list of companies", key=version.key) from error
