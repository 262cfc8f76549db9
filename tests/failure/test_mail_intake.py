"""Mails of a real IMAP server into the archive: every file kept, every reason told, and whatever breaks off doubles nothing."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest

from models.digest import Digest
from models.errors import InvalidSetting, MailboxUnavailable, StoreUnavailable
from models.mail import MAILS, MailOutcome, MailRecord, mail_from_body
from ocr_service.log_inspection import check_log
from ocr_service.mailing.account import MailAccount
from ocr_service.mailing.intake import LARGEST, MailIntake
from ocr_service.mailing.mailbox import Mailbox
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from ocr_service.settings import read_settings
from storage.filesystem import FileSystemStore
from storage.histories import HistoryVersion
from tests.support.containers import a_mail
from tests.support.dovecot import MailServer, dovecot
from tests.support.mails import mail
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import LIMIT, service_in
from tests.support.troubled_store import Trouble, TroubledStore


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with dovecot() as running:
        yield running


@dataclass
class Desk:
    """Somebody's mailbox, and what takes its mails."""

    server: MailServer
    service: ArchiveService
    settings: dict[str, str] = field(default_factory=dict)
    department: str | None = None
    user: str = field(default_factory=lambda: uuid4().hex)
    told: list[MailRecord] = field(default_factory=list)

    @property
    def account(self) -> MailAccount:
        given = {**self.server.settings(self.user), **self.settings}
        return MailAccount.of(read_settings({f"PIAOGEN_{name.upper()}": value for name, value in given.items()}))

    def intake(self) -> MailIntake:
        """As a new process begins."""
        return MailIntake(self.service, self.account, self.department, 1, self.told.append)

    def look(self) -> None:
        """One look of a new process."""
        intake = self.intake()
        try:
            intake.look()
        finally:
            intake.close()

    def deliver(self, *messages: bytes) -> None:
        self.server.deliver(self.user, *messages)

    def lying(self, mailbox: str) -> list[bytes]:
        return self.server.lying(self.user, mailbox)

    def records(self) -> list[HistoryVersion]:
        return list(RecordKeeper.over(self.service).newest(MAILS))

    def documents(self) -> set[Digest]:
        return set(self.service.archive.digests())


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    made = service_in(tmp_path, ScriptedReader())
    yield made
    made.catalogue.close()


@pytest.fixture
def desk(server: MailServer, service: ArchiveService) -> Desk:
    return Desk(server, service)


def test_files_and_the_message_itself_are_archived_and_the_message_is_moved(desk: Desk) -> None:
    sent = mail(("出租.png", a_picture(1)), ("b.png", a_picture(2)))
    desk.deliver(sent)

    desk.look()

    assert desk.documents() == {Digest.of(a_picture(1)), Digest.of(a_picture(2))}
    assert (desk.lying("INBOX"), desk.lying("Archived"), desk.lying("Refused")) == ([], [sent], [])
    [kept] = desk.records()
    record = mail_from_body(kept.body)
    assert (record.subject, record.sender, record.message_id) == ("发票", "开票 <a@shop.example>", "<1@shop.example>")
    assert [(file.name, file.state) for file in record.files] == [("出租.png", "queued"), ("b.png", "queued")]
    assert kept.attachments == (Digest.of(sent),)
    assert RecordKeeper.over(desk.service).histories.attachment(Digest.of(sent)) == sent
    assert [item.file_name for item in desk.service.batch(record.batch).items] == ["出租.png", "b.png"]
    assert desk.service.audit().findings == ()
    assert check_log(desk.service).findings == ()


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (mail(), "brings no file"),
        (mail(text="下载 https://inv.example.com/x?y=1"), "inv.example.com, which are not followed"),
        (mail(("合同.docx", b"no invoice"), ("a.png", a_picture(1))), "合同.docx: \\[unsupported_media_type\\]"),
        (mail(("winmail.dat", b"\x78\x9f\x3e\x22rest")), "open the mail in Outlook"),
        (b"\x00\xffno mail at all", "brings no file"),
    ],
)
def test_what_a_person_has_to_look_at_goes_to_a_mailbox_of_its_own_with_the_reason(desk: Desk, sent: bytes, reason: str) -> None:
    desk.deliver(sent)

    desk.look()

    assert (desk.lying("INBOX"), desk.lying("Archived")) == ([], [])
    assert len(desk.lying("Refused")) == 1
    [record] = desk.told
    assert record.outcome is MailOutcome.REFUSED
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(record.reason)
    assert [item.error_code for item in desk.service.batch(record.batch).items if item.digest is None] != []


def test_a_good_file_beside_a_bad_one_is_archived(desk: Desk) -> None:
    desk.deliver(mail(("合同.docx", b"no invoice"), ("a.png", a_picture(1))))

    desk.look()

    assert desk.documents() == {Digest.of(a_picture(1))}


