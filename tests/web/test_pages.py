"""The pages as a browser without JavaScript gets them."""

import re
from collections.abc import Callable

import pytest

from api.web import trade_words
from models.catalogue import IndexState
from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN, SELLER, proved_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.written_dates import REFUSED

Page = Callable[..., str]
EVIL = "<img src=x onerror=alert(1)>.png"


def test_the_upload_page_takes_many_files_and_the_phone_has_a_page(page: Page) -> None:
    html = page("/")

    assert re.search(r'<form[^>]*action="/uploads"[^>]*enctype="multipart/form-data"', html)
    assert re.search(r'<input[^>]*name="files"[^>]*multiple[^>]*accept="image/\*,application/pdf', html)
    assert 'href="/phone"' in html
    assert re.search(r'<input[^>]*accept="image/\*"[^>]*capture', page("/phone"))
    assert re.search(r"<noscript>.*?<button[^>]*submit", html, re.DOTALL)


def test_pages_speak_chinese_and_english_on_request(desk: Desk, page: Page) -> None:
    assert '<html lang="zh-CN">' in page("/") and "选择文件" in page("/")
    english = page("/", **{"Accept-Language": "en-US,en;q=0.8"})
    assert '<html lang="en">' in english and "Choose files" in english
    assert not re.search(r"[\u4e00-\u9fff]", english.replace("中文", ""))


def test_a_chosen_language_is_remembered(desk: Desk, page: Page) -> None:
    page("/find?lang=en")

    assert '<html lang="en">' in page("/")


def test_the_form_works_without_javascript(desk: Desk, page: Page) -> None:
    answer = desk.client.post("/uploads", files=[("files", ("a.png", a_picture(0))), ("files", ("", b""))], follow_redirects=False)
    address = answer.headers["location"]
    waiting = page(address)
    desk.read_everything()

    assert answer.status_code == 303
    assert "已存档，待识别" in waiting and '<noscript><meta http-equiv="refresh"' in waiting
    assert "未识别" in page(address) and "http-equiv" not in page(address)
    assert desk.service.document(Digest.of(a_picture(0))).received.source == "web"


def test_a_form_without_files_says_so_in_words(desk: Desk) -> None:
    answer = desk.client.post("/uploads", files={"files": ("", b"")}, headers={"Accept": "text/html"})

    assert answer.status_code == 422
    assert "没有选择文件" in answer.text


