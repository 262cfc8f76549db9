"""Programs elsewhere are told what happened: signed, under one id each, and nothing that their department does not see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from standardwebhooks.webhooks import Webhook

from models.access import Role, Scope
from models.audit import AuditResult, AuditWay
from models.digest import Digest
from models.webhooks import CHOSEN, RETRY_AFTER, Event
from ocr_service.delivering import Courier, headers_for
from ocr_service.webhooks import told
from storage.catalogue.checks import Checks
from storage.catalogue.happenings import READ
from storage.catalogue.webhook_tables import happenings
from storage.histories import Histories
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logins import machine, person
from tests.support.pictures import a_picture
from tests.support.scripted_service import settings_in
from tests.support.waiting import until
from tests.support.webhook_receiver import Receiver, receiver

_LOST = {"lost": "invoice_and_deduction", "lost_by": "某人"}


@pytest.fixture
def erp() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def courier(desk: Desk) -> Courier:
    return _courier(desk)


def _courier(desk: Desk, **changes: object) -> Courier:
    service = replace(desk.service, **changes) if changes else desk.service
    return Courier(service, replace(settings_in(desk.folder), webhook_networks="127.0.0.1"))


def _add(desk: Desk, erp: Receiver, **wanted: object) -> str:
    answer = desk.client.post("/v1/webhooks", json={"url": erp.url + "/hook", **wanted})
    assert answer.status_code == 201, answer.text
    erp.secret = answer.json()["secret"]
    return str(answer.json()["id"])


def test_everything_that_happens_to_an_invoice_is_told_once_and_signed(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp)
    invoice = desk.archived_invoice()
    version = desk.client.get(f"/v1/invoices/{invoice}").headers["etag"]
    said = {"fields": {"remarks": "说明"}, "reason": "看清了", "by": "王样"}
    assert desk.client.patch(f"/v1/invoices/{invoice}", json=said, headers={"If-Match": version}).status_code == 200

    courier.take_turn()
    courier.take_turn()

    assert sorted(erp.types) == ["invoice.archived", "invoice.corrected", "invoice.needs_review", "upload.received"]
    assert len({message["id"] for message in erp.told}) == 4
    assert erp.forged == 0
    [archived] = erp.of("invoice.archived")
    assert archived["data"]["invoices"] == [{"id": invoice, "kind": "vat_special", "verdict": "needs_review"}]
    assert erp.of("invoice.corrected")[0]["data"] == {"invoice": invoice, "version": 2}


def test_the_librarys_own_verification_takes_what_is_sent(desk: Desk, erp: Receiver, courier: Courier) -> None:
    hook = courier.webhooks.get(_add(desk, erp))
    message = told(hook, Event.TEST, "key", hook.made_at, {"名": "票根"}, hook.made_at)

    sent = Webhook(hook.secret).verify(message.body.encode(), dict(headers_for(hook, message, datetime.now(UTC))))

    assert sent == {"type": "webhook.test", "timestamp": hook.made_at.isoformat(), "data": {"名": "票根"}}


def test_a_correction_that_another_overtook_is_not_told(desk: Desk, erp: Receiver, courier: Courier) -> None:
    invoice = desk.archived_invoice()
    _add(desk, erp, events=["invoice.corrected"])
    desk.service.activity.record("invoice.corrected", invoice, version=2, reading=str(Digest.of(b"what was never written")))

    assert courier.take_turn() == 0
    later = _courier(desk, clock=lambda: desk.service.clock() + timedelta(hours=1))
    assert later.take_turn() == 0
    assert later.webhooks.outbox.notes(10) == ()


def test_duplicates_refused_files_and_scans_without_an_invoice_are_told(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp)
    desk.upload(("a.png", a_picture(0)), ("a.png", a_picture(0)), ("leer.txt", b"no picture"))
    desk.read_everything()

    courier.take_turn()

    assert sorted(set(erp.types)) == ["document.unread", "invoice.needs_review", "upload.duplicate", "upload.received", "upload.refused"]
    assert erp.of("upload.refused")[0]["data"]["code"] == "unsupported_media_type"


def test_a_second_scan_of_an_invoice_is_told_with_the_first(desk: Desk, erp: Receiver, courier: Courier) -> None:
    invoice = desk.archived_invoice()
    _add(desk, erp, events=["invoice.duplicate"])
    copy = a_picture(20)
    desk.reader.scripts[Digest.of(copy)] = lambda scan: reading_of(scan, example_invoice())
    desk.upload(("copy.png", copy))
    desk.read_everything()

    courier.take_turn()

    [told] = erp.told
    assert told["data"] == {"invoice": f"{Digest.of(copy).hex[:20]}-1", "copies": [invoice]}


def test_cases_are_told_when_they_are_opened_and_closed(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp, events=["loss.opened", "loss.closed"])
    answer = desk.client.post("/v1/losses", json={**_LOST, "invoice": desk.archived_invoice()})
    assert answer.status_code == 201, answer.text
    case, etag = answer.json(), answer.headers["etag"]
    closed = desk.client.post(f"/v1/losses/{case['id']}/steps", json={"close": "found"}, headers={"If-Match": etag})
    assert closed.status_code == 200, closed.text

    courier.take_turn()

    assert erp.types == ["loss.opened", "loss.closed"]
    assert {message["data"]["case"] for message in erp.told} == {case["id"]}


def test_a_case_that_a_crash_kept_from_the_log_is_told_all_the_same(desk: Desk, erp: Receiver) -> None:
    _add(desk, erp, events=["loss.opened"])
    case = desk.client.post("/v1/losses", json={**_LOST, "invoice": desk.archived_invoice()}).json()
    histories = Histories(desk.service.archive.store)
    version = histories.newest(f"losses/{case['id']}")
    assert version is not None
    histories.add(replace(version, subject="losses/20260302-4f1c0b2a"))

    later = _courier(desk, clock=lambda: desk.service.clock() + timedelta(minutes=10))
    later.take_turn()
    later.take_turn()

    assert {message["data"]["case"] for message in erp.told} == {case["id"], "20260302-4f1c0b2a"}


def test_a_term_that_is_over_is_told_once(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp, events=["loss.step_overdue"])
    lost = {**_LOST, "invoice": desk.archived_invoice(), "discovered_on": "2020-01-01"}
    case = desk.client.post("/v1/losses", json=lost).json()

    courier.take_turn()
    count = len(erp.told)
    _courier(desk, clock=lambda: desk.service.clock() + timedelta(minutes=5)).take_turn()

    assert count == len(erp.told) > 0
    assert {message["data"]["case"] for message in erp.told} == {case["id"]}


def test_an_audit_that_finds_something_is_told_to_whoever_hears_of_all(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp)
    now = desk.service.clock()
    result = AuditResult(AuditWay.WALK, now, now, "piaogen", 3, 2, 3, 9, 100, (), 1)
    Checks(desk.service.catalogue).note_result(result)
    Checks(desk.service.catalogue).note_result(replace(result, findings_in_all=0, ended_at=now + timedelta(seconds=1)))

    courier.take_turn()

    [told] = erp.told
    assert told["data"]["findings"] == 1


def test_a_department_hears_of_its_own_alone(desk: Desk, app: FastAPI, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp, department="财务部")
    ours = person(app, Role.CLERK, departments=frozenset({"财务部"}), name="ours")
    theirs = person(app, Role.CLERK, departments=frozenset({"采购部"}), name="theirs")
    their_scan = a_picture(12)
    desk.reader.scripts[Digest.of(their_scan)] = lambda scan: reading_of(scan, example_invoice())
    for sender, name, content in ((theirs, "theirs.png", their_scan), (ours, "ours.jpg", SCAN.read_bytes())):
        assert sender.client.post("/v1/uploads", files=[("files", (name, content)), ("files", ("x.txt", b"text"))]).status_code == 202
    desk.read_everything()
    lost = {**_LOST, "invoice": f"{Digest.of(their_scan).hex[:20]}-1"}
    assert theirs.client.post("/v1/losses", json=lost).status_code == 201
    invoice = f"{Digest.of(their_scan).hex[:20]}-1"
    version = theirs.client.get(f"/v1/invoices/{invoice}").headers["etag"]
    said = {"fields": {"remarks": "x"}, "reason": "y"}
    assert theirs.client.patch(f"/v1/invoices/{invoice}", json=said, headers={"If-Match": version}).status_code == 200

    courier.take_turn()

    assert sorted(erp.types) == ["invoice.archived", "invoice.needs_review", "upload.received", "upload.refused"]
    whole = str(erp.told)
    assert Digest.of(their_scan).hex[:20] not in whole
    assert "theirs" not in whole
    assert Digest.of(SCAN.read_bytes()).hex[:20] in whole


def test_a_department_is_not_told_that_another_hands_in_the_same(desk: Desk, app: FastAPI, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp, department="财务部")
    for name, department in (("ours", "财务部"), ("theirs", "采购部")):
        sender = person(app, Role.CLERK, departments=frozenset({department}), name=name)
        assert sender.client.post("/v1/uploads", files=[("files", (f"{name}.jpg", SCAN.read_bytes()))]).status_code == 202
        desk.read_everything()
        courier.take_turn()

    assert sorted(erp.types) == ["invoice.archived", "invoice.needs_review", "upload.received"]


def test_nothing_is_told_of_what_lies_before_an_endpoint(desk: Desk, erp: Receiver, courier: Courier) -> None:
    desk.archived_invoice()
    _add(desk, erp)

    assert courier.take_turn() == 0


def test_a_message_that_is_not_taken_is_sent_again_under_its_id_until_it_is_given_up(desk: Desk, erp: Receiver) -> None:
    hook = _add(desk, erp)
    assert desk.client.post(f"/v1/webhooks/{hook}/test").status_code == 202
    erp.statuses = [500] * (len(RETRY_AFTER) + 1)
    now = desk.service.clock()
    for pause in (timedelta(), *RETRY_AFTER):
        now += pause
        courier = _courier(desk, clock=lambda now=now: now)
        assert courier.take_turn() == 1
        assert courier.take_turn() == 0

    [delivery] = desk.client.get(f"/v1/webhooks/{hook}/deliveries").json()["deliveries"]
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("failed", len(RETRY_AFTER) + 1, 500)
    assert desk.client.get(f"/v1/webhooks/{hook}").json()["failed"] == 1

    assert desk.client.post(f"/v1/webhooks/{hook}/send-again").json() == {"messages": 1}
    _courier(desk).take_turn()
    assert [message["id"] for message in erp.told] == [delivery["id"]]
    [delivery] = desk.client.get(f"/v1/webhooks/{hook}/deliveries").json()["deliveries"]
    assert delivery["state"] == "delivered"


def test_an_endpoint_that_is_gone_is_switched_off_and_can_be_switched_on(desk: Desk, erp: Receiver, courier: Courier) -> None:
    hook = _add(desk, erp)
    desk.client.post(f"/v1/webhooks/{hook}/test")
    erp.statuses = [410]

    courier.take_turn()

    shown = desk.client.get(f"/v1/webhooks/{hook}").json()
    assert (shown["enabled"], shown["off_because"], shown["waiting"]) == (False, "gone", 1)
    assert desk.client.post(f"/v1/webhooks/{hook}/test").status_code == 422
    shown = desk.client.patch(f"/v1/webhooks/{hook}", json={"enabled": True}).json()
    assert (shown["enabled"], shown["off_because"]) == (True, "")
    _courier(desk, clock=lambda: desk.service.clock() + timedelta(minutes=1)).take_turn()
    assert erp.types == ["webhook.test"]


def test_an_endpoint_that_took_nothing_for_days_is_switched_off(desk: Desk, erp: Receiver) -> None:
    hook = _add(desk, erp)
    erp.statuses = [500] * 100
    now = desk.service.clock()
    for day in range(7):
        at = now + timedelta(days=day)
        courier = _courier(desk, clock=lambda at=at: at)
        if courier.webhooks.get(hook).enabled:
            courier.webhooks.test(hook)
        courier.take_turn()

    shown = desk.client.get(f"/v1/webhooks/{hook}").json()
    assert (shown["enabled"], shown["off_because"]) == (False, "failed")


def test_a_new_secret_signs_beside_the_old_one_for_a_day(desk: Desk, erp: Receiver, courier: Courier) -> None:
    hook = _add(desk, erp)
    old = erp.secret
    new = desk.client.post(f"/v1/webhooks/{hook}/secret").json()["secret"]
    assert new != old
    for secret in (old, new):
        erp.secret = secret
        desk.client.post(f"/v1/webhooks/{hook}/test")
        courier.take_turn()
    assert (len(erp.told), erp.forged) == (2, 0)

    erp.secret = old
    desk.client.post(f"/v1/webhooks/{hook}/test")
    _courier(desk, clock=lambda: desk.service.clock() + timedelta(days=2)).take_turn()
    assert erp.forged == 1


def test_without_the_setting_this_machine_is_not_told(desk: Desk, erp: Receiver) -> None:
    hook = _add(desk, erp)
    desk.client.post(f"/v1/webhooks/{hook}/test")

    Courier(desk.service, settings_in(desk.folder)).take_turn()

    [delivery] = desk.client.get(f"/v1/webhooks/{hook}/deliveries").json()["deliveries"]
    assert (delivery["state"], delivery["error"]) == ("waiting", "address_refused")
    assert erp.paths == []


def test_the_secret_is_shown_once(desk: Desk, erp: Receiver) -> None:
    hook = _add(desk, erp)

    for path in ("/v1/webhooks", f"/v1/webhooks/{hook}", f"/v1/webhooks/{hook}/deliveries", "/v1/log"):
        assert erp.secret not in desk.client.get(path).text


def test_a_removed_endpoint_is_gone_for_ever(desk: Desk, erp: Receiver, courier: Courier) -> None:
    hook = _add(desk, erp)
    assert desk.client.post(f"/v1/webhooks/{hook}/remove").status_code == 204
    desk.archived_invoice()

    assert courier.take_turn() == 0
    assert desk.client.get(f"/v1/webhooks/{hook}").status_code == 404
    assert desk.client.get("/v1/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            {"url": url}
            for url in ("ftp://example.com", "example.com", "https://", "https://u:p@example.com/", "https://x/#y", "https://ü/")
        ),
        {"url": "https://example.com", "events": ["webhook.test"]},
        {"url": "https://example.com", "label": "x" * 101},
        {"url": "https://example.com:99999/"},
    ],
)
def test_what_can_be_no_endpoint_is_refused(desk: Desk, wanted: dict[str, object]) -> None:
    answer = desk.client.post("/v1/webhooks", json=wanted)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_webhook")


def test_only_administrators_keep_endpoints(desk: Desk, app: FastAPI, erp: Receiver) -> None:
    key = machine(app, *(scope for scope in Scope if scope is not Scope.ARCHIVE_ADMIN))
    clerk = person(app, Role.CLERK)
    for client in (key.client, clerk.client):
        assert client.get("/v1/webhooks").status_code == 403


def test_an_endpoint_hears_of_all_events_where_none_is_chosen(desk: Desk, erp: Receiver) -> None:
    hook = _add(desk, erp)

    assert desk.client.get(f"/v1/webhooks/{hook}").json()["events"] == [event.value for event in CHOSEN]


def test_a_lost_catalogue_repeats_the_last_days_under_the_same_ids(desk: Desk, erp: Receiver, courier: Courier) -> None:
    _add(desk, erp, events=["upload.received"])
    desk.archived_invoice()
    courier.take_turn()
    with desk.service.catalogue.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM webhook_messages")
        connection.exec_driver_sql("UPDATE webhook_cursor SET block = 0, place = 0")

    _courier(desk).take_turn()

    first, second = (message["id"] for message in erp.told)
    assert first == second


def test_a_note_that_nobody_can_read_keeps_nothing_from_being_sent(desk: Desk, erp: Receiver, courier: Courier) -> None:
    hook = _add(desk, erp)
    broken = {"key": "broken", "kind": READ, "subject": "no digest", "details": "{}", "at": desk.service.clock()}
    with desk.service.catalogue.database.writing() as connection:
        connection.execute(insert(happenings).values(broken))
    courier.webhooks.test(hook)

    courier.start()
    until(lambda: erp.types == ["webhook.test"])
    courier.stop()

    assert courier.webhooks.counts(hook).waiting == 0
