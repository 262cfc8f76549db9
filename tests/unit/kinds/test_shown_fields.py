"""Whoever checks a paper is shown every field that it can have."""

import pytest

from benchmarks.drawing.drawn_set import DRAWN_KINDS, drawn
from models.invoice import FIELD_KEYS, InvoiceKind
from ocr_service.kinds.shown_fields import fields_of
from ocr_service.proof.proving import needed_fields


@pytest.mark.parametrize("kind", DRAWN_KINDS)
def test_every_field_that_stands_on_a_drawn_paper_is_shown(kind: str) -> None:
    printed: set[str] = set()
    for place in range(3):
        (truth,) = drawn(kind, 3, place, dpi=40).truths
        printed |= {key for key, value in truth.items() if value is not None and key in FIELD_KEYS}

    assert printed <= set(fields_of(InvoiceKind(kind)))


def test_what_must_be_proved_is_shown_in_the_usual_order() -> None:
    for kind in InvoiceKind:
        shown = fields_of(kind)
        assert set(needed_fields(kind)) <= set(shown)
        assert list(shown) == sorted(shown, key=FIELD_KEYS.index)
