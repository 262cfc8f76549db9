"""Everything that the routes of one application share."""

from dataclasses import dataclass
from typing import Protocol

from ocr_service.service import ArchiveService
from ocr_service.settings import Settings


class Workers(Protocol):
    """The worker processes that live and die with the application."""

    @property
    def wanted(self) -> int:
        """How many there should be; 0 when reading happens elsewhere."""

    def start(self) -> None:
        """Start them all."""

    def stop(self) -> None:
        """Let each finish its page, then end it; return when all are gone."""

    def alive(self) -> int:
        """How many processes live now."""


class NoWorkers:
    """Reading happens elsewhere."""

    wanted = 0

    def start(self) -> None:
        """Start nothing."""

    def stop(self) -> None:
        """Stop nothing."""

    def alive(self) -> int:
        """None."""
        return 0


@dataclass(frozen=True, slots=True)
class Context:
    """What `create_app` was given."""

    service: ArchiveService
    settings: Settings
    workers: Workers
