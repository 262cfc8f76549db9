"""Files with text and data of their own, from bytes to proof: nothing is recognised, so nothing can be misread."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, Witness
from models.verification import Outcome, Verdict
from ocr_service.engines.qr import ZxingReader
from ocr_service.opened import Upload
from ocr_service.pipeline import InvoicePipeline
from ocr_service.ports import TurnGuess
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.rendering import RenderingStage
from ocr_service.stages.verification import VerificationStage
from tests.support.invoice_data import DIGITAL, NUMBER
from tests.support.ofd_files import an_ofd, page_of, printed


@dataclass
class Blind:
    """An engine that sees nothing and counts how often it was asked."""

    name: str = "blind"
    version: str = "0"
    models: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        self.asked += 1
        return ()

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        self.asked += 1
        return tuple(TextLine("", 0.0, place) for place in places)

    def clockwise_turn(self, pixels: NDArray[np.uint8]) -> TurnGuess:
        return TurnGuess(0, 1.0)


FACE = (
    *((70, 10, 6, "电子发票（普通发票）"), (150, 12, 3.2, f"发票号码：{NUMBER}"), (150, 18, 3.2, "开票日期：2025年03月19日")),
    *((12, 36, 3.2, "名称：白石县样本咨询有限公司"), (12, 46, 3.2, "统一社会信用代码/纳税人识别号：91310199651717240Y")),
    *((112, 36, 3.2, "名称：青禾市示例商贸有限公司"), (112, 46, 3.2, "统一社会信用代码/纳税人识别号：91110199291951630T")),
    *((20, 55, 3.2, "项目名称"), (50, 55, 3.2, "规格型号"), (72, 55, 3.2, "单 位"), (95, 55, 3.2, "数 量"), (120, 55, 3.2, "单 价")),
    *((145, 55, 3.2, "金 额"), (160, 55, 3.2, "税率/征收率"), (195, 55, 3.2, "税 额")),
    *((8, 61, 3.2, "*信息技术服务*咨询费"), (74, 61, 3.2, "次"), (100, 61, 3.2, "2"), (122, 61, 3.2, "50"), (143, 61, 3.2, "100.00")),
    *((163, 61, 3.2, "6%"), (196, 61, 3.2, "6.00"), (30, 93, 3.2, "合 计"), (142, 93, 3.2, "¥100.00"), (195, 93, 3.2, "¥6.00")),
    *((20, 100, 3.2, "价税合计（大写）"), (70, 100, 3.2, "壹佰零陆圆整"), (150, 100, 3.2, "（小写）"), (165, 100, 3.2, "¥106.00")),
    *((12, 115, 3.2, "备注"), (20, 130, 3.2, "开票人：张三")),
)


def face(changes: dict[str, str] | None = None) -> str:
    swapped = changes or {}
    return page_of(printed([(x, y, size, swapped.get(text, text)) for x, y, size, text in FACE]))


def read(content: bytes, received_on: date | None = None) -> tuple[Invoice, Blind]:
    engine = Blind()
    reading = ReadingStage(engine, engine, ZxingReader())
    today = VerificationStage(today=lambda: date(2026, 1, 1))
    pipeline = InvoicePipeline(RenderingStage(), reading, ClassificationStage(), ExtractionStage(), today, engine)
    scan = replace(IntakeStage().run(Upload(content, "票")), received_on=received_on)
    (invoice,) = pipeline.read(scan).invoices
    return invoice, engine


def failed(invoice: Invoice) -> set[str]:
    return {check.rule for check in invoice.checks if check.outcome is Outcome.FAIL}


def test_a_face_that_agrees_with_its_data_is_proved_by_both() -> None:
    invoice, engine = read(an_ofd(face(), attachments={"a.xml": DIGITAL.encode()}))

    assert engine.asked == 0
    assert invoice.verdict is Verdict.ACCEPTED
    for key in ("invoice_number", "issue_date", "seller_name", "buyer_tax_id", "tax_inclusive_amount"):
        assert invoice.fields[key].status is FieldStatus.PROVED
        assert {Witness.PRINTED, Witness.EMBEDDED} <= set(invoice.fields[key].witnesses), key
        assert invoice.fields[key].polygon is not None
    assert [item.name for item in invoice.items] == ["*信息技术服务*咨询费"]
    assert (invoice.items[0].quantity, invoice.items[0].unit_price, invoice.items[0].tax_rate) == ("2", "50", "6%")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({f"发票号码：{NUMBER}": "发票号码：25119900000012345679"}, "invoice_number"),
        ({"开票日期：2025年03月19日": "开票日期：2025年03月18日"}, "issue_date"),
        ({"名称：青禾市示例商贸有限公司": "名称：赤岭市别家商贸有限公司"}, "seller_name"),
        ({"¥106.00": "¥906.00", "壹佰零陆圆整": "玖佰零陆圆整", "¥100.00": "¥900.00", "100.00": "900.00"}, "tax_inclusive_amount"),
    ],
)
def test_a_face_that_differs_from_its_data_is_a_finding(changes: dict[str, str], key: str) -> None:
    invoice, _ = read(an_ofd(face(changes), attachments={"a.xml": DIGITAL.encode()}))

    assert invoice.fields[key].status is FieldStatus.CONFLICT
    assert "face_matches_embedded_data" in failed(invoice)
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_without_data_the_face_is_one_witness() -> None:
    invoice, _ = read(an_ofd(face()))

    assert invoice.value("invoice_number") == NUMBER
    assert Witness.EMBEDDED not in invoice.fields["invoice_number"].witnesses
    assert invoice.fields["invoice_number"].status is FieldStatus.READ
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_no_invoice_is_made_out_after_the_day_on_which_its_file_came() -> None:
    assert "issue_date_is_plausible" in failed(read(an_ofd(face()), date(2025, 3, 18))[0])
    assert "issue_date_is_plausible" not in failed(read(an_ofd(face()), date(2025, 3, 19))[0])


def test_an_xml_invoice_has_every_field_in_its_place_and_only_its_data_for_a_witness() -> None:
    invoice, engine = read(DIGITAL.encode())

    assert engine.asked == 0
    assert invoice.value("invoice_number") == NUMBER
    assert invoice.value("tax_inclusive_amount") == "106.00"
    assert all(Witness.PRINTED not in found.witnesses for found in invoice.fields.values())
    assert all(found.polygon is not None for found in invoice.fields.values())
    assert failed(invoice) == set()
    assert NUMBER in {line.text for line in invoice.lines}


def test_a_list_of_goods_does_not_part_the_page_on_which_data_are_listed() -> None:
    row = DIGITAL[DIGITAL.index("<IssuItemInformation>") : DIGITAL.index("<AdditionalInformation>")]

    invoice, engine = read(DIGITAL.replace(row, row * 80).encode())

    assert len(invoice.items) == 80
    assert engine.asked == 0


def test_blank_data_ask_for_no_engine() -> None:
    invoice, engine = read(b"<EInvoice/>")

    assert (invoice.verdict, invoice.lines, engine.asked) == (Verdict.UNREAD, (), 0)


def test_xml_in_no_known_schema_is_kept_with_its_text() -> None:
    invoice, _ = read("<EInvoice><说明>青禾市的票</说明></EInvoice>".encode())

    assert invoice.verdict is Verdict.UNREAD
    assert "青禾市的票" in {line.text for line in invoice.lines}


def test_an_ofd_that_is_but_a_picture_is_left_to_the_engine() -> None:
    page = page_of('<ofd:ImageObject ID="5" ResourceID="7" Boundary="20 30 40 30" CTM="40 0 0 30 0 0"/>')

    _, engine = read(an_ofd(page))

    assert engine.asked > 0