@pytest.mark.parametrize("spared", range(8))
def test_wherever_the_store_breaks_off_the_next_try_loses_and_doubles_nothing(server: MailServer, tmp_path: Path, spared: int) -> None:
    inner = FileSystemStore(tmp_path / "archive")
    inner.prepare()
    store = TroubledStore(inner)
    service = service_in(tmp_path, ScriptedReader(), store)
    desk = Desk(server, service)
    sent = mail(("a.png", a_picture(1)), ("b.png", a_picture(2)), ("c.docx", b"no invoice"))
    desk.deliver(sent)
    store.trouble, store.spared = Trouble.FULL, spared
    with pytest.raises(StoreUnavailable):
        desk.look()
    assert desk.lying("INBOX") == [sent]

    store.trouble = None
    desk.look()

    assert desk.documents() == {Digest.of(a_picture(1)), Digest.of(a_picture(2))}
    assert (desk.lying("INBOX"), desk.lying("Refused")) == ([], [sent])
    [kept] = desk.records()
    items = service.batch(mail_from_body(kept.body).batch).items
    assert sorted(item.file_name for item in items) == ["a.png", "b.png", "c.docx"]
    assert kept.number == 1
    service.catalogue.close()


def test_a_message_that_was_recorded_before_a_kill_is_only_moved(desk: Desk) -> None:
    sent = mail(("a.png", a_picture(1)))
    desk.deliver(sent)
    killed = desk.intake()
    box = Mailbox.open(desk.account)
    killed._box = box
    box.moves = box.flags = False  # killed before the move
    killed.look()
    killed.close()
    assert desk.lying("INBOX") == [sent]

    desk.look()

    assert (desk.lying("INBOX"), desk.lying("Archived")) == ([], [sent])
    assert (len(desk.told), [kept.number for kept in desk.records()]) == (1, [1])


def test_a_message_is_known_by_its_bytes_where_the_server_numbers_anew(desk: Desk) -> None:
    sent = mail(("a.png", a_picture(1)))
    desk.deliver(sent)
    desk.look()
    desk.deliver(sent)

    desk.look()

    assert desk.lying("Archived") == [sent, sent]
    assert (len(desk.told), len(desk.records())) == (1, 1)


def test_another_message_under_a_known_message_id_is_not_passed_over(desk: Desk) -> None:
    desk.deliver(mail(("a.png", a_picture(1))), mail(("b.png", a_picture(2))))

    desk.look()

    assert desk.documents() == {Digest.of(a_picture(1)), Digest.of(a_picture(2))}
    assert len(desk.records()) == 2


def test_a_refused_message_that_is_put_back_is_tried_again(desk: Desk) -> None:
    sent = mail(text="https://inv.example.com/x")
    desk.deliver(sent)
    desk.look()
    with desk.server.client(desk.user, "Refused") as client:
        client.move(client.search(), "INBOX")

    desk.look()

    assert (desk.lying("INBOX"), desk.lying("Refused")) == ([], [sent])
    assert [kept.number for kept in desk.records()] == [2]


def test_a_mail_that_the_server_does_not_move_keeps_no_other_from_being_taken(desk: Desk) -> None:
    desk.deliver(mail(("a.png", a_picture(1)), number=1), mail(("b.png", a_picture(2)), number=2))
    intake = desk.intake()
    intake.look(stopped=lambda: True)
    with desk.server.client(desk.user) as client:
        client.delete_folder("Archived")

    with pytest.raises(MailboxUnavailable):
        intake.look()

    assert desk.documents() == {Digest.of(a_picture(1)), Digest.of(a_picture(2))}
    assert len(desk.lying("INBOX")) == 2
    intake.look()
    intake.close()
    assert desk.lying("INBOX") == [] and len(desk.lying("Archived")) == 2
    assert len(desk.records()) == 2


def test_mails_may_be_flagged_where_they_are(desk: Desk) -> None:
    desk.settings["mail_after"] = "flag"
    good, bad = mail(("a.png", a_picture(1)), number=1), mail(number=2)
    desk.deliver(good, bad)

    desk.look()
    desk.look()

    assert len(desk.lying("INBOX")) == 2
    assert len(desk.told) == 2
    with desk.server.client(desk.user) as client:
        flags = {uid: set(found) for uid, found in client.get_flags(client.search()).items()}
        assert client.folder_exists("Archived") is False
    assert [b"PiaogenArchived" in found for found in flags.values()] == [True, False]
    assert [{b"PiaogenRefused", b"\\Flagged"} <= found for found in flags.values()] == [False, True]


