"""The database is made, upgraded, and its failures say what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.clues import Clues
from models.errors import CatalogueUnavailable, InvalidSetting
from storage.catalogue import database
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import START, a_received, an_invoice, found, index, opened, url_in

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def catalogue_url(new_file: str) -> str:
    return new_file


def test_every_connection_is_durable_and_keeps_references(catalogue: Catalogue) -> None:
    with catalogue.database.reading() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_migrating_again_keeps_what_is_there(catalogue: Catalogue) -> None:
    index(catalogue, 1, an_invoice(invoice_number="87654321"))

    assert catalogue.migrate() is False
    assert found(catalogue, Clues()) == ["87654321"]


def test_a_catalogue_says_that_it_was_made_just_now(tmp_path: Path) -> None:
    catalogue = Catalogue(url_in(tmp_path))

    assert [catalogue.migrate(), catalogue.migrate()] == [True, False]
    catalogue.close()


def test_the_folder_is_made_on_the_way(tmp_path: Path) -> None:
    with opened(tmp_path / "a b" / "票根 100%?#") as catalogue:
        assert catalogue.find(Clues(), EVERYTHING) == ()
    assert (tmp_path / "a b" / "票根 100%?#" / "catalogue.sqlite3").is_file()


def test_processes_that_start_at_once_make_it_once(tmp_path: Path) -> None:
    program = "import sys; from storage.catalogue.catalogue import Catalogue; input(); Catalogue(sys.argv[1]).migrate(); print('made')"
    command = [sys.executable, "-c", program, url_in(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    assert [process.communicate() for process in processes] == [("made\n", "")] * 3


def test_a_catalogue_of_a_newer_program_is_left_alone(catalogue: Catalogue) -> None:
    with catalogue.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(CatalogueUnavailable, match="another version"):
        catalogue.migrate()


def test_a_deleted_file_is_noticed_and_nothing_is_written_into_the_void(catalogue: Catalogue, tmp_path: Path) -> None:
    index(catalogue, 1, an_invoice())
    (tmp_path / "catalogue.sqlite3").unlink()

    for use in _uses(catalogue):
        with pytest.raises(CatalogueUnavailable, match="piaogen rebuild"):
            use()
    assert not (tmp_path / "catalogue.sqlite3").exists()


def test_after_a_rebuild_elsewhere_the_new_file_is_used(catalogue: Catalogue, tmp_path: Path) -> None:
    index(catalogue, 1, an_invoice(invoice_number="old"))
    (tmp_path / "catalogue.sqlite3").unlink()
    with opened(tmp_path) as rebuilt:
        index(rebuilt, 1, an_invoice(invoice_number="new"))

        assert found(catalogue, Clues()) == ["new"]


@pytest.mark.parametrize("content", [b"this is no database at all, only text" * 100, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_file_that_is_no_database_says_to_rebuild(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalogue.sqlite3").write_bytes(content)
    catalogue = Catalogue(url_in(tmp_path))

    for use in (catalogue.migrate, *_uses(catalogue)):
        with pytest.raises(CatalogueUnavailable, match="piaogen rebuild"):
            use()
    assert (tmp_path / "catalogue.sqlite3").read_bytes() == content


def test_a_file_damaged_while_it_is_used_says_to_rebuild(catalogue: Catalogue, tmp_path: Path) -> None:
    index(catalogue, 1, an_invoice())
    catalogue.close()
    path = tmp_path / "catalogue.sqlite3"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))

    with pytest.raises(CatalogueUnavailable, match="piaogen rebuild"):
        catalogue.find(Clues(), EVERYTHING)


def test_tables_that_are_missing_say_to_rebuild(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite3").touch()
    catalogue = Catalogue(url_in(tmp_path))

    with pytest.raises(CatalogueUnavailable, match="piaogen rebuild"):
        catalogue.find(Clues(), EVERYTHING)
    catalogue.close()


def test_renewing_puts_a_damaged_file_aside_and_begins_anew(tmp_path: Path) -> None:
    damaged = b"this is no database at all, only text" * 100
    (tmp_path / "catalogue.sqlite3").write_bytes(damaged)
    catalogue = Catalogue(url_in(tmp_path))

    catalogue.renew()

    index(catalogue, 1, an_invoice(invoice_number="again"))
    assert found(catalogue, Clues()) == ["again"]
    assert [path.read_bytes() for path in tmp_path.glob("catalogue.sqlite3.damaged-*")] == [damaged]
    catalogue.close()


def test_renewing_a_sound_catalogue_keeps_what_waits(catalogue: Catalogue, tmp_path: Path) -> None:
    index(catalogue, 1, an_invoice())
    LeaseQueue(catalogue).accept(a_received(2))

    catalogue.renew()

    assert (catalogue.find(Clues(), EVERYTHING), LeaseQueue(catalogue).waiting()) == ((), 1)
    assert list(tmp_path.glob("*.damaged-*")) == []


def test_renewing_makes_a_missing_catalogue(tmp_path: Path) -> None:
    catalogue = Catalogue(url_in(tmp_path / "new"))

    catalogue.renew()

    assert catalogue.find(Clues(), EVERYTHING) == ()
    catalogue.close()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CatalogueUnavailable):
        Catalogue(url_in(tmp_path / "file")).migrate()


def test_a_full_database_is_unavailable_and_nothing_of_the_write_stays(catalogue: Catalogue) -> None:
    """SQLite's own limit of pages answers like a full disk."""
    index(catalogue, 1, an_invoice(invoice_number="kept"))
    with catalogue.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(CatalogueUnavailable, match="full"):
        index(catalogue, 2, an_invoice(*("长" * 5_000 + str(line) for line in range(50)), invoice_number="lost"))
    assert found(catalogue, Clues()) == ["kept"]


