"""A scan sent again while the first sending of it is still to be read, as after a broken connection."""

from sqlalchemy import func, select

from models.digest import Digest
from models.document import Scan
from models.reading import Reading
from ocr_service.service import ArchiveService
from storage.catalogue.tables import batch_items
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN, example_invoice, reading_of
from tests.support.reading_thread import reading_thread
from tests.support.waiting import until


def arrivals(service: ArchiveService) -> int:
    with service.catalogue.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(batch_items)) or 0


def test_who_waits_for_a_duplicate_gets_the_reading_of_the_first(desk: Desk) -> None:
    def after_it_was_sent_again(scan: Scan) -> Reading:
        until(lambda: arrivals(desk.service) == 2)
        return reading_of(scan, example_invoice())

    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = after_it_was_sent_again
    desk.upload((SCAN.name, SCAN.read_bytes()))
    with reading_thread(desk.service, desk.folder):
        batch = desk.upload((SCAN.name, SCAN.read_bytes()), params={"wait": 30})

    assert [file["state"] for file in batch["files"]] == ["duplicate"]
    assert [reading["invoices"][0]["fields"]["invoice_number"]["value"] for reading in batch["readings"]] == [NUMBER]
