"""区块链电子普通发票 of a city's own series. Everything on these pages is invented."""

from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceKind
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted, values, with_code
from tests.support.faces import Print, a_page

ADDRESS = f"https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash={'0f' * 33}&bill_num=01234567&total_amount="


def an_invoice(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """One with a single line, 1000 x 600 pixels."""
    prints: dict[str, Print] = {
        "title": ("深圳电子普通发票", 400, 20),
        "code": ("发票代码：144031909110", 720, 20),
        "number": ("发票号码：01234567", 720, 44),
        "date": ("开票日期：2019年11月18日", 720, 68),
        "check": ("校验码：6a5b8", 720, 92),
        "buyer_name": ("名    称：青禾市示例商贸有限公司", 120, 130),
        "buyer_tax_id": ("纳税人识别号：91110199291951630T", 120, 154),
        "head_name": ("货物或应税劳务、服务名称", 110, 220),
        "head_spec": ("规格型号", 340, 220),
        "head_unit": ("单位", 440, 220),
        "head_quantity": ("数量", 500, 220),
        "head_price": ("单价", 600, 220),
        "head_amount": ("金额", 700, 220),
        "head_rate": ("税率", 800, 220),
        "head_tax": ("税额", 880, 220),
        "item_name": ("*餐饮服务*餐费", 100, 244),
        "item_quantity": ("1", 515, 244),
        "item_price": ("100.00", 600, 244),
        "item_amount": ("100.00", 700, 244),
        "item_rate": ("6%", 800, 244),
        "item_tax": ("6.00", 890, 244),
        "subtotal": ("合          计", 140, 400),
        "net": ("￥100.00", 690, 400),
        "tax": ("￥6.00", 880, 400),
        "words_label": ("价税合计（大写）", 120, 430),
        "words": ("壹佰零陆圆整", 380, 430),
        "digits": ("（小写）￥106.00", 680, 430),
        "seller_name": ("名    称：望江镇示例餐饮有限公司", 120, 462),
        "seller_tax_id": ("纳税人识别号：91440399671649249F", 120, 486),
        "drawer": ("开票人：丙三", 480, 566),
    }
    shown = {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}
    return a_page(*shown.values())


def test_every_field_is_found() -> None:
    page = an_invoice()

    assert extracted(page).classified.kind is InvoiceKind.BLOCKCHAIN
    assert values(page) == {
        "invoice_code": "144031909110",
        "invoice_number": "01234567",
        "issue_date": "2019-11-18",
        "check_code": "6a5b8",
        "buyer_name": "青禾市示例商贸有限公司",
        "buyer_tax_id": "91110199291951630T",
        "seller_name": "望江镇示例餐饮有限公司",
        "seller_tax_id": "91440399671649249F",
        "tax_exclusive_amount": "100.00",
        "tax_amount": "6.00",
        "tax_inclusive_amount": "106.00",
        "tax_inclusive_amount_in_words": "壹佰零陆圆整",
        "drawer": "丙三",
    }


def test_the_address_in_its_code_names_the_kind_where_the_title_is_lost() -> None:
    page = with_code(an_invoice(without=("title",)), ADDRESS + "10600")

    assert extracted(page).classified.kind is InvoiceKind.BLOCKCHAIN


def test_the_address_vouches_for_the_number_and_for_a_total_that_it_equals() -> None:
    invoice = VerificationStage().run(extracted(with_code(an_invoice(), ADDRESS + "10600")))

    assert invoice.fields["invoice_number"].status is FieldStatus.PROVED
    assert "qr" in {witness.value for witness in invoice.fields["tax_inclusive_amount"].witnesses}


def test_an_amount_whose_unit_nobody_vouches_for_contradicts_nothing() -> None:
    invoice = VerificationStage().run(extracted(with_code(an_invoice(), ADDRESS + "106")))

    assert invoice.fields["tax_inclusive_amount"].status is FieldStatus.PROVED
    assert "qr" not in {witness.value for witness in invoice.fields["tax_inclusive_amount"].witnesses}


def test_a_code_of_another_invoice_proves_nothing() -> None:
    other = ADDRESS.replace("01234567", "76543210") + "10600"
    invoice = VerificationStage().run(extracted(with_code(an_invoice(), other)))

    assert invoice.fields["invoice_number"].status is not FieldStatus.PROVED
    assert invoice.fields["invoice_number"].value == "01234567"
