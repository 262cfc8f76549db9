"""Slips of toll stations."""

from models.invoice import InvoiceKind
from tests.support.described import a_slip, extracted, values
from tests.support.faces import a_page

CODE, NUMBER = "199001700221", "12345678"
READ = {
    "invoice_code": CODE,
    "invoice_number": NUMBER,
    "issue_date": "2018-03-05",
    "entry_station": "青禾北",
    "exit_station": "望江东",
    "tax_inclusive_amount": "35.00",
}


def test_a_narrow_slip_is_read() -> None:
    page = a_slip(
        *("青禾省高速公路通行费专用发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "入口：青禾北", "出口：望江东", "车型：客一"),
        *("金额：35.00元", "日期：2018-03-05 12:33:04", "收费员：130456"),
    )

    assert extracted(page).classified.kind is InvoiceKind.TOLL
    assert values(page) == READ | {"vehicle_type": "客一"}


def test_a_general_form_used_at_a_toll_station_is_a_toll_ticket() -> None:
    page = a_slip(
        *("青禾省国家税务局通用机打发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "入口站：青禾北站", "出口站：望江东站", "车种：一型"),
        *("收费金额：35元", "2018年03月05日12时33分", "收费站：望江东站"),
    )
    classified = extracted(page).classified

    assert classified.kind is InvoiceKind.TOLL
    assert set(classified.kind_votes.values()) == {InvoiceKind.TOLL}
    assert values(page) == READ | {"vehicle_type": "一型"}


def test_values_side_by_side_on_a_wide_form_keep_to_their_labels() -> None:
    page = a_page(
        *(("青禾市国家税务局过路（过桥）费专用发票", 100, 15), ("青禾公路发展集团有限公司", 200, 60)),
        *(("入口站：青禾北", 200, 140), ("出口站：望江东", 480, 140), ("金额：35", 200, 200), ("车型：1", 480, 200)),
        *(("日期：2018-03-05", 200, 260), ("时间：12:33", 560, 260), (f"发票代码：{CODE}", 160, 320), (f"发票号码：{NUMBER}", 160, 360)),
        width=900,
        height=440,
        print_height=26,
    )

    assert values(page) == READ | {"seller_name": "青禾公路发展集团有限公司", "vehicle_type": "1"}


def test_an_amount_in_words_only_is_kept_as_words() -> None:
    page = a_slip("青禾大桥过桥费发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "壹拾伍元整", "2018-03-05")
    found = values(page)

    assert found["tax_inclusive_amount_in_words"] == "壹拾伍元整"
    assert "tax_inclusive_amount" not in found


def test_what_a_seal_leaves_of_the_title_is_still_that_of_a_toll() -> None:
    page = a_slip(
        *("（过桥）费专用发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "入口站：青禾北", "出口站：望江东", "车型：1"),
        *("金额：35", "日期：2018-03-05"),
    )

    assert extracted(page).classified.kind is InvoiceKind.TOLL
    assert values(page) == READ | {"vehicle_type": "1"}
