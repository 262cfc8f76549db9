"""What follows from what is missing: cases of loss, the tax bureau's list, papers and doubles; and the day's overview."""

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from benchmarks.clerks_day.clerk import Clerk, need
from benchmarks.clerks_day.folder import OUR_NAME, OUR_TAX_ID, Listed
from benchmarks.clerks_day.looking import Seen
from tests.support.statements import LIST, USUAL

MISSING = "25119900000999999999"
"""The number of an invoice that the tax bureau lists and nobody has."""


def case(clerk: Clerk) -> str:
    """Open the case whose form is shown, and record its first step."""
    page = clerk.page
    _open_case(clerk)
    steps = page.locator("ol.case-steps > li")
    count = steps.count()
    first = steps.first.locator("details")
    first.locator("summary").click()
    first.locator('input[name="person"]').fill("王样")
    first.locator("button[type=submit]").click()
    page.locator("main [role=status]").first.wait_for()
    return f"{clerk.text('h1')}; {count} steps; {clerk.text('main [role=status]')}"


def pack(clerk: Clerk) -> str:
    """The papers of the case, as one PDF and as a zip."""
    document, files = clerk.fetched('a[href$="/pack"]'), clerk.fetched('a[href*="/pack?form=zip"]')
    need(document.startswith(b"%PDF") and files.startswith(b"PK"), "neither a PDF nor a zip")
    return f"PDF {len(document) / 1000:,.0f} kB, zip {len(files) / 1000:,.0f} kB"


def reconcile(clerk: Clerk, listed: Sequence[Listed], folder: Path) -> str:
    """Hand in the tax bureau's list, take it in, and look at what the archive has not."""
    page = clerk.page
    sent = folder / "全量发票查询导出结果-2025年3月.xlsx"
    sent.write_bytes(_list_of(listed))
    clerk.go("/reconciliations")
    page.locator("#files").set_input_files(sent)
    page.locator('form[action$="/reconciliations"] button').click()
    page.locator('form[action$="/take-in"] button').click()
    page.locator('form[action$="/take-in"]').wait_for(state="detached")
    counts = ", ".join(text for text in clerk.texts("ul.counts li") if not text.startswith("0 "))
    page.locator('ul.counts a[href*="class=statement_only"]').click()
    page.wait_for_url("**class=statement_only*")
    need(clerk.page.get_by_text(MISSING).count(), f"the missing one is not listed: {counts}")
    return counts


def missing_case(clerk: Clerk) -> str:
    """The missing line leads to a case that knows its number."""
    clerk.page.locator('main table a[href*="/losses/new"]').first.click()
    clerk.page.wait_for_url("**/losses/new*")
    need(clerk.page.locator("#number").input_value() == MISSING, "the form does not know the number")
    _open_case(clerk)
    return clerk.text("h1")


def papers(clerk: Clerk, seen: Seen) -> str:
    """The paper of an invoice goes into a box, and is counted there."""
    page = clerk.page
    clerk.go("/papers")
    page.locator("#labels").fill(seen.id)
    page.locator("#kind").select_option("boxed")
    page.locator("#paper-box").fill("2026-11")
    page.locator("#paper-note").fill("散票，未装订")
    page.locator("form.paper-event button[type=submit]").click()
    page.locator("main .good-notice").wait_for()
    said = clerk.text("main .good-notice")
    page.locator('main a[href*="/papers?box="]').first.click()
    page.locator("#box").wait_for()
    return f"{said}; {clerk.text('#box')} {clerk.text('#box + p')}"


def duplicates(clerk: Clerk) -> str:
    """One group decided."""
    page = clerk.page
    clerk.go("/duplicates")
    tabs = ", ".join(clerk.texts("p.tabs a"))
    decide = page.locator("form.decide")
    if not decide.count():
        return f"{tabs}; nothing to decide"
    decide.first.locator('input[name="reason"]').fill("同一张票扫了两次")
    decide.first.locator('button[value="same"]').click()
    page.wait_for_load_state()
    clerk.wait_until(lambda: ", ".join(clerk.texts("p.tabs a")) != tabs, "the decision")
    return f"{tabs}; then {', '.join(clerk.texts('p.tabs a'))}"


def today(clerk: Clerk) -> str:
    """The day at a glance; each of its counts leads somewhere."""
    clerk.go("/today")
    counts = clerk.texts("ul.day li")
    for place in range(len(counts)):
        clerk.page.locator("ul.day a").nth(place).click()
        clerk.page.wait_for_url(lambda url: not url.endswith("/today"))
        clerk.page.go_back()
        clerk.page.locator("ul.day").wait_for()
    return ", ".join(counts)


def _open_case(clerk: Clerk) -> None:
    page = clerk.page
    page.locator("#lost_by").fill("王样")
    page.locator('form[action$="/losses"] button[type=submit]').click()
    page.locator("ol.case-steps").wait_for()


def _list_of(listed: Sequence[Listed]) -> bytes:
    """全量发票查询 as the tax platform exports it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("发票基础信息")
    sheet.write_row(0, 0, LIST)
    seller = {"销方识别号": "91110199291951630T", "销方名称": "青禾市示例商贸有限公司", "购方识别号": OUR_TAX_ID, "购买方名称": OUR_NAME}
    for place, one in enumerate((*listed, Listed(MISSING, "2025-03-30", Decimal(500), Decimal(30))), 1):
        amounts = {"金额": f"{one.net:.2f}", "税额": f"{one.tax:.2f}", "价税合计": f"{one.net + one.tax:.2f}"}
        values = {**USUAL, **seller, **amounts, "数电发票号码": one.number, "开票日期": f"{one.day} 10:11:12"}
        sheet.write_row(place, 0, [values.get(title) or "" for title in LIST])
    book.close()
    return stream.getvalue()
