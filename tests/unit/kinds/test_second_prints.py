"""Codes and numbers that are printed once more, and strings that only look like it."""

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceField, Witness
from tests.support.described import a_slip
from tests.support.drawn_pages import proved
from tests.support.faces import Print, a_page

CODE, NUMBER = "199001751011", "12345678"
RECEIPT: list[Print] = [
    ("青禾省医疗门诊收费票据", 300, 15),
    ("票据代码：", 60, 60),
    ("票据号码：", 620, 60),
    ("交款人：王小明", 60, 120),
    ("开票日期：2018-03-05", 620, 120),
    ("收款单位（章）：青禾市示例医院", 60, 420),
]


def the_fields(page: RecognizedPage) -> dict[str, InvoiceField]:
    (invoice,) = proved([page])
    return dict(invoice.fields)


@pytest.mark.parametrize("again", [(620, 90), (620, 380), (60, 90)], ids=["under its own", "at the foot", "under the code's label"])
def test_a_number_that_stands_beside_the_codes_label_is_no_code(again: tuple[float, float]) -> None:
    prints = [("0012345678", 160, 60), ("0012345678", 720, 60), ("0012345678", *again)]
    fields = the_fields(a_page(*RECEIPT, *prints, height=460))

    assert fields["invoice_code"].value is None
    assert (fields["invoice_number"].value, fields["invoice_number"].status) == ("0012345678", FieldStatus.READ)


def test_what_may_be_a_code_or_a_number_is_a_second_print_of_neither() -> None:
    fields = the_fields(a_page(*RECEIPT, ("99060118", 160, 60), ("0012345678", 720, 60), ("99060118", 620, 380), height=460))

    assert (fields["invoice_code"].value, fields["invoice_code"].witnesses) == ("99060118", (Witness.PRINTED,))


@pytest.mark.parametrize(
    ("foot", "status"),
    [((NUMBER,), FieldStatus.PROVED), ((("监督电话：", NUMBER),), FieldStatus.READ), ((("监督电话：", NUMBER), NUMBER), FieldStatus.READ)],
    ids=["alone in its row", "behind a label", "once behind a label and once alone"],
)
def test_a_string_that_another_label_claims_proves_no_number(foot: tuple[str | tuple[str, str], ...], status: FieldStatus) -> None:
    page = a_slip("青禾市出租汽车专用发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", ("上车：", "08:05"), ("下车：", "08:41"), *foot)

    assert the_fields(page)["invoice_number"].status is status
