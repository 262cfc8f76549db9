"""联次: which copy a paper is."""

import pytest

from ocr_service.faces.face import Face
from ocr_service.kinds.copies import which_copy
from tests.support.faces import Print, a_page


def copy_of(*prints: Print) -> str | None:
    found = which_copy(Face.of(a_page(*prints, ("合计", 100, 500))))
    return found["copy_name"][0].value if found else None


@pytest.mark.parametrize("rest", ["票联", "实要票联制", "票聯", "发实要樂监联"])
def test_what_a_seal_leaves_of_the_copys_name_is_enough(rest: str) -> None:
    assert copy_of((rest, 400, 60)) == "发票联"


@pytest.mark.parametrize("other", ["兑奖联", "存根联", "联", "发票示", "非真实发票监制", "发票兑奖联"])
def test_other_copies_and_other_words_of_a_seal_are_not_taken_for_it(other: str) -> None:
    assert copy_of((other, 400, 60)) in {None, other}


def test_letter_spaced_characters_of_a_row_are_put_together() -> None:
    assert copy_of(("发", 400, 60), ("联", 520, 62)) == "发票联"
    assert copy_of(("发", 400, 60), ("联", 520, 140)) is None


@pytest.mark.parametrize(
    ("use", "name"),
    [
        *(("购货单位付款凭证", "发票联"), ("购货单位扣税凭证", "抵扣联"), ("车购税征收单位留存", "报税联")),
        *(("车辆登记单位留存", "注册登记联"), ("销货单位记账凭证", "记账联")),
    ],
)
def test_what_a_copy_is_for_names_it(use: str, name: str) -> None:
    assert copy_of((f"（{use}）", 400, 60)) == name
