"""通用机打发票."""

from models.invoice import InvoiceKind, LineItem, Witness
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page

CODE, NUMBER = "199001612345", "12345678"
FORM: list[Print] = [
    ("青禾省国家税务局通用机打发票", 300, 15),
    ("发票联", 430, 50),
    (f"发票代码 {CODE}", 660, 60),
    (f"发票号码 {NUMBER}", 660, 90),
    ("开票日期：2018-03-05", 80, 90),
    ("行业分类：服务业", 400, 90),
    ("付款单位：青禾市示例商贸有限公司", 80, 125),
    ("付款方识别号：91110199291951630T", 560, 125),
    ("机打代码：199001612345", 80, 155),
    ("机打号码：12345678", 560, 155),
    *(("项目", 120, 190), ("单位", 320, 190), ("数量", 430, 190), ("单价", 560, 190), ("金额", 720, 190)),
    *(("会议服务", 110, 220), ("次", 325, 220), ("2", 440, 220), ("150.00", 550, 220), ("300.00", 715, 220)),
    ("合计金额（大写）：叁佰元整", 80, 330),
    ("（小写）￥300.00", 620, 330),
    ("收款单位：望江镇示例文具有限公司", 80, 365),
    ("收款方识别号：91310199651717240Y", 560, 365),
    *(("收款人：甲一", 80, 400), ("开票人：丙三", 400, 400), ("手写无效", 700, 400)),
]


def test_every_field_of_a_flat_form_is_found() -> None:
    page = a_page(*FORM, height=460)

    assert extracted(page).classified.kind is InvoiceKind.MACHINE_PRINTED
    assert values(page) == {
        "invoice_code": CODE,
        "invoice_number": NUMBER,
        "issue_date": "2018-03-05",
        "buyer_name": "青禾市示例商贸有限公司",
        "buyer_tax_id": "91110199291951630T",
        "seller_name": "望江镇示例文具有限公司",
        "seller_tax_id": "91310199651717240Y",
        "tax_inclusive_amount": "300.00",
        "tax_inclusive_amount_in_words": "叁佰元整",
        "payee": "甲一",
        "drawer": "丙三",
        "copy_name": "发票联",
    }
    assert extracted(page).items == (LineItem("会议服务", None, "次", "2", "150.00", "300.00"),)


def test_what_the_machine_printed_again_is_a_witness() -> None:
    page = a_page(*(entry if not entry[0].startswith("机打号码") else ("机打号码：12345679", *entry[1:]) for entry in FORM), height=460)
    candidates = extracted(page).candidates

    assert [one.witness for one in candidates["invoice_code"]] == [Witness.PRINTED, Witness.SECOND_PRINT]
    assert [one.value for one in candidates["invoice_number"]] == [NUMBER, "12345679"]


def test_a_tax_id_belongs_to_the_party_that_is_named_before_it() -> None:
    rows = [
        *("青禾省地方税务局通用机打发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "开票日期：2018-03-05"),
        *("收款单位：望江镇示例文具有限公司", "税号：91310199651717240Y", "付款单位：青禾市示例商贸有限公司", "税号：91110199291951630T"),
        *("合计：300.00", "大写：叁佰元整"),
    ]
    found = values(a_page(*((row, 30, 20 + 30 * place) for place, row in enumerate(rows)), width=420, height=360))

    assert (found["seller_tax_id"], found["buyer_tax_id"]) == ("91310199651717240Y", "91110199291951630T")
    assert found["tax_inclusive_amount"] == "300.00"


def test_a_name_that_runs_on_to_the_next_line_is_one_name() -> None:
    page = a_page(
        *(
            ("青禾省国家税务局通用机打发票", 30, 15),
            ("收款单位：望江镇示例文具用品销", 30, 60),
            ("售有限公司", 120, 84),
            ("金额：300.00元", 30, 120),
        ),
        width=420,
        height=300,
    )

    assert values(page)["seller_name"] == "望江镇示例文具用品销售有限公司"


def test_where_the_sellers_block_is_lost_a_shared_label_is_nobodys() -> None:
    rows: list[Print] = [("青禾省通用机打发票", 60, 15), ("付款单位：青禾市示例商贸有限公司", 30, 60), ("税号：91310199651717240Y", 30, 90)]
    seller: Print = ("收款单位：望江镇示例文具有限公司", 30, 120)

    assert "buyer_tax_id" not in values(a_page(*rows, width=460))
    assert values(a_page(*rows, seller, width=460))["buyer_tax_id"] == "91310199651717240Y"


def test_a_seal_over_a_name_is_no_part_of_it() -> None:
    page = a_page(*FORM[:-3], ("开票人：丙三", 400, 400), ("发票专用章", 520, 402), height=460)

    assert values(page)["drawer"] == "丙三"


def test_a_splinter_is_no_total_and_the_sign_beside_the_words_shows_it() -> None:
    without = [entry for entry in FORM if not entry[0].startswith("（小写）")]

    assert values(a_page(*without, ("（小写）", 620, 330), ("6", 740, 330), height=460))["tax_inclusive_amount"] is None
    assert values(a_page(*without, ("￥300.00", 700, 330), height=460))["tax_inclusive_amount"] == "300.00"