def test_a_batch_page_tells_what_became_of_each_file(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    batch = desk.upload((SCAN.name, SCAN.read_bytes()), ("收据.jpg", b"hello"), ("a.png", a_picture(0)))
    html = page(f"/batches/{batch['id']}")

    assert f'href="/invoices/{invoice}"' in html and NUMBER in html
    assert "重复，已有存档" in html
    assert "未收：文件有问题" in html and "不是能收的文件格式" in html
    assert "停止识别其余文件" in html


def test_reading_can_be_called_off_from_the_page(desk: Desk, page: Page) -> None:
    batch = desk.upload(("a.png", a_picture(0)))
    answer = desk.client.post(f"/batches/{batch['id']}/cancel", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/batches/{batch['id']}")
    assert "已停止识别" in page(answer.headers["location"])


def test_what_was_called_off_is_read_after_all_from_the_page(desk: Desk, page: Page) -> None:
    batch = desk.upload(("a.png", a_picture(0)))
    path = f"/batches/{batch['id']}"
    assert "重新识别未读出的文件" not in page(path)
    desk.client.post(f"{path}/cancel")
    assert "重新识别未读出的文件" in page(path)

    answer = desk.client.post(f"{path}/retry", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "停止识别其余文件" in page(path)


def test_a_search_shows_hits_with_reasons_and_pieces_of_the_paper(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    html = page("/find?seller=文具&amount=3900~&number=&kind=")

    assert "找到 1 张" in html and f'href="/invoices/{invoice}"' in html and SELLER in html
    assert "¥3,972.87" in html and "2018-10-02" in html
    assert f"/v1/invoices/{invoice}/crops/invoice_number" in html
    assert f"/v1/invoices/{invoice}/crops/tax_inclusive_amount" in html
    assert re.search(r"<b>销售方</b> 部分一致", html) and re.search(r"<b>金额</b> 大约", html)
    assert 'value="文具"' in html


def test_an_open_search_page_shows_the_newest(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "最近存档" in page("/find") and NUMBER in page("/find")


def test_an_empty_archive_says_what_to_do(page: Page) -> None:
    assert "档案还是空的" in page("/find")


def test_an_empty_result_explains_itself(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    desk.upload(("a.png", a_picture(0)))
    html = page("/find?number=1234567&amount=88&date=2019-01-01")

    assert "没有找到符合全部条件的发票" in html
    assert re.search(r"<b>号码</b>\s*1234567", html) and re.search(r"<b>金额</b>\s*88", html)
    assert "去掉最没把握的一项" in html and "金额后面加 ~" in html and "日期只填到月份" in html
    assert "另有 1 份扫描件还没有识别出内容" in html


def test_an_empty_result_over_a_read_archive_says_that_nothing_is_left_out(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "未识别的为 0 份" in page("/find?number=1234567")


def test_a_search_in_an_index_that_differs_from_the_archive_says_so(desk: Desk, page: Page) -> None:
    assert "目录与档案不一致" not in page("/find")
    desk.service.catalogue.note_state(IndexState(behind=True, ahead=True))
    html = page("/find?number=1234567")

    assert "目录与档案不一致" in html and "目录比档案旧" in html and "档案可能是旧的备份" in html
    assert "未识别的为 0 份" not in html and "档案还是空的" not in html
    assert "档案还是空的" not in page("/find")


def test_a_clue_that_is_not_understood_is_named_and_kept(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?amount=abc&seller=文具", status=422)

    assert "有条件看不懂" in html and "金额“abc”" in html and "销售方“文具”" not in html
    assert 'value="abc"' in html


def test_a_date_that_may_mean_something_else_comes_back_with_why_and_how_to_write_it(desk: Desk) -> None:
    for text, doubt in REFUSED.items():
        for clue in ("date", "date_from"):
            answer = desk.client.get("/find", params={clue: text}, headers={"Accept": "text/html"})
            assert answer.status_code == 422, text
            assert trade_words.DOUBTS[doubt][0] in answer.text and "2025-09-20，或 2025-09" in answer.text


def test_clues_that_contradict_each_other_are_all_named(page: Page) -> None:
    html = page("/find?date_from=2020&date_to=2019", status=422)

    assert html.count("与其他条件矛盾") == 2 and "起始日期“2020”" in html


def test_an_invoice_stands_beside_its_picture_with_boxes(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    html = page(f"/invoices/{invoice}")

    assert f'<image href="/v1/invoices/{invoice}/preview"' in html
    assert 'data-width="1343" data-height="806"' in html
    boxes, rows = re.findall(r'<polygon[^>]*data-field="(\w+)"', html), re.findall(r'<tr data-field="(\w+)"', html)
    assert sorted(boxes) == sorted(rows) and "invoice_number" in rows
    assert f'href="/v1/invoices/{invoice}/original"' in html
    assert Digest.of(SCAN.read_bytes()).hex in html


def test_an_invoice_shows_its_proof_in_words(desk: Desk, page: Page) -> None:
    html = page(f"/invoices/{desk.archived_invoice()}")

    assert "待复核" in html and "开票日期：仅读取" in html
    assert "已证实" in html and "票面另一处" in html and "大写金额" in html
    assert "金额 + 税额 = 价税合计" in html and "通过" in html
    assert "另有 1 项不适用" in html
    assert "*金属制品*不锈钢螺栓" in html


def test_an_accepted_invoice_has_no_doubts(desk: Desk, page: Page) -> None:
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, proved_invoice())
    html = page(f"/invoices/{desk.archived_invoice()}")

    assert "发票代码、发票号码、开票日期、销售方税号、价税合计已证实。" in html
    assert "开票日期：仅读取" not in html and "人工" not in html


def test_copies_of_an_invoice_are_named(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    desk.reader.scripts[Digest.of(a_picture(0))] = lambda scan: reading_of(scan, proved_invoice())
    desk.upload(("second.png", a_picture(0)))
    desk.read_everything()

    assert re.search(r"同一张发票的其他扫描件.*second\.png", page(f"/invoices/{invoice}"), re.DOTALL)


def test_reading_again_can_be_asked_for_from_the_page(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    answer = desk.client.post(f"/invoices/{invoice}/reprocess", follow_redirects=False)

    assert answer.status_code == 303
    assert "已排队重新识别" in page(answer.headers["location"])
    assert desk.service.queue.waiting() == 1


def test_the_review_page_lists_doubtful_and_unread_scans(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    desk.upload(("看不清.png", a_picture(0)), ("读不了.png", a_picture(9)))
    desk.read_everything()
    html = page("/review")

    unread, broken = Digest.of(a_picture(0)).hex[:20], Digest.of(a_picture(9))
    assert f'href="/review/desk/{invoice}"' in html
    assert f'href="/review/desk/{unread}-1"' in html and "看不清.png" in html
    assert f'href="/documents/{broken}"' in html and "读不了.png" in html


def test_an_unread_scan_has_a_page_with_its_picture(desk: Desk, page: Page) -> None:
    digest = Digest.of(a_picture(0))
    desk.upload(("看不清.png", a_picture(0)))
    waiting = page(f"/documents/{digest}")
    desk.read_everything()
    html = page(f"/documents/{digest}")

    assert "正在等待识别" in waiting
    assert "没有识别出发票" in html and f"/v1/invoices/{digest}/preview" in html and f"/v1/invoices/{digest}/original" in html


def test_a_file_of_data_alone_is_shown_as_the_page_that_lists_it(desk: Desk, page: Page) -> None:
    xml = b"<?xml version='1.0'?><EInvoice><Number>1</Number></EInvoice>"
    desk.upload(("a.xml", xml))

    assert "/preview" in page(f"/documents/{Digest.of(xml)}")


@pytest.mark.parametrize("address", ["/nothing", "/invoices/00112233445566778899-1", "/documents/x", "/batches/x"])
def test_what_is_not_there_is_told_in_words_with_a_number_for_help(page: Page, address: str) -> None:
    html = page(address, status=404)

    assert "出错了" in html and re.search(r"求助时请提供编号：[0-9a-f]{16}", html)


def test_programs_get_json_where_people_get_pages(desk: Desk) -> None:
    answer = desk.client.get("/invoices/00112233445566778899-1")

    assert answer.headers["content-type"] == "application/problem+json"


def test_names_from_outside_are_text_on_every_page(desk: Desk, page: Page) -> None:
    batch = desk.upload((EVIL, a_picture(0)))
    desk.read_everything()
    addresses = ["/review", f"/batches/{batch['id']}", f"/documents/{Digest.of(a_picture(0))}", f"/find?text={EVIL}"]

    for address in addresses:
        assert "<img src=x" not in page(address), address


def test_no_page_runs_anything_but_its_own_script(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    for address in ("/", "/find?number=12345678", f"/invoices/{invoice}", "/review"):
        html = page(address)
        assert re.findall(r"<script(?![^>]*src=\"/static/)", html) == []
        assert re.findall(r"\s(?:on\w+|style)=", html) == []
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", html) == []


def test_static_files_change_their_address_with_their_content(page: Page, desk: Desk) -> None:
    [address] = re.findall(r'href="(/static/app\.css\?v=\w+)"', page("/"))

    assert desk.client.get(address).status_code == 200


def test_an_empty_review_list_leads_on(page: Callable[..., str]) -> None:
    main = page("/review").partition("<main")[2]

    assert "没有需要复核的发票" in main
    for address in ('href="/"', 'href="/register"', 'href="/find?state=withdrawn"'):
        assert address in main