def test_a_server_that_cannot_move_has_its_messages_flagged(service: ArchiveService) -> None:
    with dovecot(capability="IMAP4rev1") as plain:
        desk = Desk(plain, service)
        desk.deliver(mail(("a.png", a_picture(1))))
        desk.look()
        desk.look()

        assert (len(desk.lying("INBOX")), len(desk.told)) == (1, 1)


def test_where_nothing_may_be_changed_a_restart_remembers_what_was_taken(desk: Desk) -> None:
    desk.deliver(mail(("a.png", a_picture(1))))
    for _ in range(2):
        intake = desk.intake()
        intake._box = Mailbox.open(desk.account)
        intake._box.moves = intake._box.flags = False
        intake.look()
        intake.look()
        intake.close()

    assert (len(desk.told), [kept.number for kept in desk.records()]) == (1, [1])


def test_an_index_that_is_made_anew_doubles_nothing(desk: Desk, tmp_path: Path) -> None:
    sent = mail(("a.png", a_picture(1)))
    desk.deliver(sent)
    desk.look()
    desk.service.catalogue.close()
    for file in tmp_path.glob("catalogue.sqlite*"):
        file.unlink()
    desk.service = service_in(tmp_path, ScriptedReader(), renew=True)
    desk.service.index.rebuild(lambda *_: None)
    with desk.server.client(desk.user, "Archived") as client:
        client.move(client.search(), "INBOX")

    desk.look()

    assert desk.lying("Archived") == [sent]
    assert (len(desk.told), [kept.number for kept in desk.records()]) == (1, [1])
    desk.service.catalogue.close()


def test_three_hundred_files_in_one_mail_are_all_archived(desk: Desk) -> None:
    files = [(f"{number}.png", a_picture(number % 50)) for number in range(300)]
    desk.deliver(mail(*files))

    desk.look()

    [record] = desk.told
    assert (record.outcome, len(record.files), len(desk.documents())) == (MailOutcome.ARCHIVED, 300, 50)


def test_mails_in_a_mail_and_names_in_gbk_are_taken_apart(desk: Desk) -> None:
    coded = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment"
    head = coded + b'; filename="' + "发票.png".encode("gbk") + b'"'
    inner = a_mail((head, base64.encodebytes(a_picture(1))), edge=b"inner")
    desk.deliver(a_mail((b"Content-Type: message/rfc822", inner)))

    desk.look()

    assert [file.name for file in desk.told[0].files] == ["发票.png"]
    assert desk.documents() == {Digest.of(a_picture(1))}


def test_a_mail_that_is_too_large_is_not_brought_and_said(desk: Desk) -> None:
    desk.deliver(mail(("a.bin", bytes(LARGEST * LIMIT))))

    desk.look()

    assert "[file_too_large]" in desk.told[0].reason
    assert len(desk.lying("Refused")) == 1


def test_a_mail_that_cannot_be_opened_is_kept_whole_and_said(desk: Desk) -> None:
    sent = b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000
    desk.deliver(sent)

    desk.look()

    assert "[cannot_be_opened]" in desk.told[0].reason
    assert [kept.attachments for kept in desk.records()] == [(Digest.of(sent),)]


def test_files_and_records_are_the_departments(desk: Desk) -> None:
    desk.department = "财务部"
    desk.deliver(mail(("a.png", a_picture(1))))

    desk.look()

    assert desk.service.received(Digest.of(a_picture(1))).department == "财务部"
    assert [kept.department for kept in desk.records()] == ["财务部"]


def test_whoever_is_not_let_in_is_told_which_settings_to_look_at(desk: Desk) -> None:
    desk.settings["mail_password"] = "wrong"

    with pytest.raises(InvalidSetting, match="PIAOGEN_MAIL_PASSWORD") as told:
        desk.look()
    assert "wrong" not in told.value.message.split(":")[0]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_server_is_believed_by_its_certificate_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch, tls: str) -> None:
    desk.settings = desk.server.settings(desk.user, tls)
    desk.deliver(mail(("a.png", a_picture(1))))
    with pytest.raises(MailboxUnavailable, match="certificate"):
        desk.look()
    monkeypatch.setenv("SSL_CERT_FILE", str(desk.server.certificate))

    desk.look()

    assert len(desk.told) == 1


def test_a_mailbox_that_is_not_there_is_told(desk: Desk) -> None:
    desk.settings["mail_folder"] = "发票箱"

    with pytest.raises(InvalidSetting, match="发票箱"):
        desk.look()


def test_a_server_that_goes_away_is_found_again(service: ArchiveService) -> None:
    with dovecot() as first:
        desk = Desk(first, service)
        intake = desk.intake()
        intake.look()
    with pytest.raises(MailboxUnavailable):
        intake.look()
    with dovecot() as second:
        intake.account = replace(intake.account, port=second.port)
        second.deliver(desk.user, mail(("a.png", a_picture(1))))
        intake.look()
        intake.close()

    assert len(desk.told) == 1
