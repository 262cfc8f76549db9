"""A document is held against the day on which it came, however much later it is read again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from models.document import Scan
from models.reading import Reading
from models.verification import Outcome
from ocr_service.opened import Upload
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted
from tests.support.example_reading import example_invoice, reading_of
from tests.support.faces import a_special_invoice
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in
from tests.unit.test_verification import check

YEARS_LATER = VerificationStage(today=lambda: date(2033, 1, 1))


def test_a_reading_years_later_is_as_strict_as_the_first() -> None:
    ahead = extracted(a_special_invoice(date="开票日期：2026年02月01日"))

    received = replace(ahead, received_on=date(2026, 1, 31))
    assert check(YEARS_LATER.run(received), "issue_date_is_plausible").outcome is Outcome.FAIL
    assert check(YEARS_LATER.run(replace(ahead, received_on=date(2026, 2, 1))), "issue_date_is_plausible").outcome is Outcome.PASS
    assert check(YEARS_LATER.run(ahead), "issue_date_is_plausible").outcome is Outcome.PASS


def test_the_reader_is_told_the_day_in_china_on_which_a_document_came(tmp_path: Path) -> None:
    told: list[date | None] = []

    def read(scan: Scan) -> Reading:
        told.append(scan.received_on)
        return reading_of(scan, example_invoice())

    reader = ScriptedReader()
    service = service_in(tmp_path, reader)
    evening = replace(service, clock=lambda: datetime(2026, 1, 31, 16, 30, tzinfo=UTC))
    document = evening.submit(Upload(a_picture(1), "票.png"), "cli").document
    assert document is not None
    reader.scripts[document.digest] = read
    service.read(document.digest)
    service.read(document.digest, version=2)
    service.catalogue.close()

    assert told == [date(2026, 2, 1), date(2026, 2, 1)]
