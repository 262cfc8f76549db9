"""A taxpayer id between its print and its check characters."""

from dataclasses import replace

import pytest

from models.document import CharacterChoices
from models.identifiers import taxpayer_id_holds
from models.invoice import FieldStatus, InvoiceField, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.taxpayer_ids import settle_taxpayer_id, with_roles_in_doubt
from tests.support.witnesses import a_word

TRUE = "91310199651717240Y"
MISREAD = "91310199657717240Y"
"""The eleventh character, a 1, was read as a 7."""
PLACE = 10


def settled(*candidates: Candidate) -> InvoiceField:
    return settle_taxpayer_id("seller_tax_id", candidates, 1)


def doubting(*places: tuple[int, CharacterChoices]) -> Candidate:
    return a_word(MISREAD, doubts=dict(places))


def test_a_print_whose_check_characters_hold_is_proved() -> None:
    assert settled(a_word(TRUE)).witnesses == (Witness.PRINTED, Witness.CHECK_DIGIT)


def test_the_engines_alternative_that_holds_repairs() -> None:
    field = settled(doubting((PLACE, (("7", 0.7), ("1", 0.29)))))

    assert (field.value, field.raw, field.status) == (TRUE, MISREAD, FieldStatus.REPAIRED)
    assert (field.witnesses, field.alternatives) == ((Witness.PRINTED, Witness.CHECK_DIGIT), (MISREAD,))


def test_an_added_sign_can_go() -> None:
    raw = TRUE[:5] + "1" + TRUE[5:]
    field = settled(a_word(None, raw=raw, doubts={5: (("1", 0.5), ("", 0.45))}))

    assert (field.value, field.status) == (TRUE, FieldStatus.REPAIRED)


def test_an_alternative_that_is_hardly_likely_does_not_repair() -> None:
    field = settled(doubting((PLACE, (("7", 0.99), ("1", 0.005)))))

    assert (field.value, field.status, field.alternatives) == (MISREAD, FieldStatus.READ, (TRUE,))


def test_a_find_after_many_tries_is_an_accident() -> None:
    likelier = [(place, ((MISREAD[place], 0.5), ("4", 0.45))) for place in (3, 4, 5, 6)]
    field = settled(doubting(*likelier, (PLACE, (("7", 0.7), ("1", 0.29)))))

    assert field.status is FieldStatus.READ
    assert TRUE in field.alternatives


def test_two_solutions_nearly_as_likely_are_none() -> None:
    others = [
        (first, one, second, two)
        for first in range(8, 17)
        for second in range(first + 1, 17)
        for one in "0123456789"
        for two in "0123456789"
        if taxpayer_id_holds(_with(MISREAD, (first, one), (second, two)))
        and PLACE not in (first, second)
        and one != MISREAD[first]
        and two != MISREAD[second]
    ]
    first, one, second, two = others[0]
    doubts = ((first, ((MISREAD[first], 0.5), (one, 0.49))), (second, ((MISREAD[second], 0.5), (two, 0.49))))

    assert settled(doubting(*doubts)).status is FieldStatus.REPAIRED
    assert settled(doubting(*doubts, (PLACE, (("7", 0.5), ("1", 0.49))))).status is FieldStatus.READ


def _with(text: str, *changes: tuple[int, str]) -> str:
    signs = list(text)
    for place, sign in changes:
        signs[place] = sign
    return "".join(signs)


def test_look_alikes_alone_are_too_many_to_repair() -> None:
    assert settled(a_word(MISREAD)).status is FieldStatus.READ


def test_a_letter_where_only_a_digit_can_stand_leaves_little_to_try() -> None:
    field = settled(a_word(_with(TRUE, (7, "G")), raw=_with(TRUE, (7, "G"))))

    assert taxpayer_id_holds(_with(TRUE, (7, "6"))) is False
    assert field.status is FieldStatus.READ


def test_a_second_reading_that_holds_repairs() -> None:
    field = settled(a_word(MISREAD, doubts={}), a_word(TRUE, Witness.SECOND_READING, doubts={}))

    assert (field.value, field.status) == (TRUE, FieldStatus.REPAIRED)
    assert field.witnesses == (Witness.SECOND_READING, Witness.CHECK_DIGIT)


@pytest.mark.parametrize("old", ["440399671649249", "12345678901234567"])
def test_older_forms_are_never_repaired(old: str) -> None:
    misread = old[:-1] + "7"
    field = settled(a_word(misread, doubts={len(old) - 1: (("7", 0.6), (old[-1], 0.39))}))

    assert (field.value, field.status) == (misread, FieldStatus.READ)


