"""Where data are found in a file, and the page that is drawn for data that have none."""

import base64
import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from models.embedded import EmbeddedInvoice
from models.invoice import LineItem
from ocr_service.embedded.data_page import DataPage
from ocr_service.opened import Upload
from ocr_service.stages.embedding import EmbeddingStage
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.invoice_data import DIGITAL, NUMBER, RAILWAY, VAT, XBRL, only_invoice
from tests.support.ofd_files import an_ofd
from tests.support.pdf_files import text_pdf
from tests.support.pictures import a_picture


def embedded(content: bytes) -> tuple[EmbeddedInvoice, ...]:
    return EmbeddingStage().run(IntakeStage().run(Upload(content, "票.bin")))


def test_an_xml_invoice_is_its_own_data() -> None:
    (found,) = embedded(DIGITAL.encode())

    assert (found.fields["invoice_number"], found.source) == (NUMBER, "票.bin")


@pytest.mark.parametrize("data", [VAT, XBRL])
def test_an_ofd_brings_its_data_as_an_attachment(data: str) -> None:
    (found,) = embedded(an_ofd(attachments={"picture.png": b"\x89PNG", "original_invoice.xml": data.encode()}))

    assert (found.fields["invoice_number"], found.source) == ("01234567", "Doc_0/Attachs/original_invoice.xml")


def test_without_an_attachment_an_ofd_states_a_few_values() -> None:
    stated = {"发票号码": NUMBER, "开票日期": "2025年03月19日", "合计金额": "100.00", "native-producer": "sdk", "销售方地址、 电话": "青禾"}
    (found,) = embedded(an_ofd(stated=stated))

    assert found.fields == {
        "invoice_number": NUMBER,
        "issue_date": "2025-03-19",
        "tax_exclusive_amount": "100.00",
        "seller_address_phone": "青禾",
    }
    assert found.source == "OFD.xml"


def test_the_stated_values_complete_an_attachment_of_the_same_invoice_only() -> None:
    attachment = {"original_invoice.xml": VAT.encode()}
    same = embedded(an_ofd(attachments=attachment, stated={"发票号码": "01234567", "复核人": "赵六", "购买方开户行及账号": "青禾银行1"}))
    other = embedded(an_ofd(attachments=attachment, stated={"发票号码": "99999999", "购买方开户行及账号": "青禾银行1"}))

    assert (same[0].fields["buyer_bank_account"], same[0].fields["reviewer"]) == ("青禾银行1", "王五")
    assert "buyer_bank_account" not in other[0].fields


def test_a_railway_ticket_brings_its_data_inside_its_pdf() -> None:
    (found,) = embedded(text_pdf(attachment=("rai_issuer.xml", RAILWAY.encode())))

    assert (found.fields["train_number"], found.source) == ("G9999", "rai_issuer.xml")


def test_a_pdf_may_state_values_among_its_properties() -> None:
    stated = {"InvoiceNumber": NUMBER, "IssueTime": "2025-03-19 10:20:30", "TotalTax-includedAmount": "106.0", "Author": "someone"}
    (found,) = embedded(text_pdf(properties=stated))

    assert found.fields == {"invoice_number": NUMBER, "issue_date": "2025-03-19", "tax_inclusive_amount": "106.00"}
    assert embedded(text_pdf(properties={"Author": "someone", "IssueTime": "2025-03-19"})) == ()


@pytest.mark.parametrize(
    "content", [a_picture(), text_pdf(), text_pdf(attachment=("a.bin", b"anything")), an_ofd(), b"<EInvoice><x/></EInvoice>"]
)
def test_a_file_without_data_has_none(content: bytes) -> None:
    assert embedded(content) == ()


def test_the_drawn_page_shows_every_value_as_a_line_of_its_own() -> None:
    (page,) = RenderingStage().run(IntakeStage().run(Upload(DIGITAL.encode(), "x")))
    texts = [line.text for line in page.printed]

    assert page.drawn_from_data
    assert {NUMBER, "2025-03-19", "青禾市示例商贸有限公司", "106.00", "壹佰零陆圆整", "*信息技术服务*咨询费", "6%"} <= set(texts)
    for line in page.printed:
        box = line.polygon.box
        assert box.right <= page.width
        assert (page.pixels[int(box.top) : int(box.bottom) + 4, int(box.left) : int(box.right)] < 128).any()


def payload_of(page: DataPage) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(page.pixels)]


def test_the_qr_code_of_the_data_is_drawn_from_its_payload_or_from_its_picture() -> None:
    invoice = only_invoice(VAT.encode(), "")
    assert invoice is not None
    drawn = zxingcpp.create_barcode(invoice.graph_code, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1)
    stream = io.BytesIO()
    Image.fromarray(np.asarray(drawn)).save(stream, "PNG")
    picture = VAT.replace(invoice.graph_code, base64.b64encode(stream.getvalue()).decode())
    pictured = only_invoice(picture.encode(), "")
    assert pictured is not None

    assert payload_of(DataPage.of(invoice)) == [invoice.graph_code]
    assert payload_of(DataPage.of(pictured)) == [invoice.graph_code]


@pytest.mark.parametrize("graph_code", ["", "not base64!", base64.b64encode(b"no picture").decode(), "iVBORw0KGgo="])
def test_a_broken_qr_code_leaves_a_page_without_one(graph_code: str) -> None:
    assert payload_of(DataPage.of(EmbeddedInvoice(None, "", {"invoice_number": NUMBER}, (), "", graph_code))) == []


def test_long_values_are_folded_and_endless_lists_end() -> None:
    long = DataPage.of(EmbeddedInvoice(None, "", {"remarks": "备注" * 200}, (LineItem(name="商品" * 40, amount="1.00"),) * 500, ""))
    texts = DataPage.of_texts((f"tag{number}", "x" * 10_000) for number in range(100_000))

    assert max(line.polygon.box.right for line in long.lines) <= 1654
    assert long.pixels.shape[0] < 20_000
    assert texts.pixels.shape[0] < 60_000


def test_data_of_no_known_schema_are_listed_so_that_they_can_be_found() -> None:
    (page,) = RenderingStage().run(IntakeStage().run(Upload("<EInvoice><说明>青禾市的票</说明></EInvoice>".encode(), "x")))

    assert [line.text for line in page.printed] == ["说明", "青禾市的票"]


def test_a_value_without_end_makes_no_page_without_end() -> None:
    """31 kB of remarks became a page of 18,000 pixels, eight megabytes one of four million."""
    invoice = only_invoice(DIGITAL.replace("三月", "很长的备注" * 400_000).encode())
    assert invoice is not None
    row = LineItem(name="甲" * 100_000, amount="1" * 100_000)

    assert DataPage.of(invoice).pixels.shape[0] < 20_000
    assert DataPage.of(EmbeddedInvoice(None, "", {}, (row,) * 60, "")).pixels.shape[0] < 20_000


def test_a_strip_that_is_told_to_be_a_qr_code_is_left_out() -> None:
    stream = io.BytesIO()
    Image.new("1", (1, 1_900_000)).save(stream, "PNG")
    code = base64.b64encode(stream.getvalue()).decode()

    assert DataPage.of(EmbeddedInvoice(None, "", {}, (), "", code)).pixels.shape[0] < 1_000
