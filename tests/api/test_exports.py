"""Exports over HTTP and by their pages: taken on, made, fetched and read back, seen by whoever asked alone."""

import csv
import io
import re
import subprocess
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from python_calamine import load_workbook

from api.app import create_app
from models.access import Role, Scope
from models.activity import ARCHIVE, Action
from models.digest import Digest
from models.invoice import LineItem
from ocr_service.exports import runner as runner_module
from ocr_service.exports.making import Order, Step
from tests.api.conftest import Desk
from tests.support.example_reading import example_invoice, reading_of
from tests.support.logins import machine, person
from tests.support.pictures import a_picture
from tests.support.scripted_service import settings_in

PATH = "/v1/exports"
HTML = {"Accept": "text/html", "Accept-Language": "zh"}


def scan(desk: Desk, shade: int, *, client: TestClient | None = None, data: dict[str, str] | None = None, **said: str) -> str:
    """Hand in a picture that is read as an invoice; the invoice's id."""
    told = {"invoice_number": f"{shade:08d}", "issue_date": "2026-03-04", "seller_name": f"示例{shade}有限公司", "remarks": "备用"}
    told |= {"tax_exclusive_amount": "100.00", "tax_amount": "13.00", "tax_inclusive_amount": "113.00", **said}
    some = next(iter(example_invoice().fields.values()))
    fields = {key: replace(some, value=value, raw=value) for key, value in told.items()}
    invoice = replace(example_invoice(), fields=fields, items=(LineItem("*餐饮服务*餐费", amount="100.00", tax_rate="13%"),))
    content = a_picture(shade)
    desk.reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, invoice)
    sent = (client or desk.client).post("/v1/uploads", files={"files": (f"{shade}.png", content)}, data=data or {})
    assert sent.status_code == 202, sent.text
    desk.read_everything()
    return f"{Digest.of(content).hex[:20]}-1"


def taken(client: TestClient, **wanted: Any) -> tuple[dict[str, Any], bytes]:
    """What came of it, and the file."""
    begun = client.post(PATH, json=wanted, params={"wait": 20})
    assert begun.status_code == 202, begun.text
    job = begun.json()
    assert job["state"] == "done", job
    assert begun.headers["location"] == job["links"]["self"] == f"{PATH}/{job['id']}"
    file = client.get(job["links"]["file"])
    assert file.status_code == 200 and job["file_name"] in file.headers["content-disposition"]
    assert (len(file.content), Digest.of(file.content).hex) == (job["size"], job["sha256"])
    assert file.headers["cache-control"] == "private, no-store"
    return job, file.content


def sheet(content: bytes, name: str = "发票") -> list[dict[str, Any]]:
    titles, *rows = load_workbook(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_what_a_filter_shows_comes_as_a_workbook_with_its_items(desk: Desk) -> None:
    for shade, seller in ((11, "=cmd|' /C calc'!A0"), (12, "乙有限公司"), (13, "丙有限公司")):
        scan(desk, shade, seller_name=seller, tax_inclusive_amount=f"{shade}.00")
    job, content = taken(desk.client, format="xlsx", filter={"amount_max": "12"}, sort="-amount")

    assert (job["done"], job["total"], job["left_out_in_all"]) == (2, 2, 0)
    assert [row["发票号码"] for row in sheet(content)] == ["00000012", "00000011"]
    assert [row["销售方名称"] for row in sheet(content)][1].startswith("=cmd")
    assert {row["备注"] for row in sheet(content)} == {"备用"}
    assert [(row["货物或应税劳务、服务名称"], row["金额"]) for row in sheet(content, "明细")] == [("*餐饮服务*餐费", 100.0)] * 2


def test_chosen_ones_come_in_the_order_in_which_they_were_named(desk: Desk) -> None:
    names = [scan(desk, shade) for shade in (11, 12, 13)]
    _, content = taken(desk.client, format="csv", ids=[names[2], names[0], names[2]])

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["档案编号"] for row in rows] == [names[2], names[0]]


