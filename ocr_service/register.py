"""The register (台账): what somebody asks for, read from texts and answered from the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from models.register import (
    DEFAULT_ON_A_PAGE,
    RegisterCursor,
    RegisterFilter,
    RegisterOrder,
    RegisterPage,
    RegisterRow,
    RegisterTotals,
)
from models.register_texts import parse_register
from models.retention import today
from ocr_service.service import ArchiveService
from storage.catalogue.register import Register


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """Which invoices, and in which order."""

    asked: RegisterFilter
    order: RegisterOrder

    @classmethod
    def read(cls, service: ArchiveService, texts: Mapping[str, str], sort: str = "") -> Self:
        """From the texts of a form, a query string or a command; 本月 and its like are counted from today.

        Raises:
            InvalidClue: something is unknown or cannot be meant; detail `clue` is its name.
        """
        return cls(parse_register(texts, today(service.clock())), RegisterOrder.parse(sort))


def page_of(service: ArchiveService, question: RegisterQuestion, cursor: str = "", limit: int = DEFAULT_ON_A_PAGE) -> RegisterPage:
    """The stretch of the register at a cursor, or its beginning; raise InvalidClue for a cursor that is none of this list."""
    place = RegisterCursor.parse(cursor, question.order) if cursor.strip() else None
    return Register(service.catalogue).page(question.asked, question.order, service.sees, limit, place)


def totals_of(service: ArchiveService, asked: RegisterFilter) -> RegisterTotals:
    """How many invoices are meant, and what they come to."""
    return Register(service.catalogue).totals(asked, service.sees)


def every_row(service: ArchiveService, question: RegisterQuestion) -> Iterator[RegisterRow]:
    """Every row in order, a few at a time in memory."""
    return Register(service.catalogue).each(question.asked, question.order, service.sees)
