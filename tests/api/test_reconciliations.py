"""Reconciliations over HTTP: handed in, counted, taken in, paged through, run again, taken out as a workbook; and their pages."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from python_calamine import load_workbook

from models.access import Role
from models.digest import Digest
from models.own_companies import OwnCompany
from ocr_service.companies import add_company
from tests.api.conftest import Desk
from tests.support.example_reading import example_invoice, reading_of
from tests.support.logins import person
from tests.support.pictures import a_picture
from tests.support.statements import LIST, OURS, SELLER, export, number, row
from tests.support.workbooks import xlsx

PATH = "/v1/reconciliations"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _ours(desk: Desk) -> None:
    add_company(desk.service, OwnCompany("北京某某有限公司", (OURS,)))


def scan(desk: Desk, shade: int, digital: str) -> None:
    """Hand in a picture that is read as an invoice of the export."""
    said = {
        **{"invoice_number": digital, "issue_date": "2025-03-04", "seller_tax_id": SELLER, "buyer_tax_id": OURS},
        **{"tax_exclusive_amount": "100.00", "tax_amount": "13.00", "tax_inclusive_amount": "113.00"},
    }
    some = next(iter(example_invoice().fields.values()))
    invoice = replace(example_invoice(), fields={key: replace(some, value=value, raw=value) for key, value in said.items()})
    content = a_picture(shade)
    desk.reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, invoice)
    desk.upload((f"{shade}.png", content))
    desk.read_everything()


def send(client: TestClient, *contents: bytes, **query: Any) -> Any:
    files = [("files", (f"导出{place}.xlsx", content)) for place, content in enumerate(contents)]
    return client.post(PATH, files=files, params=query)


def test_an_export_is_held_against_the_archive(desk: Desk) -> None:
    scan(desk, 10, number(1))
    answer = send(desk.client, export(number(1), number(2)))
    made = answer.json()

    assert answer.status_code == 201 and answer.headers["location"] == f"{PATH}/{made['id']}"
    assert made["counts"] == {"equal": 1, "statement_only": 1}
    assert (made["kind"], made["side"], made["period"], made["equal"]) == ("invoice_list", "received", ["2025-03-04"] * 2, False)
    assert made["files"][0]["name"] == "导出0.xlsx"
    assert desk.client.get(PATH).json()["reconciliations"] == [made]
    assert desk.client.get(answer.headers["location"]).json() == {**made, "arrived": 0}


def test_lines_are_paged_by_class_and_lead_on(desk: Desk) -> None:
    scan(desk, 10, number(1))
    made = send(desk.client, export(*(number(place) for place in range(1, 6)))).json()
    lines = f"{PATH}/{made['id']}/lines"
    first = desk.client.get(lines, params={"class": "statement_only", "limit": 3}).json()
    rest = desk.client.get(lines, params={"class": "statement_only", "limit": 3, "after": first["next"]}).json()

    assert [one["entry"]["number"] for one in (*first["lines"], *rest["lines"])] == [number(place) for place in range(2, 6)]
    assert (first["next"], rest["next"]) == (4, None)
    loss = first["lines"][0]["links"]["loss"]
    assert loss.startswith("/losses/new?") and f"number={number(2)}" in loss and "amount=113.00" in loss and "date=2025-03-04" in loss
    [equal] = desk.client.get(lines, params={"class": "equal"}).json()["lines"]
    assert desk.client.get(equal["links"]["invoice"]).status_code == 200
    assert desk.client.get(lines, params={"class": "whatever"}).status_code == 422


def test_a_preview_is_taken_in_and_a_later_scan_settles_a_line(desk: Desk) -> None:
    made = send(desk.client, export(number(1)), preview=True).json()
    assert made["state"] == "preview"
    taken = desk.client.post(f"{PATH}/{made['id']}/take-in").json()
    scan(desk, 10, number(1))

    assert taken["state"] == "taken_in"
    assert desk.client.get(f"{PATH}/{made['id']}").json()["arrived"] == 1
    again = desk.client.post(f"{PATH}/{made['id']}/run").json()
    assert (again["settled"], again["equal"], again["version"]) == (1, True, 3)


def test_a_preview_that_is_asked_for_and_not_is_none_of_both(desk: Desk) -> None:
    answer = send(desk.client, export(number(1)), preview=[True, False])

    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, "given more than once; give it once")
    assert desk.client.get(PATH).json()["reconciliations"] == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"%PDF-1.7", "unsupported_media_type"), (b"a,b\n1,2\n", "unknown_table"), (b"", "empty_file")]
)
def test_what_is_no_list_is_refused_and_nothing_is_kept(desk: Desk, content: bytes, code: str) -> None:
    answer = send(desk.client, content)

    assert (answer.status_code in (415, 422), answer.json()["code"]) == (True, code)
    assert desk.client.get(PATH).json()["reconciliations"] == []


@pytest.mark.parametrize("written", ["9" * 20, "1e400", 1e20, float("nan"), float("inf")], ids=str)
def test_an_amount_that_no_invoice_has_is_told_in_its_row(desk: Desk, written: object) -> None:
    made = send(desk.client, export(number(1), 价税合计=written)).json()
    [line] = desk.client.get(f"{PATH}/{made['id']}/lines").json()["lines"]

    assert (line["class"], line["entry"]["problem"]) == ("unreadable", "unreadable")
    assert "no amount" in line["entry"]["trouble"]


def test_a_sum_that_no_column_holds_stops_neither_lists_nor_searches(desk: Desk) -> None:
    lines = [*LIST, "货物或应税劳务名称"]
    [each] = [[*row(number(1), 金额="900000000000000.00", 价税合计="900000000000000.00"), "钢材"]]
    made = send(desk.client, xlsx({"信息汇总表": [lines, *[each] * 110]}))

    assert made.status_code == 201
    assert desk.client.get(PATH).json()["reconciliations"] == [made.json()]
    assert desk.client.get("/find", params={"sentence": number(1)}, headers=HTML).status_code == 200


def test_a_mapping_explains_a_table(desk: Desk) -> None:
    mine = "票据号,总额\n" + number(1) + ",113.00\n"
    put = desk.client.post(f"{PATH}/mappings", json={"name": "mine", "columns": {"票据号": "number", "总额": "total"}})

    assert put.json() == {"name": "mine", "columns": {"票据号": "number", "总额": "total"}}
    assert desk.client.get(f"{PATH}/mappings").json() == {"mappings": [put.json()]}
    assert send(desk.client, mine.encode("gb18030"), mapping="mine").json()["kind"] == "mapped"
    assert send(desk.client, mine.encode(), mapping="other").status_code == 422
    assert desk.client.post(f"{PATH}/mappings", json={"name": "mine", "columns": {"票据号": "x"}}).status_code == 422


def test_the_workbook_has_every_line_with_numbers_as_texts_and_no_formulas(desk: Desk) -> None:
    evil = xlsx({"s": [LIST, row(number(1)), row(number(2), 销方名称='=cmd|"/c calc"!A1')]})
    made = send(desk.client, evil).json()
    answer = desk.client.get(f"{PATH}/{made['id']}/xlsx")
    head, *rows = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    second = dict(zip(head, rows[1], strict=True))

    assert answer.status_code == 200 and ".xlsx" in answer.headers["content-disposition"]
    assert (second["发票号码"], second["类别"], second["价税合计"]) == (number(2), "清单有、档案无", 113.0)
    assert second["销方名称"] == '=cmd|"/c calc"!A1'
    sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_departments_see_their_own(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    finance = person(app, Role.CLERK, departments=frozenset({"财务部"}), name="finance")
    sales = person(app, Role.CLERK, departments=frozenset({"销售部"}), name="sales")
    made = send(finance.client, export(number(1))).json()

    assert sales.client.get(PATH).json()["reconciliations"] == []
    assert sales.client.get(f"{PATH}/{made['id']}").status_code == 404
    assert sales.client.get(f"{PATH}/{made['id']}/lines").status_code == 404
    assert sales.client.post(f"{PATH}/{made['id']}/run").status_code == 404
    assert sales.client.get(f"{PATH}/{made['id']}/xlsx").status_code == 404


def test_an_auditor_looks_and_does_not_reconcile(desk: Desk) -> None:
    made = send(desk.client, export(number(1))).json()
    app = desk.client.app
    assert isinstance(app, FastAPI)
    auditor = person(app, Role.AUDITOR)

    assert auditor.client.get(f"{PATH}/{made['id']}/lines").status_code == 200
    assert send(auditor.client, export(number(1))).status_code == 403
    page = auditor.client.get(f"/reconciliations/{made['id']}", headers=HTML).text
    assert "开立遗失案" not in page and "<form" not in page.split("<main", 1)[1]


def test_the_page_shows_the_counts_before_it_is_taken_in(desk: Desk) -> None:
    scan(desk, 10, number(1))
    empty = desk.client.get("/reconciliations", headers=HTML).text
    answer = desk.client.post("/reconciliations", files=[("files", ("导出.xlsx", export(number(1), number(2))))], follow_redirects=False)
    where = answer.headers["location"]
    preview = desk.client.get(where, headers=HTML).text
    desk.client.post(f"{where}/take-in")
    taken = desk.client.get(where, headers=HTML).text

    assert "还没有对过账" in empty and answer.status_code == 303
    assert "这是预览" in preview and f'action="{where}/take-in"' in preview
    assert "这是预览" not in taken and number(2) in taken and "清单有、档案无" in taken
    assert f"/losses/new?number={number(2)}" in taken
    assert where in desk.client.get("/reconciliations", headers=HTML).text


def test_the_page_shows_differences_and_troubles_in_words(desk: Desk) -> None:
    scan(desk, 10, number(1))
    odd = [row(number(1), 税额="12.00", 价税合计="112.00"), row("2.51E+19")]  # type: ignore[arg-type]
    made = send(desk.client, xlsx({"s": [LIST, *odd]})).json()
    page = desk.client.get(f"/reconciliations/{made['id']}", headers=HTML).text
    english = desk.client.get(f"/reconciliations/{made['id']}?class=number_lost", headers={**HTML, "Accept-Language": "en"}).text

    assert "税额：清单 ¥12.00，档案 ¥13.00" in page and "号码丢失" in page and "请重新导出" in page
    assert "export the list anew" in english


def test_a_search_that_finds_nothing_says_which_list_names_it(desk: Desk) -> None:
    made = send(desk.client, export(number(7))).json()
    page = desk.client.get("/find", params={"sentence": f"号码{number(7)}"}, headers=HTML).text

    assert "对账清单里有这张发票" in page and f"/reconciliations/{made['id']}" in page
    assert "对账清单里有" not in desk.client.get("/find", params={"sentence": f"号码{number(8)}"}, headers=HTML).text


def test_holes_are_told_as_hints(desk: Desk) -> None:
    listed = [row("--", 发票代码="1100254130", 发票号码=f"0000001{place}") for place in (1, 3)]
    made = send(desk.client, xlsx({"s": [LIST, *listed]})).json()

    assert desk.client.get(f"{PATH}/{made['id']}/holes").json() == {
        "months": [],
        "numbers": [{"party": "上海某某有限公司", "code": "1100254130", "missing": ["00000012"]}],
    }
    assert "00000012" in desk.client.get(f"/reconciliations/{made['id']}/holes", headers=HTML).text


def test_what_a_reconciliation_says_is_json_that_a_script_can_read(desk: Desk) -> None:
    made = send(desk.client, export(number(1))).json()
    lines = desk.client.get(f"{PATH}/{made['id']}/lines").text

    assert json.loads(lines)["lines"][0]["class"] == "statement_only"
