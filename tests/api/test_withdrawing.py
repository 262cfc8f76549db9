"""Withdrawing an invoice (作废) and putting it back: hidden with a reason, kept with everything, the same after a rebuild."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from models.access import Role, Scope
from models.audit import FindingKind
from models.correction import Ground
from models.digest import Digest
from models.reading import Reading
from models.reading_json import encode_invoice
from ocr_service.drilling import drill
from tests.api.conftest import Desk
from tests.support.command import piaogen
from tests.support.example_reading import NUMBER, SCAN, example_invoice, proved_invoice, reading_of
from tests.support.logins import Visitor, machine, person
from tests.support.pictures import a_picture

DIGEST = Digest.of(SCAN.read_bytes())
WHY = {"reason": "重复扫描", "by": "周样"}


def say(desk: Desk, invoice: str, what: str, version: int = 1, **said: Any) -> Response:
    return desk.client.post(f"/v1/invoices/{invoice}/{what}", json={**WHY, **said}, headers={"If-Match": f'"v{version}"'})


def listed(desk: Desk, **clues: str) -> list[str]:
    return [hit["invoice"]["id"] for hit in desk.client.get("/v1/invoices", params=clues).json()["hits"]]


def test_it_leaves_every_list_and_its_own_address_says_who_when_and_why(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    before = desk.client.get(f"/v1/invoices/{invoice}").json()

    answer = say(desk, invoice, "withdraw")

    body = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"v2"')
    assert (body["withdrawal"]["by"], body["withdrawal"]["reason"], body["summary"]["withdrawn"]) == ("周样", "重复扫描", True)
    assert (body["invoice"], body["confirmed"]) == (before["invoice"], before["confirmed"])
    assert listed(desk) == listed(desk, number=NUMBER) == listed(desk, seller="餐饮") == []
    assert listed(desk, state="withdrawn") == listed(desk, state="withdrawn", number=NUMBER) == [invoice]
    assert desk.client.get("/v1/review").json()["items"] == []
    assert desk.client.get(f"/v1/invoices/{invoice}").json() == body
    assert desk.client.get(f"/v1/invoices/{invoice}/original").content == SCAN.read_bytes()
    [_, said] = desk.client.get(f"/v1/invoices/{invoice}/history").json()["versions"]
    assert [(one["by"], one["reason"], one["withdrawn"]) for one in said["corrections"]] == [("周样", "重复扫描", True)]
    assert desk.upload((SCAN.name, SCAN.read_bytes()))["files"][0]["invoices"][0]["withdrawn"] is True


def test_it_is_put_back_with_a_reason_and_both_stay_on_record(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    say(desk, invoice, "withdraw")

    body = say(desk, invoice, "restore-to-list", 2, reason="并非重复", by="郑样").json()

    assert (body["withdrawal"], body["summary"]["withdrawn"], listed(desk)) == (None, False, [invoice])
    assert listed(desk, state="withdrawn") == []
    versions = desk.client.get(f"/v1/invoices/{invoice}/history").json()["versions"]
    said = [one for version in versions for one in version["corrections"]]
    assert [(one["by"], one["reason"], one["withdrawn"]) for one in said] == [("周样", "重复扫描", True), ("郑样", "并非重复", False)]
    assert len(desk.client.get("/v1/review").json()["items"]) == 1


def test_it_is_logged_before_it_counts_and_missed_when_it_is_taken_back(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    say(desk, invoice, "withdraw")

    kept, announced = desk.client.get("/v1/log").json()["entries"][:2]
    assert (kept["action"], kept["subject"], kept["details"]["version"]) == ("version.kept", invoice, 2)
    assert (announced["action"], announced["subject"], announced["details"]["version"]) == ("invoice.withdrawn", invoice, 2)
    say(desk, invoice, "restore-to-list", 2)
    assert [entry["action"] for entry in desk.client.get("/v1/log").json()["entries"][:2]] == ["version.kept", "invoice.restored"]

    where = {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}
    assert piaogen("audit", "--log", **where).code == 0
    [newest] = (desk.folder / "archive").rglob("manifest-000003.json")
    newest.unlink()
    assert "rolled_back" in piaogen("audit", "--log", **where).out


def test_two_people_cannot_undo_each_other_unseen_and_nothing_is_said_twice(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    blind = desk.client.post(f"/v1/invoices/{invoice}/withdraw", json=WHY)
    early = say(desk, invoice, "restore-to-list")
    say(desk, invoice, "withdraw")
    late, again = say(desk, invoice, "withdraw"), say(desk, invoice, "withdraw", 2)
    unsaid = say(desk, invoice, "restore-to-list", 2, reason=" ")

    assert [(answer.status_code, answer.json()["code"]) for answer in (blind, early, late, again, unsaid)] == [
        (428, "version_needed"),
        (422, "invalid_correction"),
        (412, "stale_version"),
        (422, "invalid_correction"),
        (422, "invalid_correction"),
    ]
    assert desk.client.get(f"/v1/invoices/{invoice}").headers["etag"] == '"v2"'


def test_it_stands_after_a_later_reading_and_what_is_set_right_meanwhile_stands_beside_it(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    say(desk, invoice, "withdraw")
    corrected = desk.client.patch(f"/v1/invoices/{invoice}", json={**WHY, "fields": {"payee": "周例"}}, headers={"If-Match": '"v2"'})
    assert (corrected.status_code, corrected.json()["summary"]["withdrawn"]) == (200, True)

    def later(scan: Any) -> Reading:
        return replace(reading_of(scan, proved_invoice()), timings_ms={"reading": 977.0})

    desk.reader.scripts[DIGEST] = later
    desk.client.post(f"/v1/invoices/{invoice}/reprocess")
    desk.read_everything()

    body = desk.client.get(f"/v1/invoices/{invoice}").json()
    assert (len(body["versions"]), body["withdrawal"]["by"], body["invoice"]["fields"]["payee"]["value"]) == (4, "周样", "周例")
    assert (listed(desk), listed(desk, state="withdrawn")) == ([], [invoice])


def test_a_withdrawal_alone_changes_nothing_of_a_later_reading(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    say(desk, invoice, "withdraw")
    desk.reader.scripts[DIGEST] = lambda scan: replace(reading_of(scan, proved_invoice()), timings_ms={"reading": 977.0})

    desk.client.post(f"/v1/invoices/{invoice}/reprocess")
    desk.read_everything()

    reading = desk.service.reading(DIGEST)
    assert reading is not None
    assert ([encode_invoice(one) for one in reading.invoices], reading.withdrawn) == ([encode_invoice(proved_invoice())], {1: Ground.VOID})


def test_a_rebuild_gives_the_same_answers(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    desk.upload(("second.png", a_picture(5)))
    desk.reader.scripts[Digest.of(a_picture(5))] = lambda scan: reading_of(scan, example_invoice())
    desk.read_everything()
    say(desk, invoice, "withdraw")
    asked = ("/v1/invoices", "/v1/invoices?state=withdrawn", "/v1/review", f"/v1/invoices/{invoice}", f"/v1/invoices/{invoice}/copies")
    # How often a reading was tried is known to the queue alone.
    before = [desk.client.get(path).text.replace('"attempts":1', '"attempts":0') for path in asked]

    desk.service.index.rebuild()

    assert [desk.client.get(path).text for path in asked] == before
    assert [len(json.loads(body)["hits"]) for body in before[:2]] == [1, 1]


def test_an_alarm_about_two_scans_ends_with_the_withdrawal_of_one_and_is_told_among_the_copies(desk: Desk) -> None:
    other = replace(proved_invoice().fields["tax_inclusive_amount"], value="9972.87")
    fields = {**proved_invoice().fields, "tax_inclusive_amount": other}
    desk.reader.scripts[DIGEST] = lambda scan: reading_of(scan, proved_invoice())
    desk.reader.scripts[Digest.of(a_picture(5))] = lambda scan: reading_of(scan, replace(proved_invoice(), fields=fields))
    first = desk.archived_invoice()
    second = desk.upload(("second.png", a_picture(5)))["files"][0]["digest"].removeprefix("sha256:")[:20] + "-1"
    desk.read_everything()
    assert len(desk.client.get("/v1/review").json()["items"]) == 2

    say(desk, second, "withdraw")

    assert desk.client.get("/v1/review").json()["items"] == []
    copies = desk.client.get(f"/v1/invoices/{first}/copies").json()
    assert copies["copies"] == []
    assert [(copy["id"], copy["differs"]) for copy in copies["withdrawn"]] == [(second, ["tax_inclusive_amount"])]
    assert "已作废的其他扫描件" in desk.client.get(f"/invoices/{first}", headers={"Accept-Language": "zh"}).text
    say(desk, second, "restore-to-list", 2)
    assert len(desk.client.get("/v1/review").json()["items"]) == 2


def test_the_person_is_the_login_and_whoever_only_reads_may_not(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    app = desk.client.app
    assert isinstance(app, FastAPI)
    clerk, auditor = person(app, Role.CLERK, name="zhou"), person(app, Role.AUDITOR, name="qian")
    address, version = f"/v1/invoices/{invoice}/withdraw", {"If-Match": '"v1"'}

    assert auditor.client.post(address, json={"reason": "重复"}, headers=version).status_code == 403
    assert machine(app, Scope.INVOICES_READ).client.post(address, json={"reason": "重复"}, headers=version).status_code == 403
    assert clerk.client.post(address, json=WHY, headers=version).json()["code"] == "invalid_correction"
    withdrawn = clerk.client.post(address, json={"reason": "重复"}, headers=version).json()
    assert withdrawn["withdrawal"]["by"].endswith("(user:zhou)")


OURS, THEIRS = "财务部", "采购部"


class TestTwoDepartments:
    """A document of both has one record: what either's people say of it is seen by both."""

    @pytest.fixture
    def us(self, desk: Desk) -> Visitor:
        return _of(desk, OURS)

    @pytest.fixture
    def them(self, desk: Desk) -> Visitor:
        return _of(desk, THEIRS)

    def test_what_one_withdraws_is_withdrawn_for_both(self, desk: Desk, us: Visitor, them: Visitor) -> None:
        invoice = _of_both(desk, us, them)
        answer = us.client.post(f"/v1/invoices/{invoice}/withdraw", json={"reason": "重复"}, headers={"If-Match": '"v2"'})
        assert answer.status_code == 200, answer.text

        for visitor in (us, them, person(_app(desk), Role.ADMIN)):
            assert visitor.client.get("/v1/invoices").json()["hits"] == []
            [hit] = visitor.client.get("/v1/invoices", params={"state": "withdrawn"}).json()["hits"]
            assert hit["invoice"]["id"] == invoice
            assert visitor.client.get(f"/v1/invoices/{invoice}").json()["withdrawal"]["reason"] == "重复"
            assert visitor.client.get("/v1/review").json()["items"] == []

    def test_whoever_hands_in_later_sees_that_it_is_withdrawn_and_not_by_whom(self, desk: Desk, us: Visitor, them: Visitor) -> None:
        invoice = _upload(us)
        desk.read_everything()
        body = us.client.post(f"/v1/invoices/{invoice}/withdraw", json={"reason": "秘密"}, headers={"If-Match": '"v1"'})
        assert body.status_code == 200

        _upload(them)
        desk.read_everything()

        theirs = them.client.get(f"/v1/invoices/{invoice}")
        assert (theirs.json()["withdrawal"]["by"], theirs.json()["withdrawal"]["reason"]) == ("—", "")
        assert "秘密" not in theirs.text
        assert them.client.get("/v1/invoices").json()["hits"] == []
        assert us.client.get(f"/v1/invoices/{invoice}").json()["withdrawal"]["reason"] == "秘密"


