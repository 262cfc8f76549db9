"""What the API and the pages answer while one record of the archive is damaged: everything else as ever, and this one says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.archive import Manifest
from models.audit import FindingKind
from models.digest import Digest
from models.reading import Reading
from storage import archive_layout as layout
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN, example_invoice, reading_of
from tests.support.pictures import a_picture

DIGEST = Digest.of(SCAN.read_bytes())
CORRECTION = {"fields": {"payee": "周例"}, "reason": "对照纸质原件", "by": "财务部 周样"}
CHANGES = (
    ("PATCH", "", CORRECTION),
    ("POST", "/confirm", {"reason": "看过", "by": "财务部 周样"}),
    ("POST", "/override", {"rule": "total_matches_words", "reason": "看过", "by": "财务部 周样"}),
)
NOW_READ = 977.0
"""Milliseconds of a later reading: two runs of an engine never take the very same time."""


def corrected(desk: Desk, invoice_id: str, payee: str = "周例") -> int:
    """Set the payee right; the version that this made."""
    etag = desk.client.get(f"/v1/invoices/{invoice_id}").headers["ETag"]
    answer = desk.client.patch(f"/v1/invoices/{invoice_id}", json=CORRECTION | {"fields": {"payee": payee}}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    return int(answer.headers["ETag"].strip('"v'))


def kept(desk: Desk, key: str) -> Path:
    return desk.folder / "archive" / key


def spoil(desk: Desk, key: str, content: bytes = b"{}") -> bytes:
    """Damage an object behind the archive's back; what it was."""
    path = kept(desk, key)
    before = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    return before


def newest(desk: Desk) -> Manifest:
    manifest = desk.service.archive.latest(DIGEST)
    assert manifest is not None
    return manifest


NEWEST_RECORDS: dict[str, Callable[[Desk], str]] = {
    "reading": lambda desk: newest(desk).part("reading").key,
    "manifest": lambda desk: layout.manifest_key(DIGEST, newest(desk).version),
}


@pytest.mark.parametrize("record", NEWEST_RECORDS)
@pytest.mark.parametrize("is_rebuilt", [False, True])
class TestOneDamagedRecord:
    def test_every_list_goes_on_and_the_older_sound_version_is_shown_with_a_note(self, desk: Desk, record: str, is_rebuilt: bool) -> None:
        invoice_id = desk.archived_invoice()
        desk.upload(("other.png", a_picture(0)))
        desk.read_everything()
        corrected(desk, invoice_id)
        spoil(desk, NEWEST_RECORDS[record](desk))
        if is_rebuilt:
            assert desk.service.index.rebuild() == 2

        items = {item["file_name"]: item for item in desk.client.get("/v1/review").json()["items"]}
        assert items[SCAN.name]["error"] == "reading_damaged"
        assert items["other.png"]["error"] is None
        assert "读取记录已损坏" in desk.client.get("/review", headers={"Accept-Language": "zh"}).text
        assert [hit["invoice"]["id"] for hit in desk.client.get("/v1/invoices", params={"number": NUMBER}).json()["hits"]] == [invoice_id]
        for page in ("/find", "/review", f"/invoices/{invoice_id}", f"/documents/{DIGEST}", f"/invoices/{invoice_id}/correct"):
            assert desk.client.get(page).status_code == 200, page
        shown = desk.client.get(f"/v1/invoices/{invoice_id}").json()
        assert (shown["damage"], shown["invoice"]["fields"]["payee"]["value"]) == ("reading_damaged", "周样")
        for below in ("", "/original", "/preview", "/copies", "/history", "/crops/payee"):
            assert desk.client.get(f"/v1/invoices/{invoice_id}{below}").status_code == 200, below
        assert desk.client.get(f"/v1/invoices/{invoice_id}/original").content == SCAN.read_bytes()
        assert [version["engine"] is None for version in desk.client.get(f"/v1/invoices/{invoice_id}/history").json()["versions"]] == [
            False,
            True,
        ]

    @pytest.mark.parametrize("versions", [1, 2], ids=["no sound version", "an older sound version"])
    def test_nobody_changes_what_cannot_be_seen_and_is_told_what_to_do(
        self, desk: Desk, record: str, is_rebuilt: bool, versions: int
    ) -> None:
        invoice_id = desk.archived_invoice()
        if versions == 2:
            corrected(desk, invoice_id)
        spoil(desk, NEWEST_RECORDS[record](desk))
        if is_rebuilt:
            desk.service.index.rebuild()
        before = {found.key for found in desk.service.archive.store.list("")}

        for method, below, body in CHANGES:
            answer = desk.client.request(method, f"/v1/invoices/{invoice_id}{below}", json=body, headers={"If-Match": f'"v{versions}"'})
            assert (answer.status_code, answer.json()["code"]) == (409, "record_needs_repair"), below
            assert "restore it from a backup" in answer.json()["detail"], below
        page = desk.client.post(f"/invoices/{invoice_id}/confirm", data={"by": "周样", "reason": "看过", "version": str(versions)})
        assert page.status_code == 409
        assert {found.key for found in desk.service.archive.store.list("")} == before
        assert not desk.service.audit().sound

    def test_it_is_read_again_only_where_a_later_version_can_be_written(self, desk: Desk, record: str, is_rebuilt: bool) -> None:
        invoice_id = desk.archived_invoice()
        spoil(desk, NEWEST_RECORDS[record](desk))
        if is_rebuilt:
            desk.service.index.rebuild()

        answer = desk.client.post(f"/v1/invoices/{DIGEST}/reprocess")

        assert (answer.status_code, answer.json().get("code")) == ((202, None) if record == "reading" else (409, "record_needs_repair"))
        assert desk.client.patch(f"/v1/invoices/{invoice_id}", json=CORRECTION, headers={"If-Match": '"v1"'}).status_code == 409


