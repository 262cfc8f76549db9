"""What a line of a reconciliation offers: a case for what is missing, and once there is one, that case."""

import re
from pathlib import Path

from tests.api.conftest import Desk
from tests.support.statements import export, number

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
TREE = Path(__file__).parents[2]
LOST = {"lost": "invoice", "lost_by": "王样", "discovered_on": "2026-03-02", "kind": "vat_special"}


def test_a_missing_line_offers_a_case_until_there_is_one_and_shows_that_then(desk: Desk) -> None:
    told = desk.client.post("/reconciliations", files=[("files", ("a.xlsx", export(number(1), number(2))))]).url.path
    page = desk.client.get(told, headers=HTML).text
    offered = re.findall(r'href="(/losses/new\?[^"]*)"', page)
    assert len(offered) == 2

    case = desk.client.post("/losses", data={**LOST, "number": number(1)}).url.path
    page = desk.client.get(told, headers=HTML).text
    assert f'<a href="{case}">遗失案 {case.rpartition("/")[2]}</a>' in page
    assert [number(2) in link for link in re.findall(r'href="(/losses/new\?[^"]*)"', page)] == [True]

    desk.client.post(f"{case}/close", data={"outcome": "found", "note": "在抽屉里", "version": "1"})
    assert len(re.findall(r'href="(/losses/new\?[^"]*)"', desk.client.get(told, headers=HTML).text)) == 2


def test_what_is_told_of_another_invoice_with_that_number_is_no_case_of_it(desk: Desk) -> None:
    told = desk.client.post("/reconciliations", files=[("files", ("a.xlsx", export(number(1))))]).url.path
    desk.client.post("/losses", data={**LOST, "number": number(1), "total": "1.00"})

    assert 'href="/losses/2' not in desk.client.get(told, headers=HTML).text


def test_an_archived_invoice_shows_its_open_case_and_offers_no_second(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    case = desk.client.post("/losses", data={**LOST, "invoice": invoice}).url.path

    page = desk.client.get(f"/invoices/{invoice}", headers=HTML).text

    assert "/losses/new" not in page
    assert f'href="{case}"' in page


def test_reconciliations_and_their_cases_are_numbered_by_the_same_day(desk: Desk) -> None:
    told = desk.client.post("/reconciliations", files=[("files", ("a.xlsx", export(number(1))))]).url.path
    case = desk.client.post("/losses", data={**LOST, "number": number(1)}).url.path

    assert told.rpartition("/")[2][:8] == case.rpartition("/")[2][:8]


def test_no_number_that_people_read_is_made_of_a_day_that_is_not_chinas() -> None:
    modules = [path for folder in ("models", "storage", "ocr_service", "api") for path in (TREE / folder).rglob("*.py")]
    written = {str(path.relative_to(TREE)): re.findall(r"\{([^{}]*):%Y%m%d\}", path.read_text(encoding="utf-8")) for path in modules}

    assert {path: made for path, found in written.items() for made in found if not re.search(r"day_in_china|today", made)} == {}
