"""Every format that there was stays readable, every damage is named, and no later program rewrites what an earlier one wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.audit import FindingKind
from models.clues import Clues
from models.digest import Digest
from models.errors import InvalidSetting
from ocr_service.checking import audit_now
from ocr_service.composition import build_service
from ocr_service.log_inspection import check_log
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.filesystem import FileSystemStore
from storage.log_audit import audit_log
from storage.object_store import ObjectStore
from storage.sealed import SealedStore
from tests.golden.damages import ARCHIVES, DAMAGES, FIRST, SECOND, block_keys, damaged, flip, golden, reading_key, remove
from tests.golden.expected import CORRECTED, EXPECTED, SOUND, UNCONFIRMED, Answer
from tests.golden.making import SEAL_KEY, STEPS

FORMATS = {
    "before-corrections": (CORRECTED, UNCONFIRMED),
    "before-evidence": (CORRECTED, UNCONFIRMED),
    "before-ids": SOUND,
    "before-log": SOUND,
    "present": SOUND,
    "sealed": SOUND,
    "destroyed": SOUND,
}
"""What is found in each; nobody could confirm anything before there was evidence."""


@contextmanager
def service_on(archive: Path, *, mirror: Path | None = None, renew: bool = True) -> Iterator[ArchiveService]:
    """The service over an archive; its index is made anew from the archive alone."""
    key = archive.parent / "key"
    key.write_text(SEAL_KEY.hex(), encoding="ascii")
    key.chmod(0o600)
    seal = f"file:{key}" if list(archive.glob("piaogen-seal-*")) else ""
    settings = Settings(archive=str(archive), mirror=str(mirror or ""), seal_key=seal, workers=0)
    service = build_service(settings, create=not renew, renew=renew)
    try:
        if renew:
            service.index.rebuild(lambda digest, problem: None)
        yield service
    finally:
        service.close()


def answers(service: ArchiveService) -> tuple[Answer, ...]:
    """What a search for each number finds, and what is shown then."""
    found = []
    for number in ("00000017", "00000042"):
        [hit] = service.find(Clues(number=number))
        invoice = service.show(hit.invoice.id).invoice
        assert invoice.value("buyer_name") == hit.invoice.buyer_name
        found.append((number, hit.invoice.buyer_name, invoice.value("tax_inclusive_amount"), invoice.verdict.value))
    return tuple(found)


def objects(archive: Path) -> dict[str, bytes]:
    return {path.relative_to(archive).as_posix(): path.read_bytes() for path in archive.rglob("*") if path.is_file()}


def store_of(archive: Path) -> ObjectStore:
    folder = FileSystemStore(archive)
    return SealedStore(folder, SEAL_KEY) if list(archive.glob("piaogen-seal-*")) else folder


def test_every_damage_and_every_format_has_its_expectation() -> None:
    assert set(EXPECTED) == set(DAMAGES)
    assert {path.name for path in ARCHIVES.iterdir()} == set(FORMATS) == {*STEPS, "sealed"}


@pytest.mark.parametrize("name", FORMATS)
def test_an_archive_of_any_format_is_sound_and_found_in(name: str, tmp_path: Path) -> None:
    archive = golden(name, tmp_path)

    report = audit(InvoiceArchive(store_of(archive)).open(create=False))

    assert (report.documents, report.findings, report.notes) == (4 if name == "destroyed" else 3, (), ())
    with service_on(archive) as service:
        assert answers(service) == FORMATS[name]
        assert service.counts()[DocumentState.QUEUED] == 1
        assert (audit_now(service).findings, check_log(service).findings) == ((), ())
        assert audit_log(service.archive).notes == ()


@pytest.mark.parametrize("name", [*FORMATS, *DAMAGES])
def test_nothing_that_stands_is_rewritten(name: str, tmp_path: Path) -> None:
    """Opened, indexed, audited, opened to be written to, audited again: what was there is there, byte for byte."""
    archive = damaged(name, tmp_path) if name in DAMAGES else golden(name, tmp_path)
    before = objects(archive)

    for renew in (True, False):
        with service_on(archive, renew=renew) as service:
            audit_now(service)
            check_log(service)

    after = objects(archive)
    assert {key: after.get(key) for key in before} == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_named_and_hides_nothing_else(damage: str, tmp_path: Path) -> None:
    archive = damaged(damage, tmp_path)
    opened = InvoiceArchive(FileSystemStore(archive)).open(create=False)

    report, log = audit(opened), audit_log(opened)

    met = {(finding.kind, finding.key) for finding in (*report.findings, *report.notes, *log.findings, *log.notes)}
    assert met == EXPECTED[damage].found
    with service_on(archive) as service:
        assert answers(service) == EXPECTED[damage].answers
        assert service.counts()[DocumentState.QUEUED] == EXPECTED[damage].unread


def test_an_index_tells_what_the_archive_alone_cannot(tmp_path: Path) -> None:
    """A newest version taken back, and a log whose end was cut off."""
    archive = golden("present", tmp_path)
    with service_on(archive) as service:
        service.activity.catch_up()
    last = block_keys(archive)[-1]
    DAMAGES["rolled back"](archive)
    remove(archive, last)

    with service_on(archive, renew=False) as service:
        found = {(finding.kind, finding.key) for finding in audit_now(service).findings}
        log = {(finding.kind, finding.key) for finding in check_log(service).findings}

    assert (FindingKind.ROLLED_BACK, f"documents/{SECOND}/manifest-000002.json") in found
    assert log != set()


def test_a_mirror_answers_for_what_one_place_lost_and_mends_it(tmp_path: Path) -> None:
    first, second = golden("present", tmp_path / "one"), golden("present", tmp_path / "two")
    lost = reading_key(second, SECOND, 2)
    flip(first, f"originals/{FIRST}")
    remove(second, lost)

    with service_on(first, mirror=second) as service:
        assert answers(service) == SOUND
        assert b"".join(service.original(FIRST[3:])[1].read()) == (ARCHIVES / "present" / "originals" / FIRST).read_bytes()
        found = {(finding.kind, finding.key) for finding in service.audit().findings}
        mended = {(finding.kind, finding.key) for finding in service.audit(repair=True).notes}

    assert found == {(FindingKind.DAMAGED, f"originals/{FIRST}"), (FindingKind.MISSING, lost)}
    assert mended == {(FindingKind.MENDED, f"originals/{FIRST}"), (FindingKind.MENDED, lost)}
    for place in (first, second):
        assert audit(InvoiceArchive(FileSystemStore(place))).sound


@pytest.mark.parametrize("key", [f"originals/{FIRST}", f"documents/{SECOND}/manifest-000002.json"])
def test_a_flipped_bit_of_a_sealed_object_loses_that_object_alone(key: str, tmp_path: Path) -> None:
    archive = golden("sealed", tmp_path)
    flip(archive, key)

    report = audit(InvoiceArchive(SealedStore(FileSystemStore(archive), SEAL_KEY)))

    assert {(finding.kind, finding.key) for finding in report.findings} == {(FindingKind.DAMAGED, key)}


def test_a_sealed_archive_shows_nothing_in_clear_and_opens_with_its_key_alone(tmp_path: Path) -> None:
    archive = golden("sealed", tmp_path)
    in_clear = {path.name for path in archive.rglob("*") if path.is_file() and not path.read_bytes().startswith(b"PGSEAL1\n")}

    assert in_clear == {"piaogen-archive.json", "piaogen-seal-000001.json"}
    with pytest.raises(InvalidSetting, match="not the key"):
        InvoiceArchive(SealedStore(FileSystemStore(archive), bytes(32))).open(create=False).identity()


def test_golden_archives_are_those_that_were_made() -> None:
    """One digest over all of them: who changes a golden archive has to say so here."""
    content = "".join(
        f"{Digest.of(path.read_bytes()).hex}  {path.relative_to(ARCHIVES).as_posix()}\n"
        for path in sorted(ARCHIVES.rglob("*"))
        if path.is_file()
    )

    assert Digest.of(content.encode()).hex == "f7aeb20c31eaef1581bdd2efd8fe0f53d7d833a548652baaf95031d3c873aa07"