def test_originals_come_with_digests_that_sha256sum_takes_and_a_line_in_the_log_each(desk: Desk, tmp_path: Path) -> None:
    names = [scan(desk, shade) for shade in (11, 12)]
    job, content = taken(desk.client, format="zip", filter={})
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(tmp_path / "out")
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, text=True, check=True)

    assert done.stdout.count(": OK") == 2
    desk.service.activity.catch_up()
    logged = [one.entry for one in desk.service.activity.index.newest(50) if one.entry.action == Action.EXPORTED]
    assert {one.subject for one in logged} == {ARCHIVE, *(str(Digest.of(a_picture(shade))) for shade in (11, 12))}
    assert {one.details["export"] for one in logged} == {job["id"]}
    assert {one.details.get("sha256") for one in logged} == {None, job["sha256"]} and len(names) == 2


def test_vouchers_come_by_the_mapping_that_was_named(desk: Desk) -> None:
    scan(desk, 11)
    assert taken(desk.client, format="voucher", mapping="kingdee", filter={})[0]["left_out"][0]["reason"] == "unreviewed"
    toml = desk.client.get(f"{PATH}/mappings").json()["mappings"][0]["toml"].replace("unreviewed = false", "unreviewed = true")
    kept = desk.client.post(f"{PATH}/mappings", json={"name": "ours", "toml": toml})
    assert kept.status_code == 200 and kept.json()["version"] == 1
    job, content = taken(desk.client, format="voucher", mapping="ours", filter={})

    lines = sheet(content, "凭证")
    assert job["mapping"] == "ours" and job["left_out_in_all"] == 0
    assert sum(line["借方金额"] or 0 for line in lines) == sum(line["贷方金额"] or 0 for line in lines) == 113.0
    assert [one["name"] for one in desk.client.get(f"{PATH}/mappings").json()["mappings"]] == ["kingdee", "yonyou", "ours"]


def test_a_mapping_that_names_what_there_is_not_is_refused_with_what_there_is(desk: Desk) -> None:
    toml = desk.client.get(f"{PATH}/mappings").json()["mappings"][0]["toml"]
    refused = desk.client.post(f"{PATH}/mappings", json={"name": "kingdee", "toml": toml.replace("{summary}", "{sumary}")})

    assert refused.status_code == 422 and "{sumary}" in refused.text and "seller_tax_id" in refused.text
    assert desk.client.get(f"{PATH}/mappings").json()["mappings"][0]["version"] == 0
    assert "kingdee, yonyou" in desk.client.post(PATH, json={"format": "voucher", "mapping": "sap", "filter": {}}).text


def test_a_list_for_printing_is_a_pdf(desk: Desk) -> None:
    scan(desk, 11)

    assert taken(desk.client, format="print", filter={})[1].startswith(b"%PDF")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"format": "xlsx"}, 422),
        ({"format": "xlsx", "ids": []}, 422),
        ({"format": "xlsx", "ids": ["0" * 20 + "-1"]}, 404),
        ({"format": "xlsx", "ids": ["x"]}, 404),
        ({"format": "xlsx", "ids": ["0" * 20 + "-1"], "filter": {}}, 422),
        ({"format": "xlsx", "ids": ["0" * 20 + "-1"], "sort": "amount"}, 422),
        ({"format": "docx", "filter": {}}, 422),
        ({"format": "xlsx", "filter": {"colour": "red"}}, 422),
        ({"format": "xlsx", "filter": {"amount": "much"}}, 422),
        ({"format": "xlsx", "filter": {}, "sort": "colour"}, 422),
        ({"format": "xlsx", "filter": {}, "mapping": "kingdee"}, 422),
        ({"format": "xlsx", "filter": {}, "by": "me"}, 422),
    ],
)
def test_what_can_never_be_made_is_refused_at_once(desk: Desk, wanted: dict[str, Any], status: int) -> None:
    assert desk.client.post(PATH, json=wanted).status_code == status
    assert desk.client.get(PATH).json()["exports"] == []