@pytest.mark.parametrize("record", NEWEST_RECORDS)
@pytest.mark.parametrize("is_rebuilt", [False, True])
def test_a_document_without_any_sound_version_is_listed_and_its_original_is_there(desk: Desk, record: str, is_rebuilt: bool) -> None:
    invoice_id = desk.archived_invoice()
    desk.upload(("other.png", a_picture(0)))
    desk.read_everything()
    spoil(desk, NEWEST_RECORDS[record](desk))
    if is_rebuilt:
        assert desk.service.index.rebuild() == 2

    items = {item["file_name"]: item["error"] for item in desk.client.get("/v1/review").json()["items"]}
    assert items == {SCAN.name: "reading_damaged", "other.png": None}
    for page in ("/find", "/review", f"/documents/{DIGEST}"):
        assert desk.client.get(page).status_code == 200, page
    assert desk.client.get(f"/v1/invoices/{DIGEST}/original").content == SCAN.read_bytes()
    answer = desk.client.get(f"/v1/invoices/{invoice_id}")
    assert answer.json()["code"] == ("invoice_not_found" if is_rebuilt else "damaged_record" if record == "manifest" else "digest_mismatch")


def test_reading_the_document_again_makes_a_sound_version_after_a_damaged_reading(desk: Desk) -> None:
    invoice_id = desk.archived_invoice()
    spoil(desk, newest(desk).part("reading").key)
    later(desk)

    desk.client.post(f"/v1/invoices/{invoice_id}/reprocess")
    desk.read_everything()

    shown = desk.client.get(f"/v1/invoices/{invoice_id}").json()
    assert (shown["damage"], shown["summary"]["invoice_number"], newest(desk).version) == (None, NUMBER, 2)
    assert desk.service.document(DIGEST).error is None
    assert {finding.kind for finding in desk.service.audit().findings} == {FindingKind.DAMAGED}


def test_a_damaged_received_record_hides_neither_the_invoice_nor_the_original(desk: Desk) -> None:
    invoice_id = desk.archived_invoice()
    spoil(desk, layout.received_key(DIGEST))
    for rebuild in (lambda: 0, desk.service.index.rebuild):
        rebuild()
        assert desk.client.get(f"/v1/invoices/{invoice_id}/original").content == SCAN.read_bytes()
        assert desk.client.get(f"/v1/invoices/{invoice_id}").json()["document"]["file_name"] == SCAN.name
        assert desk.client.get(f"/invoices/{invoice_id}").status_code == 200
        assert desk.upload((SCAN.name, SCAN.read_bytes()))["files"][0]["state"] == "duplicate"


