"""A clerk reconciles in a real browser, on a wide screen and on a narrow phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.own_companies import OwnCompany
from ocr_service.companies import add_company
from ocr_service.service import ArchiveService
from tests.support.statements import LIST, OURS, export, number, row
from tests.support.workbooks import xlsx
from tests.web.test_browser import Watched, base, browser, opened, service

__all__ = ["base", "browser", "opened", "service"]

WIDE = {"width": 1600, "height": 900}
NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_export_is_handed_in_looked_at_and_taken_in(
    service: ArchiveService, opened: Callable[..., Watched], tmp_path: Path, size: dict[str, int], scripts: bool
) -> None:
    add_company(service, OwnCompany("北京某某有限公司", (OURS,)))
    sent = tmp_path / "全量发票查询导出结果-2025年3月.xlsx"
    odd = row("2.51E+19", 销方名称="一家名字很长很长很长很长很长很长的上海某某某某某某有限责任公司第一分公司")
    sent.write_bytes(xlsx({"发票基础信息1": [LIST, *(row(number(place)) for place in range(1, 61)), odd]}))
    page = opened("/reconciliations", size, scripts=scripts).page

    page.get_by_label("清单文件").set_input_files(sent)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_text("这是预览，还没有收下")).to_be_visible()
    assert _fits(page)
    page.get_by_role("button", name="收下").click()
    expect(page.get_by_text("这是预览")).to_have_count(0)
    page.get_by_role("link", name="60 清单有、档案无").click()
    expect(page.get_by_role("heading", name="清单有、档案无")).to_be_visible()
    expect(page.get_by_role("link", name="开立遗失案")).to_have_count(50)
    page.get_by_role("link", name="后面的").click()
    expect(page.get_by_role("link", name="开立遗失案")).to_have_count(10)
    page.get_by_role("link", name="1 号码丢失").click()
    expect(page.get_by_text("请重新导出", exact=True)).to_be_visible()
    assert _fits(page)
    assert page.get_by_role("link", name="导出 Excel").get_attribute("href")
    page.goto(page.url.split("/reconciliations")[0] + "/reconciliations")
    expect(page.get_by_text(sent.name)).to_be_visible()
    assert _fits(page)


def test_what_is_no_list_is_told_on_a_page(service: ArchiveService, opened: Callable[..., Watched], tmp_path: Path) -> None:
    wrong = tmp_path / "工资.csv"
    wrong.write_text("姓名,工资\n王,1\n", encoding="utf-8")
    watched = opened("/reconciliations", WIDE)
    page = watched.page

    page.get_by_label("清单文件").set_input_files(wrong)
    page.get_by_role("button", name="核对", exact=True).click()

    expect(page.get_by_text("这份表格不是能核对的清单")).to_be_visible()
    watched.trouble.clear()


def test_an_export_of_what_was_sent_is_a_workbook(service: ArchiveService, opened: Callable[..., Watched], tmp_path: Path) -> None:
    sent = tmp_path / "a.xlsx"
    sent.write_bytes(export(number(1)))
    page = opened("/reconciliations", WIDE).page
    page.get_by_label("清单文件").set_input_files(sent)
    page.get_by_role("button", name="核对", exact=True).click()

    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()

    assert download.value.suggested_filename.endswith(".xlsx")


def _fits(page: object) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))  # type: ignore[attr-defined]