def test_the_files_own_data_are_not_overruled_by_check_characters() -> None:
    field = settled(a_word("91110199291951630T", confidence=1.0), a_word(TRUE, Witness.EMBEDDED))

    assert (field.value, field.status) == ("91110199291951630T", FieldStatus.CONFLICT)


@pytest.mark.parametrize("value", ["110199560230123", "11019956023012300000", "9131019965171724Y", "91310199651717240"])
def test_a_form_without_check_characters_is_merely_read(value: str) -> None:
    again = a_word(value, Witness.SECOND_READING, doubts={})

    assert settled(a_word(value, doubts={}), again).status is FieldStatus.READ


BUYER = "91110199291951630T"


def roles(**ids: InvoiceField | None) -> dict[str, FieldStatus]:
    given = {f"{role}_tax_id": field for role, field in ids.items() if field is not None}
    return {key: field.status for key, field in with_roles_in_doubt(given, names_seller=True).items()}


def test_an_id_in_the_buyers_place_is_the_buyers_only_when_the_seller_has_his_own() -> None:
    buyer, seller = settled(a_word(BUYER)), settled(a_word(TRUE))

    assert roles(buyer=buyer) == {"buyer_tax_id": FieldStatus.READ}
    assert roles(buyer=buyer, seller=settled(a_word(None, raw="9131"))) == {
        "buyer_tax_id": FieldStatus.READ,
        "seller_tax_id": FieldStatus.UNREADABLE,
    }
    assert roles(buyer=buyer, seller=seller) == {"buyer_tax_id": FieldStatus.PROVED, "seller_tax_id": FieldStatus.PROVED}
    assert roles(seller=seller) == {"seller_tax_id": FieldStatus.PROVED}


def test_a_form_that_names_no_seller_leaves_no_doubt_of_its_buyer() -> None:
    fields = {"buyer_tax_id": settled(a_word(BUYER))}

    assert with_roles_in_doubt(fields, names_seller=False) == fields


def test_one_id_for_both_parties_is_proved_for_neither() -> None:
    assert set(roles(buyer=settled(a_word(TRUE)), seller=settled(a_word(TRUE))).values()) == {FieldStatus.READ}


def test_data_that_name_the_buyer_leave_no_doubt() -> None:
    told = settled(a_word(BUYER, confidence=1.0), a_word(BUYER, Witness.EMBEDDED))

    assert roles(buyer=told) == {"buyer_tax_id": FieldStatus.PROVED}


@pytest.mark.parametrize("raw", ["91 万310199651717240", "3101o9651717240", "310199651717240 8A"], ids=["torn", "misread", "more of it"])
def test_what_is_left_of_a_torn_print_is_no_older_form(raw: str) -> None:
    old = "310199651717240"
    whole, torn = (Candidate(old, text, 0.99, None, Witness.PRINTED) for text in (f"：{old}", raw))

    assert taxpayer_id_holds(old) is True
    assert settle_taxpayer_id("seller_tax_id", (whole,), 1).status is FieldStatus.PROVED
    assert settle_taxpayer_id("seller_tax_id", (torn,), 1).status is FieldStatus.READ


@pytest.mark.parametrize("seen", [TRUE[1:], TRUE[0] + TRUE[2:], "0" + TRUE[1:], TRUE[2:]], ids=["first", "second", "misread", "both"])
def test_what_a_label_covers_of_an_id_is_known_by_its_check_characters_and_merely_read(seen: str) -> None:
    field = settled(replace(a_word(seen), confidence=0.99))

    assert (field.value, field.raw, field.status) == (TRUE, seen, FieldStatus.READ)
    assert (field.witnesses, field.alternatives) == ((Witness.PRINTED, Witness.CHECK_DIGIT), (seen,))


def test_an_id_that_lacks_another_character_stays_as_it_was_read() -> None:
    torn = TRUE[:9] + TRUE[10:]

    assert settled(replace(a_word(torn), confidence=0.99)).value == torn


def test_a_files_own_text_covers_nothing() -> None:
    assert settled(replace(a_word(TRUE[1:]), confidence=1.0)).value == TRUE[1:]


def test_two_prints_that_differ_stay_in_conflict_when_the_first_lacks_its_head() -> None:
    other = replace(a_word("1131019965171724"), confidence=0.99, witness=Witness.SECOND_PRINT)
    field = settled(replace(a_word(TRUE[1:]), confidence=0.99), other)

    assert (field.value, field.status) == (TRUE, FieldStatus.CONFLICT)