def _app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def _of(desk: Desk, department: str) -> Visitor:
    return person(_app(desk), Role.CLERK, departments=frozenset({department}), name="ours" if department == OURS else "theirs")


def _upload(visitor: Visitor) -> str:
    answer = visitor.client.post("/v1/uploads", files=[("files", (SCAN.name, SCAN.read_bytes()))])
    assert answer.status_code == 202, answer.text
    return f"{DIGEST.hex[:20]}-1"


def _of_both(desk: Desk, us: Visitor, them: Visitor) -> str:
    _upload(us)
    desk.read_everything()
    desk.reader.scripts[DIGEST] = lambda scan: replace(reading_of(scan, example_invoice()), timings_ms={"reading": 977.0})
    invoice = _upload(them)
    desk.read_everything()
    return invoice


def test_the_pages_withdraw_it_put_it_back_and_say_so(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    chinese = {"Accept-Language": "zh"}
    page = desk.client.get(f"/invoices/{invoice}", headers=chinese).text
    assert "作废此记录" in page
    assert "什么都不会删除" in page

    refused = desk.client.post(f"/invoices/{invoice}/withdraw", data={"by": "周样", "reason": " ", "version": "1", "form": "withdraw"})
    stale = desk.client.post(f"/invoices/{invoice}/withdraw", data={**WHY, "version": "7", "form": "withdraw"})
    done = desk.client.post(f"/invoices/{invoice}/withdraw", data={**WHY, "version": "1", "form": "withdraw"}, headers=chinese)

    assert (refused.status_code, stale.status_code, done.status_code) == (422, 412, 200)
    assert "周样" in done.text
    assert "重复扫描" in done.text
    assert "已作废" in done.text
    assert invoice not in desk.client.get("/find").text
    assert invoice in desk.client.get("/find", params={"state": "withdrawn"}).text
    assert "已作废" in desk.client.get(f"/documents/{DIGEST}", headers=chinese).text
    nothing = desk.client.get("/find", params={"state": "withdrawn", "number": "1111"}, headers=chinese)
    assert "已作废" in nothing.text
    back = desk.client.post(f"/invoices/{invoice}/restore-to-list", data={**WHY, "version": "2", "form": "withdraw"}, headers=chinese)
    assert "已恢复到列表" in back.text
    assert invoice in desk.client.get("/find").text


def test_the_commands_say_the_same(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    where = {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}

    withdrawn = piaogen("withdraw", invoice, "--reason", "重复扫描", "--by", "周样", **where)
    found, hidden = piaogen("find", "--json", **where), piaogen("find", "--state", "withdrawn", "--json", **where)
    shown = piaogen("show", invoice, "--json", **where)
    exported = piaogen("export", invoice, "--output", str(desk.folder / "out"), **where)
    audited = piaogen("audit", **where)
    back = piaogen("restore-to-list", invoice, "--reason", "并非重复", "--json", **where)

    assert (withdrawn.code, back.code) == (0, 0)
    assert (found.out, [json.loads(line)["id"] for line in hidden.out.splitlines()]) == ("", [invoice])
    assert [json.loads(shown.out)["withdrawal"][key] for key in ("by", "reason")] == ["周样", "重复扫描"]
    for told in (withdrawn, exported, audited):
        assert "已作废" in told.out
        assert "周样" in told.out
        assert "重复扫描" in told.out
    assert audited.code == 0
    assert json.loads(back.out)["withdrawn"] is False
    assert piaogen("find", "--state", "gone", **where).code == 2


def test_audit_and_drill_find_nothing_wrong_and_note_it(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    say(desk, invoice, "withdraw")

    report = desk.service.audit()

    assert (report.findings, [note.kind for note in report.notes]) == ((), [FindingKind.WITHDRAWN])
    assert invoice in report.notes[0].detail
    assert drill(desk.service, 1, "local").findings == ()
