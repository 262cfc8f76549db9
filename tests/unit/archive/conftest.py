"""An archive in memory, empty or with one scan in it."""

import pytest

from storage.archive import InvoiceArchive
from tests.support.archived import DOCUMENT, MORNING, SCAN
from tests.support.memory_store import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def archive(store: MemoryStore) -> InvoiceArchive:
    return InvoiceArchive(store).open()


@pytest.fixture
def received(archive: InvoiceArchive) -> InvoiceArchive:
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    return archive
