"""What people say of an invoice, in Chinese and English, and what is understood of it on 30 November 2026, a Monday."""

from datetime import date
from decimal import Decimal

import pytest

from models.invoice import InvoiceKind
from models.remembered import (
    AmountCertainty,
    Meaning,
    NameForm,
    NumberPart,
    PartyName,
    PartyRole,
    RememberedAmount,
    RememberedDays,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedPlace,
    RememberedWords,
)
from ocr_service.understanding.sentence import Circumstances, understand
from ocr_service.understanding.telling import clue_name, clue_value

_NOW = Circumstances(date(2026, 11, 30))

_UNDERSTOOD = {
    "上周五请客吃饭花了八百多，海底捞": "date 2026-11-27; goods 请客; goods 吃饭; amount 800.00..899.99; party 海底捞",
    "2023年下半年 万科物业费 一万二": "date 2023-07-01..2023-12-31; party 万科; goods 物业费; amount 12000.00 (11500.00..12999.99)",
    "去年12月底深圳南山加油站四百": "date 2025-12-21..2025-12-31 ±3; place 深圳; place 南山; goods 加油站; amount 400.00 (360.00..479.99)",
    "invoice from Marriott in Shanghai, around 2,300 RMB, October last year": "party marriott; place 上海; amount 2300.00~;"
    " date 2025-10-01..2025-10-31",
    "the one with 8821 at the end, restaurant, spring 2024": "number *8821; goods restaurant; date 2024-03-01..2024-05-31 ±20",
    "lost a taxi receipt from last Tuesday, 45 yuan": "kind taxi; date 2026-11-24; amount 45.00",
    "二十多万 装修": "amount 200000.00..299999.99; goods 装修",
    "尾号0098 金额不记得了": "number *0098",
    "合计金额壹仟贰佰元整": "amount total 1200.00 (1150.00..1299.99)",
    "住宿 1800": "goods 住宿; amount 1800.00",
    "3月12日-3月15日": "date 2026-03-12..2026-03-15",
    "去年三四月 苏州 酒店 一千二左右 尾号38?8": "date 2025-03-01..2025-04-30; place 苏州; goods 酒店; amount 1200.00~; number *38?8",
    "去年三四月苏州酒店一千二左右尾号38?8": "date 2025-03-01..2025-04-30; place 苏州; goods 酒店; amount 1200.00~; number *38?8",
    "last spring Hilton about 1.2k ends 3828": "date 2026-03-01..2026-05-31 ±20; party hilton; amount 1200.00~; number *3828",
    "帮我找一张去年底在上海打车的发票，五十多块": "date 2025-11-01..2025-12-31 ±30; place 上海; goods 打车; amount 50.00..59.99",
    "去年苏州金鸡湖大酒店有限公司一千二": "date 2025-01-01..2025-12-31; party 苏州金鸡湖大酒店有限公司; amount 1200.00 (1150.00..1299.99)",
    "抬头是苏州恒远科技有限公司的专票": "buyer 苏州恒远科技有限公司; kind vat_special,vat_electronic_special,digital_special",
    "卖方 希尔顿 买方 恒远科技": "seller 希尔顿; buyer 恒远科技",
    "老王火锅店 两百出头 前天": "party 老王火锅店; amount 200.00..230.00; date 2026-11-28",
    "中石化加油 300块 上个月": "party 中石化; goods 加油; amount 300.00; date 2026-10-01..2026-10-31",
    "不含税3500 税额 455 三一重工": "amount net 3500.00; amount tax 455.00; party 三一重工",
    "价税合计1200.00元": "amount total 1200.00",
    "云服务器阿里云双十一三千多": "goods 云服务器; party 阿里云; date 2026-11-01..2026-11-15 ±7; amount 3000.00..3999.99",
    "24年三季度 研发部 打印机 三万五": "date 2024-07-01..2024-09-30; department 研发部; goods 打印机; amount 35000.00 (34500.00..35999.99)",
    "财务部 二月份 租金 两万多": "department 财务部; date 2026-02-01..2026-02-28; goods 租金; amount 20000.00..29999.99",
    "我们公司 华为 手机 5999.00": "party 华为; goods 手机; amount 5999.00",
    "七天酒店 三天前": "party 七天酒店; date 2026-11-27",
    "hotel in suzhou march 2024 around 800 yuan": "goods hotel; place 苏州; date 2024-03-01..2024-03-31; amount 800.00~",
    "Golden Dragon Trading co 3,500.50 Q3 2024": "party golden dragon trading co; amount 3500.50; date 2024-07-01..2024-09-30",
    "Starbucks last month 38 yuan": "party starbucks; date 2026-10-01..2026-10-31; amount 38.00",
    "taxi receipt the day before yesterday about 50 kuai": "kind taxi; date 2026-11-28; amount 50.00~",
    "jin ji hu hotel": "party jinjihu; goods hotel",
    "szsf 快递": "party szsf; goods 快递",
    "xierdun": "party xierdun",
    "蘇州 飯店 發票": "place 苏州; goods 饭店",
    "一千二": "amount 1200.00 (1150.00..1299.99)",
    "三万五": "amount 35000.00 (34500.00..35999.99)",
    "1.2k": "amount 1200.00 (1150.00..1299.99)",
    "1.2万": "amount 12000.00 (11500.00..12999.99)",
    "1万2": "amount 12000.00 (11500.00..12999.99)",
    "一千多": "amount 1000.00..1999.99",
    "1200多": "amount 1200.00..1299.99",
    "几百": "amount 200.00..999.99",
    "大几千": "amount 6000.00..9999.99",
    "十几万": "amount 110000.00..199999.99",
    "两百出头": "amount 200.00..230.00",
    "三四千": "amount 3000.00..4500.00",
    "千把块": "amount 800.00..1399.99",
    "上千": "amount 1000.00..9999.99",
    "近万": "amount 8000.00..9999.99",
    "不到三千": "amount 2550.00..3000.00",
    "三千以内": "amount 0.00..3000.00",
    "两千以上": "amount 2000.00..",
    "超过五千": "amount 5000.00..",
    "at most 300": "amount 0.00..300.00",
    "1000到1200": "amount 1000.00..1200.00",
    "1.2~1.5万": "amount 12000.00..15000.00",
    "between 1k and 1.5k": "amount 1000.00..1500.00",
    "三块五": "amount 3.50",
    "12块5": "amount 12.50",
    "壹仟贰佰元整": "amount 1200.00 (1150.00..1299.99)",
    "12?0元": "amount 12?0",
    "12?.50": "amount 12?.50",
    "￥1,234.50": "amount 1234.50",
    "1200左右": "amount 1200.00~",
    "差不多八百": "amount 800.00~",
    "nearly 2000": "amount 1700.00..2000.00",
    "1200ish": "amount 1200.00~",
    "税额120.5": "amount tax 120.50",
    "net 3500": "amount net 3500.00",
    "rmb 300": "amount 300.00",
    "去年": "date 2025-01-01..2025-12-31",
    "前年三月": "date 2024-03-01..2024-03-31",
    "今年3月初": "date 2026-03-01..2026-03-10 ±3",
    "三四月": "date 2026-03-01..2026-04-30",
    "3-5月": "date 2026-03-01..2026-05-31",
    "2024年3月到5月": "date 2024-03-01..2024-05-31",
    "去年12月到今年1月": "date 2025-12-01..2026-01-31",
    "24年三季度": "date 2024-07-01..2024-09-30",
    "2024Q3": "date 2024-07-01..2024-09-30",
    "q3 24": "date 2024-07-01..2024-09-30",
    "第二季度": "date 2026-04-01..2026-06-30",
    "上半年": "date 2026-01-01..2026-06-30",
    "去年下半年": "date 2025-07-01..2025-12-31",
    "去年底": "date 2025-11-01..2025-12-31 ±30",
    "2024年底": "date 2024-11-01..2024-12-31 ±30",
    "年初": "date 2026-01-01..2026-02-28 ±30",
    "24年春": "date 2024-03-01..2024-05-31 ±20",
    "去年夏天": "date 2025-06-01..2025-08-31 ±20",
    "春节前后": "date 2026-02-16..2026-02-23 ±15",
    "去年春节前": "date 2025-01-08..2025-01-28 ±7",
    "中秋节后": "date 2026-09-27..2026-10-17 ±7",
    "去年国庆": "date 2025-10-01..2025-10-07 ±7",
    "双十一": "date 2026-11-01..2026-11-15 ±7",
    "618": "amount 618.00",
    "前天": "date 2026-11-28",
    "昨天": "date 2026-11-29",
    "上周": "date 2026-11-23..2026-11-29",
    "上周三": "date 2026-11-25",
    "上个月": "date 2026-10-01..2026-10-31",
    "上个月底": "date 2026-10-21..2026-10-31 ±3",
    "上季度": "date 2026-07-01..2026-09-30",
    "三个月前": "date 2026-08-15..2026-09-15 ±15",
    "半年前": "date 2026-03-01..2026-08-31 ±91",
    "最近": "date 2026-10-01..2026-11-30 ±30",
    "前几天": "date 2026-11-18..2026-11-28 ±10",
    "最近三个月": "date 2026-08-31..2026-11-30 ±3",
    "2024-03-05": "date 2024-03-05",
    "2024.3.5": "date 2024-03-05",
    "2024年3月5日": "date 2024-03-05",
    "二零二四年三月五日": "date 2024-03-05",
    "3月5": "date 2026-03-05",
    "10月 三千九": "date 2026-10-01..2026-10-31; amount 3900.00 (3850.00..3999.99)",
    "3月1200元": "date 2026-03-01..2026-03-31; amount 1200.00",
    "3月5号": "date 2026-03-05",
    "3月5号左右": "date 2026-03-05 ±5",
    "12号": "date every day 12",
    "月底": "date every day 21..31",
    "3/4/2025": "date 2025-03-04",
    "31.12.2025": "date 2025-12-31",
    "24财年": "date 2024-01-01..2024-12-31",
    "FY24": "date 2024-01-01..2024-12-31",
    "early March 2024": "date 2024-03-01..2024-03-10 ±3",
    "March 5, 2024": "date 2024-03-05",
    "5 March": "date 2026-03-05",
    "last March": "date 2026-03-01..2026-03-31",
    "end of last year": "date 2025-11-01..2025-12-31 ±30",
    "summer of 2023": "date 2023-06-01..2023-08-31 ±20",
    "mid-2024": "date 2024-06-01..2024-07-31 ±30",
    "2 weeks ago": "date 2026-11-12..2026-11-20 ±3",
    "before March 2024": "date ..2024-02-29",
    "this time last year": "date 2025-11-10..2025-12-20 ±20",
    "尾号3828": "number *3828",
    "末四位 3828": "number *3828",
    "3828结尾": "number *3828",
    "以38开头的": "number 38*",
    "中间有456": "number *456*",
    "尾号三八二八": "number *3828",
    "尾号38某8": "number *38?8",
    "尾号后四位 0917": "number *0917",
    "last four digits 3828": "number *3828",
    "starts with 0440": "number 0440*",
    "号码 63462197": "number 63462197",
    "No63462197": "number 63462197",
    "发票代码 3100191130": "code 3100191130",
    "12345678": "number 12345678",
    "25312000000123456789": "number 25312000000123456789",
    "01100190021112345678": "number 01100190021112345678",
    "310012345612345678": "number 3100123456 12345678",
    "011001900211": "code 011001900211",
    "税号91310000132211111X": "tax_id 91310000132211111X",
    "91310000132211111X": "tax_id 91310000132211111X",
    "卖方税号9131": "tax_id 9131",
    "3828": "amount 3828.00",
    "2024": "date 2024-01-01..2024-12-31",
    "20240305": "number 20240305",
    "38?8": "number *38?8*",
    "1O28": "number *1O28*",
    "13月 苏州": "text 13月; place 苏州",
    "2月30日 苏州 酒店": "text 2月30日; place 苏州; goods 酒店",
    "2023年2月29日 希尔顿": "text 2023年2月29日; party 希尔顿",
    "去年2月29号": "text 去年2月29号",
    "二月三十日 餐费": "text 二月三十日; goods 餐费",
    "2024-02-30 1200元": "text 2024-02-30; amount 1200.00",
    "2024-13-01": "text 2024-13-01",
    "2/30/2024": "text 2/30/2024",
    "Feb 30": "text feb 30",
    "31 April 2024": "text 31 april 2024",
    "十二月三十日": "date 2025-12-30",
    "2024年2月29日": "date 2024-02-29",
    "30/2/2024 住宿": "text 30/2/2024; goods 住宿",
    "29/2/2024": "date 2024-02-29",
    "首": "text 首",
    "高铁票": "kind train,digital_railway",
    "数电专票": "kind digital_special",
    "定额发票": "kind fixed_amount",
    "机打": "kind machine_printed",
    "出租车票": "kind taxi",
    "行程单": "kind air_itinerary,digital_air",
    "火车票 上海到北京 500多": "kind train,digital_railway; place 上海; place 北京; amount 500.00..599.99",
    "抬头 华为": "buyer 华为",
    "中建 水泥": "party 中建; goods 水泥",
}