def test_an_export_is_nobody_elses(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    li, wang = person(app, Role.CLERK, name="li"), person(app, Role.CLERK, name="wang")
    key = machine(app, Scope.EXPORTS_READ)
    job, _ = taken(li.client, format="csv", filter={})
    paths = (f"{PATH}/{job['id']}", f"{PATH}/{job['id']}/file", f"/exports/{job['id']}")

    for other in (wang.client, key.client):
        assert [other.get(path).status_code for path in paths] == [404] * 3
        assert other.delete(paths[0]).status_code == other.post(f"{paths[2]}/remove").status_code == 404
        assert other.get(PATH).json() == {"exports": []} and job["id"] not in other.get("/exports").text
    assert li.client.delete(paths[0]).status_code == 204
    assert [li.client.get(path).status_code for path in paths] == [404] * 3
    assert not list((desk.folder / "~exports").iterdir())
    assert taken(key.client, format="csv", filter={})[0]["done"] == 0


def test_nobody_takes_out_what_another_department_has(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    ours, theirs = (
        person(app, Role.CLERK, name=name, departments=frozenset({whose})) for name, whose in (("li", "财务部"), ("wang", "采购部"))
    )
    mine, foreign = scan(desk, 11, client=ours.client), scan(desk, 12, client=theirs.client)
    for form in ("csv", "zip"):
        assert taken(ours.client, format=form, filter={})[0]["done"] == 1
    rows = list(csv.DictReader(io.StringIO(taken(ours.client, format="csv", filter={})[1].decode("utf-8-sig"))))

    assert [row["档案编号"] for row in rows] == [mine]
    assert ours.client.post(PATH, json={"format": "csv", "ids": [foreign]}).status_code == 404


class Gate:
    """Lets exports begin and holds them where their first rows would be written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.open = threading.Semaphore(0), threading.Event()
        make = runner_module.make

        def held(service: Any, order: Order, step: Step) -> Any:
            self.begun.release()
            while not self.open.wait(0.05):
                step(0)
            return make(service, order, step)

        monkeypatch.setattr(runner_module, "make", held)


def test_what_a_server_that_stops_leaves_behind_the_next_one_makes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    scan(desk, 11)
    job = desk.client.post(PATH, json={"format": "csv", "filter": {}}).json()
    assert gate.begun.acquire(timeout=20)
    unready = desk.client.get(f"{PATH}/{job['id']}/file")
    assert unready.status_code == 503 and int(unready.headers["retry-after"]) > 0
    desk.client.app.state.exports.stop()  # type: ignore[attr-defined]
    assert desk.client.get(f"{PATH}/{job['id']}").json()["state"] == "queued"
    gate.open.set()

    with TestClient(create_app(desk.service, settings=settings_in(desk.folder))) as next_one:
        runner = next_one.app.state.exports  # type: ignore[attr-defined]
        caller = next(iter([runner_module.Principal("local", "local", frozenset())]))
        assert runner.wait(job["id"], caller, 20).state == "done"
        assert next_one.get(f"{PATH}/{job['id']}/file").status_code == 200


def test_more_than_a_few_at_once_are_sent_away_with_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    answers = [desk.client.post(PATH, json={"format": "csv", "filter": {}}) for _ in range(4)]
    gate.open.set()

    assert [answer.status_code for answer in answers] == [202, 202, 202, 503]
    assert answers[3].json()["code"] == "busy" and int(answers[3].headers["retry-after"]) > 0


def test_an_export_whose_file_is_gone_is_made_again(desk: Desk) -> None:
    scan(desk, 11)
    job, content = taken(desk.client, format="csv", filter={})
    [file] = (desk.folder / "~exports").iterdir()
    file.unlink()

    assert desk.client.get(job["links"]["file"]).status_code == 503
    runner = desk.client.app.state.exports  # type: ignore[attr-defined]
    assert runner.wait(job["id"], runner_module.Principal("local", "local", frozenset()), 20).state == "done"
    assert desk.client.get(job["links"]["file"]).content == content


def posted(client: TestClient, data: dict[str, Any]) -> Any:
    return client.post("/exports", data=data, headers=HTML, follow_redirects=False)


def test_the_form_of_a_list_is_taken_without_a_script(desk: Desk) -> None:
    names = [scan(desk, shade) for shade in (11, 12, 13)]
    some = posted(desk.client, {"ids": names[:2], "format": "csv"})
    every = posted(desk.client, {"all": "1", "format": "voucher:yonyou", "date": "2026-03", "sort": "-amount", "kind": ""})

    assert some.status_code == every.status_code == 303
    page = desk.client.get(some.headers["location"], headers=HTML).text
    [path] = re.findall(r'href="(/v1/exports/[^"]+/file)"', page)
    assert len(desk.client.get(path).content.splitlines()) == 3
    told = desk.client.get(every.headers["location"], headers=HTML).text
    assert "待复核" in told and names[0] in told
    listed = desk.client.get("/exports", headers=HTML).text
    assert listed.count("已备好") == 2 and "用友" in listed


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"format": "xlsx"}, "还没有选发票"),
        ({"format": "docx", "all": "1"}, "docx"),
        ({"format": "xlsx", "all": "1", "colour": "red"}, "colour"),
        ({"format": "xlsx", "all": "1", "amount": "much"}, "“much”不是金额"),
        ({"format": "xlsx", "all": "1", "amount": "99999999999999999999"}, "发票没有这样的金额"),
        ({"format": "xlsx", "all": "1", "date_from": "someday"}, "“someday”看不懂是哪天"),
        ({"format": "xlsx", "all": "1", "seller": "科"}, "查找条件看不懂"),
    ],
)
def test_a_form_that_asks_for_nothing_is_shown_again_with_the_reason(desk: Desk, sent: dict[str, str], told: str) -> None:
    answer = posted(desk.client, sent)

    assert answer.status_code == 422 and told in answer.text and "<form" in answer.text


def test_a_mapping_is_changed_on_its_page(desk: Desk) -> None:
    page = desk.client.get("/exports/mappings/kingdee", headers=HTML).text
    assert "{seller_name}" in page and "6602" in page
    toml = desk.client.get(f"{PATH}/mappings").json()["mappings"][0]["toml"]
    wrong = desk.client.post("/exports/mappings", data={"name": "kingdee", "toml": toml.replace("{account}", "{acount}")}, headers=HTML)
    assert wrong.status_code == 422 and "acount" in wrong.text and "account_name" in wrong.text
    right = desk.client.post("/exports/mappings", data={"name": "kingdee", "toml": toml.replace("6602", "6601")}, headers=HTML)

    assert "已保存" in right.text and "6601" in right.text
    assert desk.client.get("/exports", headers=HTML).text.count("第 1 版") == 1


def test_what_nobody_foresaw_fails_one_export_and_not_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "_IDLE_SECONDS", 0.01)
    make = runner_module.make

    def broken(service: Any, order: Order, step: Step) -> Any:
        if order.wish.filter.get("kind") == "taxi":
            raise RuntimeError("a bug")
        return make(service, order, step)

    monkeypatch.setattr(runner_module, "make", broken)
    for _ in range(3):
        failed = desk.client.post(PATH, json={"format": "csv", "filter": {"kind": "taxi"}}, params={"wait": 20}).json()
        assert (failed["state"], failed["error"], failed["links"].get("file")) == ("failed", "gave_up", None)
    assert "试了几次" in desk.client.get(f"/exports/{failed['id']}", headers=HTML).text
    assert desk.client.get(f"{PATH}/{failed['id']}/file").status_code == 404

    assert taken(desk.client, format="csv", filter={})[0]["done"] == 0
