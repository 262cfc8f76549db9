"""Codes, numbers and taxpayer ids."""

from datetime import date

import pytest

from models.identifiers import (
    InvoiceCode,
    digital_number_is_plausible,
    is_unified_code_form,
    looks_like_taxpayer_id,
    organisation_code_holds,
    taxpayer_id_holds,
)
from models.invoice import InvoiceKind

HOLDING = (
    *("91110199291951630T", "91310199651717240Y", "91440399760236403F", "92440399L751922576", "52310199655507136P", "91330199MAHET0Q638"),
    *("91440399671649249F", "91341899539802904L", "91330699MAUN6NMJ34", "911101993698765046", "914403990015680950"),
)
"""Invented, with check characters computed apart from the code under test; county 99 exists nowhere."""


@pytest.mark.parametrize("taxpayer_id", HOLDING)
def test_both_check_characters_hold(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is True


@pytest.mark.parametrize("taxpayer_id", ["91310199550336908X", "12000099697351731R", "91110199291951630t"])
def test_broken_check_characters_are_noticed(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is False


@pytest.mark.parametrize("taxpayer_id", HOLDING)
@pytest.mark.parametrize("place", range(18))
def test_any_single_misread_character_is_noticed(taxpayer_id: str, place: int) -> None:
    other = "8" if taxpayer_id[place] != "8" else "3"

    assert taxpayer_id_holds(taxpayer_id[:place] + other + taxpayer_id[place + 1 :]) is False


def test_an_old_id_is_checked_by_its_organisation_code() -> None:
    assert taxpayer_id_holds("440399671649249") is True
    assert taxpayer_id_holds("440399671649240") is False
    assert organisation_code_holds("671649249")


@pytest.mark.parametrize("taxpayer_id", ["12345678901234567", "12345678901234500000", "110199560230123"])
def test_ids_without_check_characters_prove_nothing(taxpayer_id: str) -> None:
    assert taxpayer_id_holds(taxpayer_id) is None


def test_an_id_card_is_checked_by_its_own_character() -> None:
    assert taxpayer_id_holds("110199195602301230") is False
    assert [last for last in "0123456789X" if taxpayer_id_holds(f"11019919560230123{last}")] == ["7"]


def test_a_misread_unified_code_is_no_id_card_though_it_holds_a_date() -> None:
    """Registering authorities begin with 9, where the region of an ID card begins with 1 to 8."""
    assert [last for last in "0123456789X" if taxpayer_id_holds(f"91019919560230123{last}")] == []


@pytest.mark.parametrize(
    ("text", "formed"),
    [
        ("91310199651717240Y", True),
        ("91310199651717240Z", False),
        ("9131019965171724AY", False),
        ("913101B9651717240Y", False),
        ("01310199651717240Y", False),
        ("97310199651717240Y", False),
        ("91740199651717240Y", False),
        ("52310199651717240Y", True),
        ("91310199651717240", False),
    ],
)
def test_the_form_of_a_unified_code(text: str, formed: bool) -> None:
    assert is_unified_code_form(text) is formed


@pytest.mark.parametrize("text", ["开户行及账号", "ABCDEFGHJKLMNPQRT", "1234", "911101992919516IIT", ""])
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
