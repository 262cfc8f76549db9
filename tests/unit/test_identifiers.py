"""Codes, numbers and taxpayer ids."""

from datetime import date

import pytest

from models.identifiers import InvoiceCode, digital_number_is_plausible, looks_like_taxpayer_id, organisation_code_holds, taxpayer_id_holds
from models.invoice import InvoiceKind

HOLDING = (
    *("91110000600037341L", "91310106552993944D", "91440300708437873H", "92440300L91421355X", "52310106751466629W", "91330108MA27Y5XH5G"),
    *("91440300708461136T", "91341822070917615C", "91330681MA2D86XM28", "91110108717743469K", "914403001922038216"),
)
"""Registration numbers of public bodies and companies, as GB 32100's own literature quotes them."""


@pytest.mark.parametrize("taxpayer_id", HOLDING)
def test_both_check_characters_hold(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is True


@pytest.mark.parametrize("taxpayer_id", ["91310115093498660X", "12100000400012380R", "91110000600037341l"])
def test_broken_check_characters_are_noticed(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is False


@pytest.mark.parametrize("taxpayer_id", HOLDING)
@pytest.mark.parametrize("place", range(18))
def test_any_single_misread_character_is_noticed(taxpayer_id: str, place: int) -> None:
    other = "8" if taxpayer_id[place] != "8" else "3"

    assert taxpayer_id_holds(taxpayer_id[:place] + other + taxpayer_id[place + 1 :]) is False


def test_an_old_id_is_checked_by_its_organisation_code() -> None:
    assert taxpayer_id_holds("440300708461136") is True
    assert taxpayer_id_holds("440300708461137") is False
    assert organisation_code_holds("708461136")


@pytest.mark.parametrize("taxpayer_id", ["12345678901234567", "12345678901234500000"])
def test_ids_without_check_characters_prove_nothing(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is None


@pytest.mark.parametrize("text", ["开户行及账号", "ABCDEFGHJKLMNPQRT", "1234", "911100006000373IIL", ""])
def test_other_text_does_not_look_like_an_id(text: str) -> None:
    assert not looks_like_taxpayer_id(text)


@pytest.mark.parametrize(
    ("code", "kind", "region", "year"),
    [
        ("3100203130", InvoiceKind.VAT_SPECIAL, "3100", 2020),
        ("3100199660", InvoiceKind.VAT_GENERAL, "3100", 2019),
        ("031001900104", InvoiceKind.VAT_GENERAL, "3100", 2019),
        ("044031800107", InvoiceKind.VAT_ROLL, "4403", 2018),
        ("044001900111", InvoiceKind.VAT_ELECTRONIC_GENERAL, "4400", 2019),
        ("032001900112", InvoiceKind.TOLL_ELECTRONIC, "3200", 2019),
        ("011002100113", InvoiceKind.VAT_ELECTRONIC_SPECIAL, "1100", 2021),
        ("144031539110", InvoiceKind.VAT_ELECTRONIC_GENERAL, None, None),
        ("144031809110", InvoiceKind.BLOCKCHAIN, "4403", 2018),
        ("131001920171", InvoiceKind.MOTOR_VEHICLE, None, 2019),
    ],
)
def test_a_code_names_kind_region_and_year(code: str, kind: InvoiceKind, region: str | None, year: int | None) -> None:
    explained = InvoiceCode.explain(code)

    assert explained is not None
    assert explained.kind is kind
    assert region is None or explained.region == region
    assert year is None or explained.year == year


@pytest.mark.parametrize("text", ["", "12345678", "31002031301", "3100O03130"])
def test_other_digits_are_no_code(text: str) -> None:
    assert InvoiceCode.explain(text) is None


def test_a_region_outside_the_list_is_said_to_be_unknown() -> None:
    explained = InvoiceCode.explain("9900203130")

    assert explained is not None
    assert not explained.region_is_known


@pytest.mark.parametrize(
    ("number", "issued", "plausible"),
    [
        ("24312000000012345678", date(2024, 3, 1), True),
        ("25942000000012345678", date(2025, 3, 1), True),
        ("24312000000012345678", date(2025, 3, 1), False),
        ("24882000000012345678", date(2024, 3, 1), False),
        ("2431200000001234567", None, False),
        ("24312000000012345678", None, True),
    ],
)
def test_a_digital_number_begins_with_year_and_region(number: str, issued: date | None, plausible: bool) -> None:
    assert digital_number_is_plausible(number, issued) is plausible
