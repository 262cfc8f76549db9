"""Who did what, asked over the API."""

from models.activity import Action
from ocr_service.acting import acting_as
from storage.activity_log import ActivityLog
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER
from tests.support.logged import SetClock, an_entry
from tests.support.pictures import a_picture


def test_the_log_tells_newest_first_what_was_done_and_where_it_stands(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    desk.client.get(f"/v1/invoices/{invoice}/original")

    first = desk.client.get("/v1/log", params={"limit": 1}).json()
    rest = desk.client.get("/v1/log", params={"cursor": first["next_cursor"]}).json()

    [viewed], [uploaded] = first["entries"], rest["entries"]
    assert (viewed["action"], viewed["actor"], viewed["subject"]) == ("original.downloaded", "local", uploaded["subject"])
    assert (uploaded["action"], uploaded["details"]["source"], rest["next_cursor"]) == ("upload.accepted", "api", None)
    assert first["head"] == rest["head"] == str(desk.service.activity.known_head())
    assert viewed["block"] in str(list((desk.folder / "archive" / "log").rglob("*.json")))


def test_a_log_without_entries_has_no_head(desk: Desk) -> None:
    assert desk.client.get("/v1/log").json() == {"entries": [], "next_cursor": None, "head": None}


def test_what_is_no_cursor_is_refused(desk: Desk) -> None:
    for cursor in ("x", "1", "1-", "-1-2", "٣-1"):
        assert desk.client.get("/v1/log", params={"cursor": cursor}).status_code == 422


def test_uploads_of_one_batch_name_it(desk: Desk) -> None:
    batch = desk.upload(("a.png", a_picture(0)))["id"]

    [entry] = desk.client.get("/v1/log").json()["entries"]

    assert entry["details"]["batch"] == batch


class TestWhatIsAskedFor:
    @staticmethod
    def _asked(desk: Desk, **params: str) -> list[str]:
        answer = desk.client.get("/v1/log", params=params)
        assert answer.status_code == 200, answer.text
        return [entry["action"] for entry in answer.json()["entries"]]

    def test_a_document_is_found_by_digest_invoice_and_number(self, desk: Desk) -> None:
        invoice = desk.archived_invoice()
        desk.upload(("other.png", a_picture(0)))
        desk.client.get(f"/v1/invoices/{invoice}/original")
        digest = str(desk.service.show(invoice).received.document.digest)

        for name in (digest, digest.removeprefix("sha256:"), digest[7:30].upper(), invoice, f" {NUMBER} "):
            assert self._asked(desk, document=name) == ["original.downloaded", "upload.accepted"], name
        assert self._asked(desk, document="0" * 20) == self._asked(desk, document=NUMBER[:-1]) == []

    def test_a_person_is_found_by_login_and_by_the_way_they_came(self, desk: Desk) -> None:
        for number, who in enumerate(("user:wang", "cli:wang", "key:scanner-1", "user:wangwu")):
            with acting_as(who):
                desk.service.activity.record(Action.LOGIN if number else Action.EXPORTED, "archive", number=number)

        assert self._asked(desk, actor="wang") == ["login", "exported"]
        assert self._asked(desk, actor="cli:wang") == self._asked(desk, actor="scanner-1") == ["login"]
        assert self._asked(desk, actor="wang", action="exported") == ["exported"]
        assert self._asked(desk, actor="nobody") == []

    def test_days_are_those_of_the_log_and_both_count(self, desk: Desk) -> None:
        clock = SetClock()
        log = ActivityLog(desk.service.archive.store, clock)
        for number in range(3):
            log.append(an_entry(number, f"day.{number}"))
            clock.pass_by(days=1)

        assert self._asked(desk, first="2026-03-03") == ["day.2", "day.1"]
        assert self._asked(desk, last="2026-03-03") == ["day.1", "day.0"]
        assert self._asked(desk, first="2026-03-03", last="2026-03-03") == ["day.1"]

    def test_a_stretch_goes_on_among_what_fits(self, desk: Desk) -> None:
        for shade in range(3):
            desk.upload((f"{shade}.png", a_picture(shade)))
            desk.service.activity.record(Action.LOGIN, "user:wang")
        first = desk.client.get("/v1/log", params={"action": "upload.accepted", "limit": 2}).json()
        rest = desk.client.get("/v1/log", params={"action": "upload.accepted", "cursor": first["next_cursor"]}).json()

        assert [len(first["entries"]), len(rest["entries"]), rest["next_cursor"]] == [2, 1, None]

    def test_a_question_that_cannot_be_understood_is_refused(self, desk: Desk) -> None:
        for wrong in ({"action": "no.action"}, {"first": "yesterday"}, {"person": "wang"}):
            assert desk.client.get("/v1/log", params=wrong).status_code == 422
