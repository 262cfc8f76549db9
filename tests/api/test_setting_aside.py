"""What is no invoice (不是发票) and what has to be photographed anew (退回重拍): out of the review list for good, on record, reversible."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from models.access import Role
from models.digest import Digest
from models.errors import UnreadableFile
from tests.api.conftest import Desk
from tests.support.command import piaogen
from tests.support.example_reading import example_invoice, reading_of
from tests.support.logins import person
from tests.support.pictures import a_picture

PICTURE = a_picture(1)
BROKEN = a_picture(7)


def say(desk: Desk, name: str, what: str, version: int, **said: Any) -> Response:
    body = {"reason": "看不清", "by": "周样", **said}
    return desk.client.post(f"/v1/invoices/{name}/{what}", json=body, headers={"If-Match": f'"v{version}"'})


def in_review(desk: Desk) -> list[str]:
    return [item["digest"] for item in desk.client.get("/v1/review").json()["items"]]


def withdrawn(desk: Desk) -> list[str | None]:
    return [hit["invoice"]["ground"] for hit in desk.client.get("/v1/invoices?state=withdrawn").json()["hits"]]


@pytest.fixture
def broken(desk: Desk) -> str:
    """The digest of a scan that was tried and given up."""

    def fails(_: object) -> Any:
        raise UnreadableFile("not a picture after all")

    desk.reader.scripts[Digest.of(BROKEN)] = fails
    digest = str(desk.upload(("broken.png", BROKEN))["files"][0]["digest"])
    desk.read_everything()
    assert desk.client.get("/v1/review").json()["items"][0]["state"] == "unread"
    return digest


@pytest.mark.parametrize("ground", ["not_invoice", "retake"])
def test_a_picture_without_an_invoice_leaves_the_review_list_for_good(desk: Desk, ground: str) -> None:
    digest = str(desk.upload(("holiday.png", PICTURE))["files"][0]["digest"])
    desk.read_everything()
    assert in_review(desk) == [digest]

    body = say(desk, digest, "withdraw", 1, ground=ground).json()
    before = (in_review(desk), withdrawn(desk))
    desk.service.index.rebuild()

    assert (body["withdrawal"]["ground"], body["summary"]["ground"]) == (ground, ground)
    assert before == (in_review(desk), withdrawn(desk)) == ([], [ground])
    entries = [entry["action"] for entry in desk.client.get("/v1/log").json()["entries"][:2]]
    assert entries == ["version.kept", "invoice.withdrawn"]


def test_it_stays_out_when_it_is_read_again_and_comes_back_when_somebody_says_so(desk: Desk) -> None:
    digest = str(desk.upload(("holiday.png", PICTURE))["files"][0]["digest"])
    desk.read_everything()
    say(desk, digest, "withdraw", 1, ground="not_invoice")
    desk.reader.scripts[Digest.of(PICTURE)] = lambda scan: reading_of(scan, example_invoice())
    desk.client.post(f"/v1/invoices/{digest}/reprocess")
    desk.read_everything()
    assert in_review(desk) == []

    answer = say(desk, digest, "restore-to-list", 3, reason="是发票")

    assert (answer.status_code, answer.json()["withdrawal"], in_review(desk)) == (200, None, [digest])


def test_a_scan_that_nothing_could_read_is_set_aside_by_its_digest(desk: Desk, broken: str) -> None:
    answer = say(desk, broken, "withdraw", 0, ground="not_invoice")
    body = answer.json()

    assert (answer.status_code, answer.headers["etag"], in_review(desk)) == (200, '"v1"', [])
    assert (body["engine"]["name"], body["withdrawal"]["ground"], withdrawn(desk)) == ("by_hand", "not_invoice", ["not_invoice"])
    assert desk.client.get(f"/v1/invoices/{broken}/original").content == BROKEN
    [said] = desk.client.get(f"/v1/invoices/{body['id']}/history").json()["versions"]
    assert [(one["by"], one["ground"]) for one in said["corrections"]] == [("周样", "not_invoice")]
    desk.service.index.rebuild()
    assert (in_review(desk), withdrawn(desk)) == ([], ["not_invoice"])
    where = {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}
    assert piaogen("audit", **where).code == 0


def test_put_back_it_is_read_like_any_other_and_gives_way_to_what_is_read(desk: Desk, broken: str) -> None:
    say(desk, broken, "withdraw", 0, ground="retake")
    again = say(desk, broken, "withdraw", 0, ground="retake")
    say(desk, broken, "restore-to-list", 1)
    assert (again.status_code, in_review(desk)) == (412, [broken])

    desk.reader.scripts[Digest.of(BROKEN)] = lambda scan: reading_of(scan, example_invoice(), example_invoice())
    desk.client.post(f"/v1/invoices/{broken}/reprocess")
    desk.read_everything()

    found = desk.client.get(f"/v1/invoices/{broken}").json()
    assert (found["engine"]["name"], found["summary"]["invoice_number"]) == ("scripted", "63462197")
    assert len(found["versions"]) == 3


def test_what_waits_to_be_read_is_no_business_of_anybody_yet(desk: Desk) -> None:
    digest = desk.upload(("holiday.png", PICTURE))["files"][0]["digest"]

    answers = [say(desk, digest, "withdraw", 0, ground="retake"), say(desk, digest, "restore-to-list", 0)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "invalid_correction"), (404, "invoice_not_found")]
    desk.read_everything()
    assert say(desk, digest, "withdraw", 0, ground="gone").status_code == 422


def test_whoever_handed_it_in_is_asked_for_a_better_picture(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    sender, clerk = person(app, Role.UPLOADER, name="li"), person(app, Role.CLERK, name="zhou")
    batch = sender.client.post("/v1/uploads", files={"files": ("holiday.png", PICTURE)}).json()
    desk.read_everything()
    digest = batch["files"][0]["digest"]
    clerk.client.post(f"/v1/invoices/{digest}/withdraw", json={"reason": "金额被遮住了", "ground": "retake"}, headers={"If-Match": '"v1"'})

    [file] = sender.client.get(f"/v1/batches/{batch['id']}").json()["files"]
    html = sender.client.get(f"/batches/{batch['id']}", headers={"Accept": "text/html", "Accept-Language": "zh"}).text

    assert (file["returned"], file["invoices"]) == ("金额被遮住了", [])
    assert "请重拍：金额被遮住了" in html


def test_the_command_line_says_it_too(desk: Desk, broken: str) -> None:
    where = {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}

    answer = piaogen("withdraw", broken, "--reason", "是一张菜单", "--ground", "not_invoice", "--by", "周样", **where)

    assert (answer.code, in_review(desk)) == (0, [])
    assert "不是发票" in answer.out
    assert piaogen("restore-to-list", broken, "--reason", "看错了", **where).code == 0
    assert in_review(desk) == [broken]