def _told(text: str, circumstances: Circumstances = _NOW) -> str:
    return "; ".join(f"{clue_name(thing.clue)} {clue_value(thing.clue)}" for thing in understand(text, circumstances))


def _meanings(text: str, circumstances: Circumstances = _NOW) -> tuple[Meaning, ...]:
    (thing,) = understand(text, circumstances)
    return thing.meanings


@pytest.mark.parametrize(("text", "told"), _UNDERSTOOD.items())
def test_a_sentence_is_understood(text: str, told: str) -> None:
    assert _told(text) == told


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3828", {"amount", "number"}),
        ("2024", {"date", "amount", "number"}),
        ("20240305", {"number", "date"}),
        ("38?8", {"number", "amount"}),
        ("618", {"amount", "date", "number"}),
        ("310012345612345678", {"number", "tax_id"}),
        ("011001900211", {"code", "number"}),
        ("金鸡湖", {"party", "goods", "text"}),
        ("机票", {"kind", "goods", "party"}),
        ("酒店", {"goods", "party"}),
        ("滴滴", {"party", "goods"}),
        ("szsf", {"party", "text"}),
        ("3-5", {"date", "amount"}),
    ],
)
def test_what_may_be_meant_in_several_ways_has_several_meanings(text: str, names: set[str]) -> None:
    meanings = _meanings(text)

    assert {clue_name(meaning.clue) for meaning in meanings} == names
    assert sum(meaning.likelihood for meaning in meanings) == pytest.approx(1)
    assert [meaning.likelihood for meaning in meanings] == sorted((meaning.likelihood for meaning in meanings), reverse=True)


