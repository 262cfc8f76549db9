"""The page of mails: what somebody has to look at and why, the message itself, and the walls between departments."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role
from models.activity import Action
from models.mail import MAILS, MailedFile, MailNote, MailOutcome, MailPlace, MailRecord, mail_from_body, mail_to_body
from ocr_service.record_keeping import RecordKeeper
from tests.api.conftest import Desk
from tests.support.logins import person

CHINESE, ENGLISH = {"Accept": "text/html", "Accept-Language": "zh"}, {"Accept": "text/html", "Accept-Language": "en"}
MESSAGE = b"From: a@shop.example\r\n\r\nhello"
BAD = MailedFile("合同.docx", "refused", None, "unsupported_media_type", "of no known format")


def a_mail(number: int, outcome: MailOutcome, *, subject: str = "", notes: tuple[MailNote, ...] = ()) -> MailRecord:
    place = MailPlace("fapiao@imap.example", "INBOX", 1, number)
    links = ("inv.example.com",) if MailNote.LINKS_ONLY in notes else ()
    return MailRecord(
        place,
        "<1@x>",
        subject or f"第{number}封",
        "<b>开票</b> a@shop.example",
        "",
        100,
        outcome,
        f"mail-{number}",
        (BAD,),
        (),
        links,
        "",
        notes,
    )


def keep(desk: Desk, number: int, record: MailRecord, department: str | None = None) -> str:
    keeper = RecordKeeper.over(desk.service)
    digest = keeper.histories.attach(MESSAGE)
    name = f"{number:040x}"
    keeper.begin(MAILS + name, mail_to_body(record), department=department, attachments=[digest])
    return name


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def test_a_record_is_read_back_as_it_was_kept() -> None:
    record = a_mail(1, MailOutcome.REFUSED, notes=(MailNote.LINKS_ONLY,))

    assert mail_from_body(mail_to_body(record)) == record


def test_what_somebody_has_to_look_at_is_shown_first_and_says_why(desk: Desk) -> None:
    keep(desk, 1, a_mail(1, MailOutcome.ARCHIVED))
    keep(desk, 2, a_mail(2, MailOutcome.REFUSED))
    keep(desk, 3, a_mail(3, MailOutcome.REFUSED, notes=(MailNote.LINKS_ONLY,)))

    page = desk.client.get("/mails", headers=CHINESE).text
    everything = desk.client.get("/mails?show=all", headers=CHINESE).text

    assert [name in page for name in ("第1封", "第2封", "第3封")] == [False, True, True]
    assert "不是能收的文件格式" in page and "只有下载链接" in page and "inv.example.com" in page
    assert "第1封" in everything
    assert "&lt;b&gt;开票" in page and "<b>开票" not in page
    assert "links, which are not followed" in desk.client.get("/mails", headers=ENGLISH).text


def test_a_message_is_saved_as_it_came_and_that_is_logged(desk: Desk) -> None:
    name = keep(desk, 1, a_mail(1, MailOutcome.REFUSED))

    answer = desk.client.get(f"/mails/{name}/message")

    assert (answer.content, answer.headers["content-type"]) == (MESSAGE, "message/rfc822")
    assert answer.headers["content-disposition"].startswith("attachment")
    entries = desk.client.get("/v1/log").json()["entries"]
    assert [entry["subject"] for entry in entries if entry["action"] == Action.ORIGINAL_DOWNLOADED] == [MAILS + name]
    assert desk.client.get(f"/mails/{'0' * 40}/message").status_code == 404


def test_mails_of_another_department_are_as_if_they_were_not(desk: Desk, app: FastAPI) -> None:
    name = keep(desk, 1, a_mail(1, MailOutcome.REFUSED, subject="他们的"), "采购部")
    ours: TestClient = person(app, Role.CLERK, departments=frozenset({"财务部"})).client

    assert "他们的" not in ours.get("/mails", headers=CHINESE).text
    assert ours.get(f"/mails/{name}/message").status_code == 404
    assert "他们的" in person(app, Role.ADMIN).client.get("/mails", headers=CHINESE).text
