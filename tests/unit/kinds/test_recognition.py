"""Which kind a page is, when its title is whole, torn, covered or missing, and when it is no invoice at all."""

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind
from ocr_service.kinds.description import Layout
from ocr_service.kinds.registry import DESCRIPTIONS, describe
from tests.support.described import a_slip, extracted, with_code
from tests.support.faces import a_page


def kind(page: RecognizedPage) -> InvoiceKind:
    return extracted(page).classified.kind


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("青禾省出租汽车通用机打发票", InvoiceKind.TAXI),
        ("青禾市出租汽车公司统一发票", InvoiceKind.TAXI),
        ("青禾市客运出租汽车专用发票", InvoiceKind.TAXI),
        ("青禾省出租小汽车车费专用发票", InvoiceKind.TAXI),
        ("青禾市出租汽车定额发票", InvoiceKind.FIXED_AMOUNT),
        ("国家税务总局青禾省税务局通用定额发票", InvoiceKind.FIXED_AMOUNT),
        ("青禾省公路汽车客票", InvoiceKind.COACH),
        ("青禾省道路旅客运输统一发票", InvoiceKind.COACH),
        ("青禾市长途客运站车票", InvoiceKind.COACH),
        ("青禾港轮渡船票", InvoiceKind.COACH),
        ("青禾省国家税务局车辆通行费发票", InvoiceKind.TOLL),
        ("青禾高速公路有限公司收费专用票据", InvoiceKind.TOLL),
        ("青禾省地方税务局通用机打发票", InvoiceKind.MACHINE_PRINTED),
        ("青禾市服务业统一发票", InvoiceKind.MACHINE_PRINTED),
        ("青禾省医疗住院收费票据", InvoiceKind.MEDICAL),
        ("中央财政票据（电子）", InvoiceKind.MEDICAL),
    ],
)
def test_a_title_names_the_kind(title: str, expected: InvoiceKind) -> None:
    assert kind(a_page((title, 200, 30))) is expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("出租车专▇发▇", InvoiceKind.TAXI),
        ("用定额发", InvoiceKind.FIXED_AMOUNT),
        ("汽车客票", InvoiceKind.COACH),
        ("过桥费专", InvoiceKind.TOLL),
    ],
)
def test_what_a_seal_leaves_of_a_title_still_names_the_kind(rest: str, expected: InvoiceKind) -> None:
    assert kind(a_page((rest, 200, 30), ("发票代码 299001831513", 200, 60))) is expected


def test_a_title_below_much_background_is_still_one() -> None:
    assert kind(a_page(("青禾市出租汽车专用发票", 200, 1500), ("金额：15.00元", 200, 1900), height=2400)) is InvoiceKind.TAXI


def test_the_words_of_a_seal_are_no_title() -> None:
    assert kind(a_page(("青禾市出租汽车公司发票专用章", 200, 30), ("全国统一发票监制章", 200, 60))) is InvoiceKind.OTHER


def test_vertical_print_at_the_edge_is_no_title() -> None:
    slip = a_slip("发票代码：299001831513", "手写无效")
    upright = a_page(("通用机打发票", 0, 0)).lines[0]
    corners = upright.polygon.points
    turned = type(upright)(upright.text, 0.9, type(upright.polygon)(((280, 20), (298, 20), (298, 140), (280, 140))))

    assert len(corners) == 4
    assert kind(RecognizedPage(1, slip.polygon, (*slip.lines, turned), (), slip.to_flat, 300, 200)) is InvoiceKind.OTHER


def test_a_page_of_prose_about_invoices_is_other() -> None:
    paragraphs = [
        "关于进一步加强增值税专用发票管理的通知",
        "各单位财务部门在收到增值税专用发票以后应当核对发票代码和发票号码以及开票日期等各项内容",
        "出租汽车发票上应当有上车时间和下车时间以及里程等内容不符合规定的一律不得作为报销的凭证",
        "铁路车票的检票口和二等座等内容不影响报销但是票面所载的旅客姓名应当与出差人员的姓名一致",
        "高速公路通行费发票的入口和出口应当与出差行程相符对于金额较大的应当附上出差审批单以备查验",
        "以上规定自发布之日起施行此前的有关规定与本通知不一致的以本通知的规定为准请各部门遵照执行",
    ]
    page = a_page(*((text, 40, 40 + 40 * place) for place, text in enumerate(paragraphs)))

    assert kind(page) is InvoiceKind.OTHER


