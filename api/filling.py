"""Requests that add to a batch which their sender named: sent again, whatever became of them, they add nothing twice."""

from fastapi.exceptions import RequestValidationError

from api.receiving import Marks, ReceivedForm, submit_all
from models.access import Principal
from models.batch import BatchSender
from ocr_service.service import ArchiveService
from storage.catalogue.batch_lists import Filling


def fill_batch(
    service: ArchiveService, form: ReceivedForm, caller: Principal, batch_id: str, department: str | None, key: str | None
) -> frozenset[str]:
    """Have a batch hold what the form brings; returns the marks of the form's files that it holds then.

    Raises:
        RequestValidationError: the request has no Idempotency-Key.
        BatchNotFound: the batch is somebody else's.
        IdempotencyConflict: the key came with other files before.
        Busy, BudgetSpent, StoreUnavailable, CatalogueUnavailable: some of it may be in already; it can be sent again as it is.
    """
    if key is None:
        told = "send an Idempotency-Key with each request to a batch that you name"
        raise RequestValidationError([{"loc": ("header", "Idempotency-Key"), "msg": told, "type": "missing"}])
    filling = Filling(service.catalogue)
    filling.claim(batch_id, BatchSender(caller.name, department), form.meta.expected, service.clock())
    submit_all(service, form, form.meta.source, batch_id, department, Marks(key, filling.noted(batch_id, key)))
    return frozenset(filling.noted(batch_id, key))