def test_a_month_without_a_year_is_the_last_one_or_any() -> None:
    assert _meanings("三四月") == (
        Meaning(RememberedDays(date(2026, 3, 1), date(2026, 4, 30)), 0.5),
        Meaning(RememberedDays(date.min, date.max, months=frozenset({3, 4})), 0.5),
    )
    assert _meanings("12月")[0].clue == RememberedDays(date(2025, 12, 1), date(2025, 12, 31))
    assert _meanings("12号")[0].clue == RememberedDays(date.min, date.max, days_of_month=frozenset({12}))


def test_day_and_month_may_stand_either_way_round() -> None:
    clues = [meaning.clue for meaning in _meanings("3/4/2025")]

    assert clues == [RememberedDays(date(2025, 3, 4), date(2025, 3, 4)), RememberedDays(date(2025, 4, 3), date(2025, 4, 3))]


def test_last_spring_is_the_one_that_ended_last_or_that_of_last_year() -> None:
    assert [meaning.clue for meaning in _meanings("last spring")] == [
        RememberedDays(date(2026, 3, 1), date(2026, 5, 31), 20),
        RememberedDays(date(2025, 3, 1), date(2025, 5, 31), 20),
    ]


def test_a_finance_year_begins_with_the_month_that_is_set() -> None:
    april = Circumstances(date(2026, 11, 30), first_month=4)

    assert _told("24财年", april) == "date 2023-04-01..2024-03-31"
    assert _told("FY24 Q2", april) == "date 2023-07-01..2023-09-30"
    assert _told("24年二季度", april) == "date 2024-04-01..2024-06-30"


