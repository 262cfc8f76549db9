"""What holds for the search among likely readings, whatever the engine saw."""

from decimal import Decimal
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.document import CharacterChoices
from models.identifiers import taxpayer_id_holds
from models.invoice import FieldStatus, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.amount_repair import repair_amounts
from ocr_service.proof.amounts import NET, TAX, TOTAL, Amounts
from ocr_service.proof.offers import variants
from ocr_service.proof.settling import settle
from ocr_service.proof.taxpayer_ids import settle_taxpayer_id

ODDS = st.floats(0.0001, 0.5)
SIGNS = st.sampled_from("0123456789ABCDXY")


@st.composite
def choices(draw: st.DrawFn, text: str, signs: st.SearchStrategy[str] = SIGNS) -> tuple[CharacterChoices, ...]:
    """An engine's word for each character of a text: itself, and up to three others with lower probabilities."""
    entries: list[CharacterChoices] = []
    for sign in text:
        others = draw(st.lists(st.tuples(signs, ODDS), max_size=3, unique_by=lambda entry: entry[0]))
        entries.append(((sign, 0.5), *((other, odds) for other, odds in others if other != sign)))
    return tuple(entries)


@st.composite
def prints(draw: st.DrawFn, values: st.SearchStrategy[str], signs: st.SearchStrategy[str] = SIGNS) -> Candidate:
    """A print of one of these values."""
    value = draw(values)
    return Candidate(value, value, 0.9, None, Witness.PRINTED, draw(choices(value, signs)))


NUMBERS = st.text("0123456789", min_size=8, max_size=8)
IDS = st.just("91310199651717240Y") | st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=18, max_size=18)


@given(prints(NUMBERS))
def test_variants_fall_in_likelihood_never_repeat_and_hold_only_what_was_offered(printed: Candidate) -> None:
    found = list(islice(variants(printed.raw, printed.choices), 200))

    assert len({text for text, _ in found}) == len(found)
    assert all(earlier[1] >= later[1] - 1e-9 for earlier, later in pairwise(found))
    for text, _ in found:
        assert all(sign in dict(seen) for sign, seen in zip(text, printed.choices, strict=True))


@given(prints(IDS))
def test_a_taxpayer_id_that_is_vouched_for_holds_its_check_characters(printed: Candidate) -> None:
    field = settle_taxpayer_id("seller_tax_id", (printed,), 1)

    assert field.raw == printed.raw
    if field.status in {FieldStatus.PROVED, FieldStatus.REPAIRED}:
        assert field.value is not None
        assert taxpayer_id_holds(field.value) is True
        assert all(sign in dict(seen) for sign, seen in zip(field.value, printed.choices, strict=True))


@given(prints(NUMBERS), prints(NUMBERS))
def test_two_prints_give_a_value_that_one_of_them_was_read_as(first: Candidate, second: Candidate) -> None:
    field = settle("invoice_number", (first, second), 1)

    assert field.value in {first.value, second.value}
    assert field.raw == first.raw
    assert {first.value, second.value} <= {field.value, *field.alternatives}


AMOUNTS = st.integers(1, 10**7).map(lambda cents: f"{Decimal(cents) / 100:.2f}")


@given(prints(AMOUNTS, st.sampled_from("0123456789")), prints(AMOUNTS, st.sampled_from("0123456789")), prints(AMOUNTS))
def test_the_sum_alone_never_changes_an_amount(net: Candidate, tax: Candidate, total: Candidate) -> None:
    said = {NET: (net,), TAX: (tax,), TOTAL: (total,)}

    assert repair_amounts(said, (), Amounts.of(said, (), None)) == {}
