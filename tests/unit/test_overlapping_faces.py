"""Of two papers that lie over each other on one picture no invoice is made up: what is accepted is all of one of them."""

from dataclasses import replace
from functools import cache
from typing import TypeVar

import pytest

from benchmarks.drawing.drawn_set import drawn as draw_anew
from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon
from models.verification import Verdict
from tests.support.drawn_pages import proved, recognised

Thing = TypeVar("Thing", TextLine, QrCode)

_OVER = 6.0
"""Pixels by which the second paper begins before the first one's last line ends, so that no blank strip parts them."""
_ASIDE = 8.0

drawn = cache(draw_anew)


def overlapping(kind: str, share: float, *, below: bool) -> RecognizedPage:
    """A page on which the second drawn paper of a kind covers the first from a share of its height, or width, on."""
    first, second = (recognised(drawn(kind, seed, 0, dpi=100).pages[0]) for seed in (21, 22))
    edge = share * (first.flat_height if below else first.flat_width)
    right, down = (_ASIDE, edge - _OVER) if below else (edge - _OVER, _ASIDE)
    width, height = right + second.flat_width, down + second.flat_height

    def is_seen(thing: TextLine | QrCode) -> bool:
        box = thing.polygon.box
        return (box.bottom if below else box.right) < edge

    lines = [line for line in first.lines if is_seen(line)] + [_moved(line, right, down) for line in second.lines]
    codes = [code for code in first.qr_codes if is_seen(code)] + [_moved(code, right, down) for code in second.qr_codes]
    outline = Polygon.rectangle(Box(0, 0, width, height))
    return replace(first, lines=tuple(lines), qr_codes=tuple(codes), flat_width=width, flat_height=height, polygon=outline)


def _moved(thing: Thing, right: float, down: float) -> Thing:
    return replace(thing, polygon=Polygon.of([[x + right, y + down] for x, y in thing.polygon.points]))


@pytest.mark.parametrize("kind", ["vat_special", "digital_general", "vat_electronic_general", "digital_railway"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.85])
@pytest.mark.parametrize("below", [True, False])
def test_what_is_accepted_of_overlapping_papers_is_all_of_one(kind: str, share: float, below: bool) -> None:
    truths = [drawn(kind, seed, 0, dpi=100).truths[0] for seed in (21, 22)]
    for invoice in proved([overlapping(kind, share, below=below)]):
        if invoice.verdict is not Verdict.ACCEPTED:
            continue
        own = [truth for truth in truths if truth["invoice_number"] == invoice.value("invoice_number")]

        assert len(own) == 1
        for key in (*invoice.fields.keys() & own[0].keys() - {"remarks"},):
            assert invoice.value(key) == own[0][key], key
