"""Copies of one invoice that name its parties otherwise: each is looked at, unless a born-digital copy says which is right."""

from dataclasses import replace

import pytest

from models.access import EVERYTHING
from storage.catalogue.catalogue import Catalogue
from tests.support.catalogued import a_reading, a_received, an_invoice

_SAME = {"invoice_number": "24312000000012345678", "tax_inclusive_amount": "202.00"}
_RIGHT, _MISREAD = "望江镇示例文具有限公司", "望江镇示例文具有限公司载"


def keep(catalogue: Catalogue, number: int, seller: str | None, *, own_text: bool = False) -> None:
    invoice = an_invoice("发票", "文具", seller_name=seller, **_SAME)
    if own_text:
        invoice = replace(invoice, lines=tuple(replace(line, confidence=1.0) for line in invoice.lines))
    received = a_received(number)
    catalogue.record_received(received)
    catalogue.record_reading(received, a_reading(received, invoice), 1)


def contradicted(catalogue: Catalogue) -> list[str | None]:
    entries = [entry.invoice for entry in catalogue.review(EVERYTHING, 50).entries if entry.invoice is not None]
    return sorted(str(invoice.seller_name) for invoice in entries if invoice.contradicted)


def test_scans_that_name_the_seller_otherwise_are_all_looked_at(catalogue: Catalogue) -> None:
    keep(catalogue, 1, _RIGHT)
    keep(catalogue, 2, _MISREAD)

    assert contradicted(catalogue) == [_RIGHT, _MISREAD]


@pytest.mark.parametrize("digital_first", [True, False])
def test_a_born_digital_copy_settles_which_scan_is_wrong(catalogue: Catalogue, *, digital_first: bool) -> None:
    keep(catalogue, 1, _RIGHT, own_text=digital_first)
    keep(catalogue, 2, _MISREAD)
    keep(catalogue, 3, _RIGHT, own_text=not digital_first)
    keep(catalogue, 4, None)

    assert contradicted(catalogue) == [_MISREAD]


def test_signs_of_another_width_are_the_same_name(catalogue: Catalogue) -> None:
    keep(catalogue, 1, "云岭市样张餐饮管理（中国）有限公司")
    keep(catalogue, 2, "云岭市样张餐饮管理(中国) 有限公司")

    assert contradicted(catalogue) == []


def test_what_copies_say_otherwise_of_the_names_is_told(catalogue: Catalogue) -> None:
    keep(catalogue, 1, _RIGHT)
    keep(catalogue, 2, _MISREAD)
    one, other = [entry.invoice for entry in catalogue.review(EVERYTHING, 50).entries if entry.invoice is not None]

    assert one.differences(other) == ("seller_name",)
