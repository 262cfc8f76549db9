"""What keeps a document from being destroyed beside its term and holds: matters that are not settled."""

from models.destruction import AllMatters
from ocr_service.losses import LossMatters
from ocr_service.papers import PaperMatters
from ocr_service.service import ArchiveService
from storage.catalogue.losses import LossIndex
from storage.catalogue.papers import PaperIndex


def open_matters(service: ArchiveService) -> AllMatters:
    """Every kind of open matter that the archive keeps."""
    database = service.catalogue.database
    return AllMatters((LossMatters(LossIndex(database)), PaperMatters(PaperIndex(database))))