def test_a_scan_of_which_only_the_original_is_sound_is_listed(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    digest = Digest.of(a_picture(0))
    spoil(desk, layout.received_key(digest))

    assert desk.service.index.rebuild() == 1
    [item] = desk.client.get("/v1/review").json()["items"]
    assert item["digest"] == str(digest)
    assert desk.client.get(f"/v1/invoices/{digest}/original").content == a_picture(0)


def test_waiting_for_an_upload_answers_with_the_readings_that_can_be_read(desk: Desk) -> None:
    desk.archived_invoice()
    desk.upload(("other.png", a_picture(0)))
    desk.read_everything()
    spoil(desk, newest(desk).part("reading").key)

    body = desk.upload((SCAN.name, SCAN.read_bytes()), ("other.png", a_picture(0)), params={"wait": 1})

    assert [reading["document"]["digest"] for reading in body["readings"]] == [str(Digest.of(a_picture(0)))]


def test_a_correction_that_was_taken_back_is_shown_as_an_older_version_and_found_by_an_audit(desk: Desk) -> None:
    invoice_id = desk.archived_invoice()
    corrected(desk, invoice_id)
    kept(desk, layout.manifest_key(DIGEST, 2)).unlink()

    shown = desk.client.get(f"/v1/invoices/{invoice_id}").json()
    assert (shown["damage"], shown["invoice"]["fields"]["payee"]["value"]) == ("record_rolled_back", "周样")
    assert desk.client.patch(f"/v1/invoices/{invoice_id}", json=CORRECTION, headers={"If-Match": '"v1"'}).status_code == 409
    assert [finding.kind for finding in desk.service.audit().findings] == [FindingKind.ROLLED_BACK]


def test_whether_a_file_is_there_is_asked_of_the_store(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    digest = Digest.of(a_picture(0))
    address, path = f"/v1/files/{digest}", kept(desk, layout.original_key(digest))
    assert desk.client.head(address).status_code == 200

    path.unlink()
    assert desk.client.head(address).status_code == 404
    path.write_bytes(a_picture(0)[:-1])
    assert desk.client.head(address).status_code == 404

    assert desk.upload(("a.png", a_picture(0)))["files"][0]["state"] == "duplicate"
    assert desk.client.head(address).status_code == 200


@pytest.mark.parametrize("damage", [b"", b"other bytes", None], ids=["emptied", "changed", "gone"])
def test_bytes_that_come_in_again_mend_a_damaged_original_and_nothing_is_replaced(desk: Desk, damage: bytes | None) -> None:
    invoice_id = desk.archived_invoice()
    key = layout.original_key(DIGEST)
    spoil(desk, key, damage or b"")
    if damage is None:
        kept(desk, key).unlink()
    assert desk.client.get(f"/v1/invoices/{invoice_id}/original").status_code == 500
    assert not desk.service.audit().sound

    desk.upload((SCAN.name, SCAN.read_bytes()))

    assert desk.client.get(f"/v1/invoices/{invoice_id}/original").content == SCAN.read_bytes()
    report = desk.service.audit()
    assert report.sound
    if damage is not None:
        assert kept(desk, key).read_bytes() == damage
        assert [note.kind for note in report.notes] == [FindingKind.RESTORED]
    later(desk)
    desk.client.post(f"/v1/invoices/{invoice_id}/reprocess")
    desk.read_everything()
    assert (newest(desk).version, desk.service.document(DIGEST).error) == (2, None)


def later(desk: Desk, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Have the engine take another time for the scan, and something happen while it reads."""

    def read(scan: object) -> Reading:
        meanwhile()
        fresh = reading_of(scan, example_invoice())  # type: ignore[arg-type]  # a Scan
        return Reading(fresh.document, fresh.invoices, fresh.engine, {"reading": NOW_READ})

    desk.reader.scripts[DIGEST] = read


@pytest.mark.parametrize("when", ["while it waits", "while it is read"])
def test_a_requested_reading_is_carried_on_when_a_correction_takes_its_version(desk: Desk, when: str) -> None:
    invoice_id = desk.archived_invoice()
    desk.client.post(f"/v1/invoices/{invoice_id}/reprocess")
    if when == "while it waits":
        assert corrected(desk, invoice_id) == 2
        later(desk)
    else:
        later(desk, lambda: corrected(desk, invoice_id))

    desk.read_everything()

    stands = desk.service.reading(DIGEST)
    assert stands is not None
    assert newest(desk).version == 3
    assert (stands.timings_ms, stands.invoices[0].value("payee")) == ({"reading": NOW_READ}, "周例")
    assert desk.service.document(DIGEST).version == 3


def test_a_reading_that_is_asked_for_twice_by_one_job_is_archived_once_though_corrected_since(desk: Desk) -> None:
    invoice_id = desk.archived_invoice()
    later(desk)
    desk.service.read(DIGEST, version=2)
    corrected(desk, invoice_id)

    desk.service.read(DIGEST, version=2)

    assert newest(desk).version == 3
    assert desk.reader.read_digests.count(DIGEST) == 2