@pytest.mark.parametrize(
    "rows",
    [
        ("青禾饭店菜单", "红烧肉 58元", "清蒸鱼 88元", "炒时蔬 26元", "米饭 2元", "服务电话：0000-5550001"),
        ("微信支付", "扫一扫付款", "青禾示例商店", "￥35.00"),
        ("购物小票", "单号：20180305001", "日期：2018-03-05", "合计：35.00", "谢谢惠顾"),
        ("行驶证", "号牌号码 豫AT1234", "车辆类型 小型轿车", "所有人 王小明"),
    ],
)
def test_what_is_no_invoice_is_other_and_keeps_its_text(rows: tuple[str, ...]) -> None:
    found = extracted(a_slip(*rows)).classified

    assert found.kind is InvoiceKind.OTHER
    assert [line.text for line in found.page.lines] == list(rows)


def test_a_payment_code_on_a_receipt_says_nothing() -> None:
    page = with_code(a_slip("青禾市出租汽车专用发票", "发票代码：199001751011", "发票号码：12345678"), "https://pay.example.com/0123")

    assert kind(page) is InvoiceKind.TAXI
    assert [len(one) for one in extracted(page).candidates.values()] == [1, 1]


def test_a_roll_without_its_title_is_a_roll() -> None:
    rows = (
        *("发票代码 099001900107", "发票号码 12345678", "机打号码 12345678", "机器编号 990000000001", "销售方名称 望江镇示例餐饮店"),
        *(
            "纳税人识别号 91310199651717240Y",
            "开票日期 2019-03-19 收款员 甲一",
            "购买方名称 青禾市示例商贸有限公司",
            "合计金额(小写) ￥140.00",
        ),
    )

    assert kind(a_slip(*(row.replace("099001900107", "0990019") for row in rows), width=420)) is InvoiceKind.VAT_ROLL


def test_every_kind_is_described_once() -> None:
    assert sorted(description.kind for description in DESCRIPTIONS) == sorted(InvoiceKind)


def test_what_a_description_requires_it_can_find_or_leaves_to_a_layout() -> None:
    for each in InvoiceKind:
        described = describe(each)
        keys = {field.key for field in described.fields}
        if described.layout is Layout.LABELS and not described.specials:
            assert {*described.identity, *described.required} <= keys, each


def test_a_title_that_a_seal_turned_into_anothers_gives_way_to_what_the_face_shows() -> None:
    meter = ("上车：08:05", "下车：08:41", "里程：15.8", "等候：00:05:10", "金额：62.00")
    classified = extracted(a_slip("青禾省相汽车平专用发票", "发票代码：199001751011", *meter)).classified

    assert classified.kind is InvoiceKind.TAXI
    assert set(classified.kind_votes.values()) == {InvoiceKind.TAXI}


def test_a_title_stands_when_the_face_shows_some_of_its_marks() -> None:
    rows = ("青禾省道路客运汽车客票", "上车站：青禾", "下车站：望江", "车次：1208", "座号：23", "里程：120", "票价：45.50元")

    assert kind(a_slip(*rows)) is InvoiceKind.COACH


@pytest.mark.parametrize("scrap", ["专用发票", "普通发票"])
def test_what_a_seal_leaves_of_a_title_makes_no_vat_form_of_a_ticket(scrap: str) -> None:
    slip = a_slip(
        scrap,
        "发票代码242001918442",
        "发票号码43069559",
        "入口：青禾东",
        "出口：柳泉北",
        "车型：一类货车",
        "收费员：85845",
        "时间：2019-01-07",
    )

    assert kind(slip) is InvoiceKind.TOLL


def a_form_without_a_title(*labels: str) -> RecognizedPage:
    return a_page(*((label, 100, 60 + 40 * row) for row, label in enumerate(labels)))


def test_a_form_whose_marks_were_misread_by_a_character_is_known_by_them() -> None:
    assert kind(a_form_without_a_title("商检单号", "施口证明书号", "销资单位名称", "厂牌型")) is InvoiceKind.MOTOR_VEHICLE


def test_marks_that_were_all_misread_and_one_that_is_like_two_name_no_kind() -> None:
    assert kind(a_form_without_a_title("商检单导", "施口证明书号", "销资单位名称", "厂牌型")) is InvoiceKind.OTHER
    assert kind(a_form_without_a_title("买方单位", "车牌照导")) is InvoiceKind.OTHER