def test_a_round_amount_may_have_been_rounded() -> None:
    assert {meaning.clue for meaning in _meanings("1200元")} == {
        RememberedAmount(Decimal(1200), Decimal(1200), Decimal(1200), AmountCertainty.EXACT, Decimal(1)),
        RememberedAmount(Decimal(1150), Decimal("1299.99"), Decimal(1200), AmountCertainty.ROUNDED, Decimal(100)),
    }
    assert [meaning.clue.certainty for meaning in _meanings("1234.50元") if isinstance(meaning.clue, RememberedAmount)] == [
        AmountCertainty.EXACT
    ]


def test_two_numbers_in_one_row_are_one_number_or_code_and_number() -> None:
    assert [meaning.clue for meaning in _meanings("01100190021112345678")] == [
        RememberedNumber("01100190021112345678", NumberPart.WHOLE),
        RememberedNumber("12345678", NumberPart.WHOLE, "011001900211"),
    ]


def test_a_brand_is_known_by_its_other_names() -> None:
    (party,) = _meanings("Sinopec")

    assert isinstance(party.clue, RememberedParty)
    assert PartyName("中石化", NameForm.CHINESE) in party.clue.names
    assert party.clue.names[0] == PartyName("sinopec", NameForm.ENGLISH)


def test_goods_are_known_by_their_other_words() -> None:
    for said, printed in (("打车", "客运服务"), ("住宿", "酒店"), ("加油", "成品油"), ("餐费", "餐饮服务"), ("hotel", "住宿服务")):
        clue = _meanings(said)[0].clue
        assert isinstance(clue, RememberedGoods)
        assert printed in clue.others


