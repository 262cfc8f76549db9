"""/v1/holds: what nobody may destroy."""

from models.activity import Action
from models.digest import Digest
from ocr_service.retaining import holds
from storage.hold_records import HoldRecords
from tests.api.conftest import Desk
from tests.support.archived import put
from tests.support.example_reading import SCAN


def test_a_hold_says_who_keeps_what_and_why_until_it_is_lifted(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    document = Digest.of(SCAN.read_bytes())

    made = desk.client.post("/v1/holds", json={"documents": [invoice], "reason": "年度审计"})
    assert made.status_code == 201
    assert made.json()["documents"] == [str(document)]
    assert HoldRecords(desk.service.archive.store).on(document)

    lifted = desk.client.post(f"/v1/holds/{made.json()['id']}/release", json={"reason": "审计已结束"})
    assert (lifted.json()["released_by"], lifted.json()["release_reason"]) == ("local", "审计已结束")
    assert HoldRecords(desk.service.archive.store).on(document) == ()
    assert desk.client.get("/v1/holds").json() == {"holds": [lifted.json()]}


def test_two_holds_on_one_document_are_lifted_one_by_one(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    first, second = (desk.client.post("/v1/holds", json={"documents": [invoice], "reason": why}).json()["id"] for why in ("一", "二"))

    desk.client.post(f"/v1/holds/{first}/release", json={"reason": "完"})

    assert [hold.id for hold in HoldRecords(desk.service.archive.store).on(Digest.of(SCAN.read_bytes()))] == [second]


def test_a_hold_on_everything_keeps_what_is_still_to_come(desk: Desk) -> None:
    desk.client.post("/v1/holds", json={"everything": True, "reason": "诉讼"})

    assert HoldRecords(desk.service.archive.store).on(Digest.of(b"to come"))


def test_a_hold_is_lifted_once(desk: Desk) -> None:
    hold = desk.client.post("/v1/holds", json={"everything": True, "reason": "诉讼"}).json()["id"]
    desk.client.post(f"/v1/holds/{hold}/release", json={"reason": "完"})

    assert desk.client.post(f"/v1/holds/{hold}/release", json={"reason": "又完"}).status_code == 412
    assert desk.client.post("/v1/holds/hold-none/release", json={"reason": "完"}).status_code == 404


def test_a_hold_needs_documents_or_everything_and_a_reason(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    for body in (
        {"reason": "x"},
        {"documents": [invoice], "everything": True, "reason": "x"},
        {"documents": [invoice], "reason": " "},
    ):
        assert desk.client.post("/v1/holds", json=body).status_code == 422
    assert desk.client.post("/v1/holds", json={"documents": [invoice, "0" * 20 + "-1"], "reason": "x"}).status_code == 404
    assert holds(desk.service) == ()


def test_holds_are_in_the_log(desk: Desk) -> None:
    hold = desk.client.post("/v1/holds", json={"everything": True, "reason": "诉讼"}).json()["id"]
    desk.client.post(f"/v1/holds/{hold}/release", json={"reason": "完"})

    entries = [entry for block in desk.service.activity.log.after(None) for entry in block.block.entries]

    assert [entry.action for entry in entries if entry.subject == hold] == [Action.HOLD_SET, Action.HOLD_RELEASED]


def test_a_damaged_hold_is_an_error_and_never_no_hold(desk: Desk) -> None:
    put(desk.service.archive.store, "holds/hold-1/set.json", b"{}")

    assert desk.client.get("/v1/holds").status_code == 500
