"""The search page asked in a sentence: chips that can be corrected, what each invoice says, and an honest no. Without scripts."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER
from tests.support.pictures import a_picture

Page = Callable[..., str]

_FOUND = "2018年10月 文具 三千九百多 尾号2197"


def _chips(html: str) -> list[str]:
    found = re.findall(r'<li class="chip">.*?<b>(.*?)</b> <span class="chip-name">(.*?)</span> (.*?)</(?:summary|p)>', html, re.S)
    return [unescape(f"{words}|{name}|{' '.join(says.split())}") for words, name, says in found]


def _links(html: str, words: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="(/find\?[^"]*)"[^>]*>' + re.escape(words), html)]


def test_a_sentence_becomes_chips_and_hits_that_say_how_each_was_met(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    html = page(f"/find?sentence={_FOUND}")

    assert _chips(html) == [
        "2018年10月|日期|2018-10-01 至 2018-10-31",
        "文具|货物或服务|文具（也查 办公用品、办公耗材、纸制品）",
        "三千九百多|金额|¥3,900.00 至 ¥3,999.99",
        "尾号2197|号码|尾号 2197",
    ]
    assert "找到 1 张" in html and f'href="/invoices/{invoice}"' in html
    assert re.search(r"✓</span> <b>尾号2197</b> 尾号一致 <span class=\"muted\">63462197", html)
    assert f"/v1/invoices/{invoice}/crops/invoice_number" in html
    assert f'value="{_FOUND}"' in html


def test_the_page_speaks_english(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?sentence=Oct 2018 about 3.9k ends 2197&lang=en")

    assert _chips(html) == [
        "Oct 2018|Date|2018-10-01 to 2018-10-31",
        "about 3.9k|Amount|about ¥3,900.00",
        "ends 2197|Number|ends in 2197",
    ]
    assert "1 found" in html and "the same end" in html


def test_when_nothing_fits_the_page_says_what_comes_nearest_and_where_else_it_may_be(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    desk.upload(("等着.png", a_picture(3)))
    html = page("/find?sentence=最近 文具 三千九百多 尾号5555")

    assert "没有一张发票与您说的全部相符" in html and f'href="/invoices/{invoice}"' in html
    assert re.search(r'<li class="missed">.*?✗</span> <b>尾号5555</b> 不符 <span class="muted">63462197', html, re.S)
    assert "还有 1 份没有识别出内容" in html and "等着.png" in html and '/preview" alt=""' in html
    [case] = re.findall(r'href="/losses/new\?([^"]*)"', html)
    assert parse_qs(unescape(case)) == {"number": ["5555"], "sentence": ["最近 文具 三千九百多 尾号5555"]}


def test_what_is_known_for_sure_fills_in_a_case_about_the_loss(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?sentence=2019年3月5日 海底捞 458.50元 尾号38?8 出租车票")

    [case] = re.findall(r'href="/losses/new\?([^"]*)"', html)
    assert {name: text for name, [text] in parse_qs(unescape(case)).items() if name != "sentence"} == {
        **{"date": "2019-03-05", "seller": "海底捞", "amount": "458.50", "kind": "taxi"}
    }
    assert desk.client.get("/losses/new?" + unescape(case), headers={"Accept": "text/html"}).status_code == 200


def test_what_is_left_out_is_nothing_when_all_is_read(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "那段时间收到的扫描件都已识别" in page("/find?sentence=2009年 尾号5555")


def test_a_chip_changes_the_meaning(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?sentence=2197")
    assert _chips(html) == ["2197|金额|¥2,197.00"]

    [address] = _links(html, "号码 含有 2197")
    changed = page(address)
    assert _chips(changed) == ["2197|号码|含有 2197"] and "找到 1 张" in changed
    [back] = _links(changed, "金额 ¥2,197.00")
    assert _chips(page(back)) == ["2197|金额|¥2,197.00"]


def test_a_chip_is_dropped_and_the_others_keep_what_was_chosen(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?sentence=酒店 2197&meant=3:number")
    assert _chips(html)[1] == "2197|号码|含有 2197"

    [drop] = re.findall(r'href="(/find\?[^"]*)" aria-label="去掉“酒店”', html)
    dropped = page(unescape(drop))
    assert _chips(dropped) == ["2197|号码|含有 2197"] and "找到 1 张" in dropped


def test_a_chip_changes_its_words(desk: Desk) -> None:
    answer = desk.client.get(
        "/find/words",
        params={"sentence": "去年 酒店 2197", "meant": "6:number", "start": "3", "words": "酒店", "into": "办公用品"},
        follow_redirects=False,
    )

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"sentence": ["去年 办公用品 2197"], "meant": ["8:number"]}


@pytest.mark.parametrize("start", ["", "99", "x", "-1"])
def test_words_that_are_not_there_change_nothing(desk: Desk, start: str) -> None:
    answer = desk.client.get(
        "/find/words", params={"sentence": "去年 酒店", "start": start, "words": "宾馆", "into": "饭店"}, follow_redirects=False
    )

    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"sentence": ["去年 酒店"]}


def test_fields_beside_the_sentence_are_shown_and_changed_where_they_stand(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?sentence=2018年10月&amount=三千九百多&seller=文具")

    assert "三千九百多|金额|¥3,900.00 至 ¥3,999.99" in _chips(html) and "文具|销售方|文具" in _chips(html)
    assert "找到 1 张" in html and 'value="三千九百多"' in html


def test_a_day_that_no_calendar_has_is_told(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    for day in ("13月", "2018年2月30日"):
        html = page(f"/find?sentence={day} 文具")

        assert _chips(html)[0].startswith(f"{day}|票面文字|{day}") and "没有这一天" in html
        assert "找到 1 张" in html


def test_a_sentence_that_says_nothing_is_told_so(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "没有能用来查票的内容" in page("/find?sentence=帮我找发票")


def test_a_field_that_is_not_understood_is_named(desk: Desk, page: Page) -> None:
    html = page("/find?sentence=去年&amount=abc", status=422)

    assert "金额“abc”" in html and 'value="去年"' in html


def test_a_sentence_too_long_says_how_long_it_may_be(page: Page) -> None:
    assert "500 个字以内" in page("/find?sentence=" + "年" * 501, status=422)


def test_fields_that_find_nothing_lead_to_the_same_in_words(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    html = page("/find?seller=文具&date=2018-11")

    [address] = _links(html, "按一句话来查")
    assert NUMBER in page(address)


def test_one_character_is_refused_with_a_reason(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "名称中任意两个字以上" in page("/find?seller=首", status=422)
    html = page("/find?kind=taxi")
    assert "可以试试" not in html
