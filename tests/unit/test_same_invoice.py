"""When two records are one invoice."""

from datetime import date
from decimal import Decimal

import pytest

from models.duplicates import Identity, SameBy

_FULL = "24312000000012345678"
_DETAILS = {"seller": "云岭市样张餐饮有限公司", "total": Decimal("202.00"), "issued_on": date(2026, 3, 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Identity(_FULL), Identity(_FULL)),
        (Identity(_FULL), Identity(_FULL[12:], _FULL[:12])),
        (Identity("87654321", "1100184130"), Identity("87654321", "1100184130")),
    ],
)
def test_a_number_that_is_given_out_once_is_certain(one: Identity, other: Identity) -> None:
    assert one.same_as(other) is other.same_as(one) is SameBy.NUMBER
    assert SameBy.NUMBER.is_certain


def test_another_number_of_20_digits_is_another_invoice_whatever_agrees() -> None:
    assert Identity(_FULL, **_DETAILS).same_as(Identity(_FULL[:-1] + "9", **_DETAILS)) is None


def test_a_number_without_its_code_needs_two_other_things_that_agree_and_none_that_contradict() -> None:
    whole = Identity("87654321", "1100184130", **_DETAILS)

    assert whole.same_as(Identity("87654321", **_DETAILS)) is SameBy.NUMBER_ALONE
    assert whole.same_as(Identity("87654321", total=_DETAILS["total"])) is None
    assert whole.same_as(Identity("87654321", **{**_DETAILS, "total": Decimal("1.00")})) is None
    assert not SameBy.NUMBER_ALONE.is_certain


def test_without_a_number_seller_amount_and_date_must_all_agree() -> None:
    unnumbered = Identity(**_DETAILS)

    assert unnumbered.same_as(Identity(_FULL, **_DETAILS)) is SameBy.SELLER_AMOUNT_DATE
    for name in _DETAILS:
        assert unnumbered.same_as(Identity(_FULL, **{**_DETAILS, name: None})) is None
    assert unnumbered.same_as(Identity(_FULL, **{**_DETAILS, "issued_on": date(2026, 3, 3)})) is None


def test_tax_ids_outweigh_names() -> None:
    one = Identity(seller_tax_id="91110199291951630T", **_DETAILS)
    misread = {**_DETAILS, "seller": "云岭市样张餐饮"}

    assert one.same_as(Identity(seller_tax_id="91110199291951630T", **misread)) is SameBy.SELLER_AMOUNT_DATE
    assert one.same_as(Identity(seller_tax_id="91310199651717240Y", **_DETAILS)) is None
