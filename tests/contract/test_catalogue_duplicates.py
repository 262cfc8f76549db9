"""One invoice in several files: found by number, however it is written, else by what else it says; within what is seen."""

from dataclasses import replace

from models.access import EVERYTHING, Visibility
from models.duplicates import DuplicateGroup, Identity, SameBy
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.duplicates import Duplicates, identity
from tests.support.catalogued import a_reading, a_received, an_invoice

_FULL = "24312000000012345678"
_SAID = {"seller_name": "云岭市样张餐饮有限公司", "tax_inclusive_amount": "202.00", "issue_date": "2026-03-02"}


def keep(catalogue: Catalogue, number: int, *invoices: dict[str, str | None], department: str | None = None) -> None:
    received = replace(a_received(number), department=department)
    catalogue.record_received(received)
    catalogue.record_reading(received, a_reading(received, *(an_invoice(**invoice) for invoice in invoices)), 1)


def names(groups: tuple[DuplicateGroup, ...]) -> list[list[str]]:
    return [[invoice.file_name for invoice in group.invoices] for group in groups]


def test_a_full_number_is_found_whole_and_cut_in_two(catalogue: Catalogue) -> None:
    keep(catalogue, 1, {"invoice_number": _FULL})
    keep(catalogue, 2, {"invoice_code": _FULL[:12], "invoice_number": _FULL[12:]})
    keep(catalogue, 3, {"invoice_number": "24312000000099999999"})

    asked = [identity(_FULL, None, None, None, None, None), identity(_FULL[12:], _FULL[:12], None, None, None, None), Identity("1")]
    found = Duplicates(catalogue).of(asked, EVERYTHING)

    assert [[(one.invoice.file_name, one.by) for one in each] for each in found] == [
        [("发票2.jpg", SameBy.NUMBER), ("发票1.jpg", SameBy.NUMBER)],
        [("发票2.jpg", SameBy.NUMBER), ("发票1.jpg", SameBy.NUMBER)],
        [],
    ]
    assert names(Duplicates(catalogue).groups(EVERYTHING)) == [["发票2.jpg", "发票1.jpg"]]


def test_without_a_number_seller_amount_and_date_find_it(catalogue: Catalogue) -> None:
    keep(catalogue, 1, {"invoice_number": _FULL, **_SAID})
    keep(catalogue, 2, _SAID)
    keep(catalogue, 3, {"invoice_number": "24312000000099999999", **_SAID, "tax_inclusive_amount": "203.00"})

    [group] = Duplicates(catalogue).groups(EVERYTHING)

    assert names((group,)) == [["发票2.jpg", "发票1.jpg"]]
    assert group.by is SameBy.SELLER_AMOUNT_DATE


def test_copies_on_one_scan_are_no_group_but_with_another_file_they_are(catalogue: Catalogue) -> None:
    twice = ({"invoice_number": _FULL}, {"invoice_number": _FULL})
    keep(catalogue, 1, *twice)
    assert Duplicates(catalogue).groups(EVERYTHING) == ()

    keep(catalogue, 2, {"invoice_number": _FULL})
    assert names(Duplicates(catalogue).groups(EVERYTHING)) == [["发票2.jpg", "发票1.jpg", "发票1.jpg"]]


def test_what_they_say_otherwise_is_told(catalogue: Catalogue) -> None:
    keep(catalogue, 1, {"invoice_number": _FULL, **_SAID})
    keep(catalogue, 2, {"invoice_number": _FULL, **_SAID, "tax_inclusive_amount": "1202.00"})

    [group] = Duplicates(catalogue).groups(EVERYTHING)
    assert group.differing == ("tax_inclusive_amount",)


def test_a_duplicate_in_another_department_is_told_to_nobody_who_may_not_see_it(catalogue: Catalogue) -> None:
    keep(catalogue, 1, {"invoice_number": _FULL, **_SAID}, department="销售部")
    keep(catalogue, 2, {"invoice_number": _FULL, **_SAID}, department="采购部")
    keep(catalogue, 3, _SAID, department="采购部")
    own, both = Visibility(frozenset({"销售部"})), Visibility(frozenset({"销售部", "采购部"}))
    asked = [identity(_FULL, None, None, None, None, None)]

    assert [one.invoice.file_name for one in Duplicates(catalogue).of(asked, own)[0]] == ["发票1.jpg"]
    assert Duplicates(catalogue).groups(own) == ()
    for sees in (both, EVERYTHING):
        assert [one.invoice.file_name for one in Duplicates(catalogue).of(asked, sees)[0]] == ["发票2.jpg", "发票1.jpg"]
        assert names(Duplicates(catalogue).groups(sees)) == [["发票3.jpg", "发票2.jpg", "发票1.jpg"]]


def test_one_file_of_two_departments_is_no_duplicate_of_itself(catalogue: Catalogue) -> None:
    keep(catalogue, 1, {"invoice_number": _FULL}, department="销售部")
    keep(catalogue, 1, {"invoice_number": _FULL}, department="采购部")

    assert Duplicates(catalogue).groups(EVERYTHING) == ()