def test_a_bug_in_a_statement_is_not_called_unavailable(catalogue: Catalogue) -> None:
    with pytest.raises(Exception, match="UNIQUE") as raised, catalogue.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO workers VALUES ('a', 1, 1), ('a', 1, 1)")
    assert not isinstance(raised.value, CatalogueUnavailable)


def test_a_block_that_fails_leaves_nothing(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError), catalogue.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO workers VALUES ('a', 1, 1)")
        raise KeyError

    with catalogue.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 0


def test_a_reader_sees_one_state_while_another_writes(catalogue: Catalogue) -> None:
    with catalogue.database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM documents").scalar()
        catalogue.record_received(a_received(1))
        assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == before == 0


def test_threads_that_write_wait_for_each_other_and_not_for_ever(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)

    with catalogue.database.writing(), pytest.raises(CatalogueUnavailable, match="another thread"), catalogue.database.writing():
        pass
    catalogue.record_received(a_received(0))

    assert list(catalogue.digests()) == [a_received(0).document.digest]


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://a/b", "oracle://x", "sqlite+nothing:///a"])
def test_what_is_no_url_of_a_catalogue_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting):
        Catalogue(url)


def test_a_database_server_that_is_not_there_is_unavailable() -> None:
    catalogue = Catalogue("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=2")

    with pytest.raises(CatalogueUnavailable):
        catalogue.find(Clues(), EVERYTHING)
    catalogue.close()


def _uses(catalogue: Catalogue) -> list[Callable[[], object]]:
    queue = LeaseQueue(catalogue)
    return [
        lambda: catalogue.find(Clues(), EVERYTHING),
        lambda: catalogue.find(Clues(number="12", seller="和平", text="住宿"), EVERYTHING),
        lambda: catalogue.record_received(a_received(7)),
        lambda: catalogue.document(a_received(1).document.digest, EVERYTHING),
        lambda: catalogue.set_state(a_received(1).document.digest, DocumentState.DONE),
        lambda: list(catalogue.digests()),
        lambda: catalogue.counts(EVERYTHING),
        lambda: catalogue.review(EVERYTHING),
        catalogue.erase,
        queue.waiting,
        lambda: queue.accept(a_received(8)),
        lambda: queue.claim("w", 60),
        lambda: queue.beat("w", 1),
        lambda: queue.enqueue(a_received(9).document.digest, "a.jpg"),
    ]


def test_the_time_of_receipt_survives_to_the_microsecond(catalogue: Catalogue) -> None:
    catalogue.record_received(a_received(0))

    assert catalogue.document(a_received(0).document.digest, EVERYTHING).received.received_at == START