def test_letters_may_be_pinyin_initials_or_a_name() -> None:
    forms = {
        text: [meaning.clue.names[0].form for meaning in _meanings(text) if isinstance(meaning.clue, RememberedParty)]
        for text in ("szsf", "xierdun", "golden")
    }

    assert forms["szsf"][0] is NameForm.INITIALS
    assert forms["xierdun"][0] is NameForm.PINYIN
    assert forms["golden"] == [NameForm.ENGLISH]


def test_a_place_is_known_by_its_pinyin_and_its_unit_is_part_of_it() -> None:
    assert _meanings("杭州市")[0].clue == RememberedPlace(("杭州",))
    assert _meanings("hangzhou")[0].clue == RememberedPlace(("杭州",))


def test_kinds_are_all_that_the_word_may_mean() -> None:
    assert _meanings("数电普票")[0].clue == RememberedKind((InvoiceKind.DIGITAL_GENERAL,))


def test_the_own_company_and_its_departments_are_known_where_they_are_told() -> None:
    own = Circumstances(date(2026, 11, 30), own_companies=("恒远科技有限公司",), departments=("华东大区",))

    assert _meanings("我们公司", own)[0].clue == RememberedParty((PartyName("恒远科技有限公司", NameForm.CHINESE),), PartyRole.BUYER)
    assert _meanings("华东大区", own)[0].clue == RememberedDepartment("华东大区")


def test_each_thing_says_where_its_words_stood() -> None:
    sentence = "蘇州，飯店　㍿ １２００元"

    for thing in understand(sentence, _NOW):
        assert sentence[thing.start : thing.start + len(thing.words)] == thing.words


def test_a_field_is_named_as_the_source() -> None:
    (thing,) = understand("一千二左右", _NOW, source="amount")

    assert thing.source == "amount"


@pytest.mark.parametrize("words", ["2月30日", "13月", "2023-02-29", "Feb 30"])
def test_a_day_that_no_calendar_has_is_told_apart_from_words(words: str) -> None:
    (thing,) = understand(words, _NOW)

    assert [meaning.clue for meaning in thing.meanings] == [RememberedWords(words.lower(), no_day=True)]
