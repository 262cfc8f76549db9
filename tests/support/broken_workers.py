"""A builder of services for worker processes that find the disk full as soon as they start."""

from models.errors import StoreUnavailable
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings


def build_broken(_: Settings) -> ArchiveService:
    """Raise StoreUnavailable."""
    raise StoreUnavailable("the disk is full")
