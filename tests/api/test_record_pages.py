"""The pages about audits, the log, holds and destruction, as a browser without JavaScript gets them."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from models.access import Role
from models.activity import Action
from models.destruction import OPINIONS, SUPERVISORS
from ocr_service.acting import acting_as
from ocr_service.checking import audit_now, drill_now
from ocr_service.retaining import holds, set_hold
from ocr_service.service import ArchiveService
from storage import archive_layout as layout
from storage.destruction import Destructions
from storage.hold_records import HoldRecords
from tests.support.destroyed import DAY, DOCUMENT, an_approval, archive_the_scan, destroy, old_service, propose
from tests.support.example_reading import NUMBER
from tests.support.logins import person
from tests.support.scripted_service import settings_in

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}
TODAY = DAY.isoformat()
PROPOSAL = {f"document:{DOCUMENT.hex}": "on", "reason": "保管期限已满", "today": TODAY}
APPROVAL = {
    **{f"opinion:{office}": "样名" for office in OPINIONS},
    **{f"supervisor:{office}": "例名" for office in SUPERVISORS},
    "today": TODAY,
    "sure": "on",
}
PAGES = ("/audit", "/log", "/holds", "/destructions")


@dataclass(frozen=True)
class Office:
    """Two administrators and an auditor over an archive in which one document is past its term."""

    li: TestClient
    zhao: TestClient
    auditor: TestClient
    service: ArchiveService
    folder: Path

    def proposed(self) -> str:
        """The address of the page of a list that Li proposed."""
        answer = self.li.post("/destructions", data=PROPOSAL)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("?")[0]

    def original(self) -> bool:
        """Whether the document is still there."""
        return any(found.key == layout.original_key(DOCUMENT) for found in self.service.archive.store.list(layout.ORIGINALS))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    archive_the_scan(tmp_path)
    with old_service(tmp_path) as service:
        app: FastAPI = create_app(service, settings=settings_in(tmp_path))

        def client(role: Role, name: str) -> TestClient:
            return person(app, role, name=name).client

        with TestClient(app):
            yield Office(client(Role.ADMIN, "li"), client(Role.ADMIN, "zhao"), client(Role.AUDITOR, "qian"), service, tmp_path)


def page(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


class TestAudits:
    def test_what_the_last_audit_and_drill_found_and_the_head_of_the_log_stand_there(self, office: Office) -> None:
        assert "还没有核验过" in page(office.auditor, "/audit")
        audit_now(office.service)
        drill_now(office.service)

        told = page(office.auditor, "/audit")

        assert "1/1 份完好" in told and "1/1 份恢复一致" in told
        assert "全面核验" in told and "恢复演练" in told
        assert str(office.service.activity.known_head()) in told

    def test_findings_are_named_with_their_document(self, office: Office) -> None:
        original = office.folder / "archive" / layout.original_key(DOCUMENT)
        original.chmod(0o600)
        original.write_bytes(b"other bytes")
        audit_now(office.service)

        told = page(office.auditor, "/audit")

        assert "发现 1 处问题" in told and "损坏" in told
        assert layout.original_key(DOCUMENT) in told and f'href="/documents/{DOCUMENT}"' in told

    def test_older_results_are_on_the_next_page(self, office: Office) -> None:
        for _ in range(21):
            drill_now(office.service)

        first = page(office.auditor, "/audit")
        [older] = re.findall(r'href="(/audit\?before=[^"]+)"', first)

        assert (first.count("<time"), first.count('data-label="方式"')) == (0, 20)
        assert page(office.auditor, older).count('data-label="方式"') == 1


class TestTheLog:
    def test_it_says_who_did_what_in_words_and_leads_there(self, office: Office) -> None:
        with acting_as("user:wang"):
            office.service.activity.record(Action.ORIGINAL_VIEWED, str(DOCUMENT))

        told = page(office.auditor, "/log")

        assert re.search(r"用户</span> <span class=\"name\">wang</span>.*?查看原件.*?href=\"/documents/sha256:", told, re.DOTALL)
        assert "original.viewed</td>" not in told
        assert str(office.service.activity.known_head()) in told

    def test_it_is_narrowed_and_says_where_nothing_fits_or_nothing_was_understood(self, office: Office) -> None:
        assert page(office.auditor, f"/log?document={NUMBER}&action=upload.accepted").count('data-label="操作"') == 1
        assert "没有符合的日志" in page(office.auditor, "/log?actor=nobody-of-this-name")
        wrong = page(office.auditor, "/log?first=yesterday", 422)
        assert 'role="alert"' in wrong and "看不懂" in wrong
        assert page(office.auditor, "/log?cursor=x", 422)

    def test_a_page_leads_to_the_one_before_it_with_the_same_question(self, office: Office) -> None:
        with acting_as("user:wang"):
            for number in range(101):
                office.service.activity.record(Action.EXPORTED, "archive", number=number)

        first = page(office.auditor, "/log?actor=wang")
        [older] = re.findall(r'href="(/log\?actor=wang&amp;cursor=[^"]+)"', first)
        rest = page(office.auditor, older.replace("&amp;", "&"))

        assert [told.count('data-label="操作"') for told in (first, rest)] == [100, 1]

    def test_what_somebody_else_wrote_stands_there_as_text(self, office: Office) -> None:
        office.service.activity.record(Action.UPLOAD_REFUSED, "<img src=x onerror=alert(1)>.png", reason="<b>x</b>")

        assert "<img src=x" not in page(office.auditor, "/log") and "<b>x</b>" not in page(office.auditor, "/log")


class TestHolds:
    def test_one_is_set_from_the_page_of_the_invoice_and_released_with_a_reason(self, office: Office) -> None:
        invoice = office.service.invoices_of(DOCUMENT)[0].id
        [link] = re.findall(r'href="(/holds\?document=[^"#]+)#new"', page(office.li, f"/invoices/{invoice}"))
        assert invoice in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page(office.li, link))

        made = office.li.post("/holds", data={"documents": f"{invoice}\n", "reason": "年度审计"})
        [hold] = holds(office.service)
        assert (made.status_code, hold.documents, hold.reason, hold.by) == (303, frozenset({DOCUMENT}), "年度审计", "user:li")
        assert hold.id in page(office.auditor, made.headers["location"]) and "封存中" in page(office.auditor, "/holds")

        lifted = office.zhao.post(f"/holds/{hold.id}/release", data={"reason": "审计已结束"})
        assert lifted.status_code == 303
        told = page(office.auditor, "/holds")
        assert "已解除" in told and "审计已结束" in told and "封存中" not in told
        assert HoldRecords(office.service.archive.store).on(DOCUMENT) == ()

    @pytest.mark.parametrize(
        ("form", "status", "told"),
        [
            ({"documents": str(DOCUMENT), "reason": " "}, 422, "请填写理由"),
            ({"documents": "", "reason": "x"}, 422, "两者取一"),
            ({"documents": str(DOCUMENT), "everything": "on", "reason": "x"}, 422, "两者取一"),
            ({"documents": "0" * 20, "reason": "x"}, 404, "没有这张发票"),
        ],
    )
    def test_a_form_that_does_not_fit_says_why_and_keeps_what_was_typed(
        self, office: Office, form: dict[str, str], status: int, told: str
    ) -> None:
        answer = office.li.post("/holds", data=form, headers=HTML)

        assert answer.status_code == status
        assert 'role="alert"' in answer.text and told in answer.text and form["documents"] in answer.text
        assert holds(office.service) == ()

    def test_one_that_is_lifted_already_says_so(self, office: Office) -> None:
        with acting_as("user:li"):
            hold = set_hold(office.service, [], "诉讼", everything=True)
        office.li.post(f"/holds/{hold.id}/release", data={"reason": "完"})

        again = office.li.post(f"/holds/{hold.id}/release", data={"reason": "又完"}, headers=HTML)

        assert (again.status_code, 'role="alert"' in again.text) == (412, True)
        assert office.li.post("/holds/hold-none/release", data={"reason": "完"}, headers=HTML).status_code == 404


class TestDestruction:
    def test_from_what_is_due_to_what_was_destroyed(self, office: Office) -> None:
        due = page(office.li, "/destructions")
        assert f'name="document:{DOCUMENT.hex}" checked' in due and "可以销毁" in due
        address = office.proposed()
        assert "您提出的" in page(office.li, address)
        assert office.original()

        done = office.zhao.post(f"{address}/approve", data=APPROVAL)

        assert done.status_code == 303
        assert "已销毁 1 份，保留 0 份" in page(office.zhao, done.headers["location"])
        assert not office.original()
        told = page(office.auditor, "/destructions")
        assert "没有到期的文件" in told and "已全部销毁" in told
        assert address in page(office.auditor, f"/destructions?number={NUMBER}")
        assert "没有销毁过" in page(office.auditor, "/destructions?number=12345678")
        standing = Destructions(office.service.archive).standing(address.rpartition("/")[2])
        assert standing.approval is not None and set(standing.approval.opinions.values()) == {"样名"}

    def test_what_is_on_hold_cannot_be_ticked_and_says_who_keeps_it(self, office: Office) -> None:
        with acting_as("user:lawyer"):
            set_hold(office.service, [str(DOCUMENT)], "诉讼")

        told = page(office.li, "/destructions")
        forced = office.li.post("/destructions", data=PROPOSAL, headers=HTML)

        assert "document:" not in told and "user:lawyer" not in told and "lawyer 于" in told and "诉讼" in told
        assert forced.status_code == 409
        assert re.search(r'role="alert".*?不能销毁.*?lawyer 于', forced.text, re.DOTALL)
        assert list(Destructions(office.service.archive).all()) == []

    @pytest.mark.parametrize(
        ("change", "status", "told"),
        [
            ({f"document:{DOCUMENT.hex}": None}, 422, "勾选文件"),
            ({"reason": " "}, 422, "请填写理由"),
            ({"today": "soon"}, 422, "今天的日期"),
            ({"today": "2026-11-30"}, 409, "本机时钟是"),
        ],
    )
    def test_a_proposal_that_cannot_be_taken_says_why(self, office: Office, change: dict[str, str | None], status: int, told: str) -> None:
        form = {name: text for name, text in {**PROPOSAL, **change}.items() if text is not None}

        answer = office.li.post("/destructions", data=form, headers=HTML)

        assert answer.status_code == status
        assert re.search(rf'role="alert".*?{told}', answer.text, re.DOTALL)
        assert list(Destructions(office.service.archive).all()) == []

    @pytest.mark.parametrize(
        ("change", "status", "told"),
        [
            ({"sure": None}, 422, "勾选确认"),
            ({f"opinion:{OPINIONS[0]}": " "}, 422, "填齐所有意见人和监销人"),
            ({f"supervisor:{SUPERVISORS[2]}": None}, 422, "填齐所有意见人和监销人"),
            ({"today": ""}, 422, "今天的日期"),
            ({"today": "2026-11-30"}, 409, "本机时钟是"),
        ],
    )
    def test_an_approval_that_cannot_be_taken_destroys_nothing_and_says_why(
        self, office: Office, change: dict[str, str | None], status: int, told: str
    ) -> None:
        address = office.proposed()
        form = {name: text for name, text in {**APPROVAL, **change}.items() if text is not None}

        answer = office.zhao.post(f"{address}/approve", data=form, headers=HTML)

        assert answer.status_code == status
        assert re.search(rf'role="alert".*?{told}', answer.text, re.DOTALL)
        assert "例名" in answer.text
        assert office.original()

    def test_whoever_proposed_cannot_approve_whatever_is_sent(self, office: Office) -> None:
        address = office.proposed()

        answer = office.li.post(f"{address}/approve", data=APPROVAL, headers=HTML)

        assert (answer.status_code, "须由另一人批准" in answer.text) == (409, True)
        assert office.original()

    def test_a_hold_that_came_after_the_proposal_is_told_at_the_approval(self, office: Office) -> None:
        address = office.proposed()
        with acting_as("user:lawyer"):
            set_hold(office.service, [str(DOCUMENT)], "诉讼")

        assert "lawyer 于" in page(office.zhao, address)
        answer = office.zhao.post(f"{address}/approve", data=APPROVAL, headers=HTML)
        assert (answer.status_code, "诉讼" in answer.text) == (409, True)
        assert office.original()

    def test_a_list_that_was_broken_off_is_gone_on_with(self, office: Office) -> None:
        list_id = propose(office.service)
        assert office.zhao.post(f"/destructions/{list_id}/finish", headers=HTML).status_code == 409
        with acting_as("user:zhao"):
            set_hold(office.service, [str(DOCUMENT)], "诉讼")
        # As after a crash: approved, and nothing gone yet.
        Destructions(office.service.archive).approve(an_approval(office.service, list_id))

        told = page(office.zhao, f"/destructions/{list_id}")
        assert "继续销毁" in told and "诉讼" in told
        finished = office.zhao.post(f"/destructions/{list_id}/finish")
        assert "保留 1 份" in page(office.zhao, finished.headers["location"])
        assert office.original()

    def test_the_list_is_printed_by_itself_under_a_policy_that_lets_only_its_style_in(self, office: Office) -> None:
        address = office.proposed()

        answer = office.auditor.get(f"{address}/print")

        assert answer.status_code == 200 and "会计档案销毁清册" in answer.text and NUMBER in answer.text
        assert "'sha256-" in answer.headers["content-security-policy"] and "unsafe" not in answer.headers["content-security-policy"]
        assert page(office.auditor, "/destructions/20570101-00000000", 404)


def test_an_auditor_reads_everything_and_is_offered_no_change(office: Office) -> None:
    address = office.proposed()
    with acting_as("user:li"):
        set_hold(office.service, [str(DOCUMENT)], "诉讼")

    for where in (*PAGES, address):
        told = page(office.auditor, where)
        assert 'method="post"' not in re.sub(r'action="/logout" method="post"', "", told), where
        assert 'aria-current="page">审计' in told, where


def test_a_clerk_is_neither_shown_nor_let_in(office: Office) -> None:
    app = office.li.app
    assert isinstance(app, FastAPI)
    clerk = person(app, Role.CLERK, name="sun").client

    assert 'href="/audit"' not in page(clerk, "/find")
    assert [clerk.get(where, headers=HTML).status_code for where in PAGES] == [403] * 4
    # Both tell what the log says of an invoice, which is everybody's, not one department's.
    invoice = office.service.invoices_of(DOCUMENT)[0].id
    assert [clerk.get(f"/v1/{kind}/{invoice}").status_code for kind in ("bundles", "certificates")] == [403, 403]
    assert "证据包" not in page(clerk, f"/invoices/{invoice}")


@pytest.mark.parametrize("where", PAGES)
def test_english_is_english(office: Office, where: str) -> None:
    audit_now(office.service)
    told = office.li.get(where, headers=ENGLISH).text.replace("中文", "").replace("admin样", "")

    assert not re.search(r"[\u4e00-\u9fff]", told), re.findall(r".{20}[\u4e00-\u9fff]+.{20}", told)


def test_certificate_and_bundle_are_taken_from_the_page_of_an_invoice(office: Office) -> None:
    invoice = office.service.invoices_of(DOCUMENT)[0].id
    told = page(office.auditor, f"/invoices/{invoice}")
    names = {}
    for kind in ("certificates", "bundles"):
        assert f'href="/v1/{kind}/{invoice}" download' in told
        answer = office.auditor.get(f"/v1/{kind}/{invoice}")
        assert answer.status_code == 200, answer.text
        names[kind] = set(zipfile.ZipFile(io.BytesIO(answer.content)).namelist())

    assert {"VERIFY.md", "original", "SHA256SUMS.sig"} <= names["certificates"]
    assert "index.html" in names["bundles"] and len(names["bundles"]) == 2
    assert f'href="/log?document={invoice}"' in told
    assert page(office.auditor, f"/log?document={invoice}").count("导出") >= 2


def test_what_was_destroyed_is_still_told_of_in_the_log(office: Office) -> None:
    destroy(office.service)

    assert "销毁" in page(office.auditor, f"/log?document={NUMBER}&action=document.destroyed")
    assert page(office.auditor, f"/log?document={NUMBER}&action=document.destroyed").count('data-label="操作"') == 1
