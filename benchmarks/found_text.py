"""Whether a reader saw what is printed, whatever it made of it: what is known to be printed, looked for in the text that it gave."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.folding import folded
from benchmarks.labelled import LabelledFile, Truth
from benchmarks.scoring import KEY_FIELDS

KEY_VALUES = (*KEY_FIELDS, "check_code", "buyer_tax_id", "tax_exclusive_amount", "tax_amount", "ticket_number")
"""The fields that identify an invoice, that tax law asks for, or that are paid."""

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Found(NamedTuple):
    """Of one page or of many: wrong or missing characters of all that are known to be printed, key values that stand whole of all."""

    errors: int
    characters: int
    keys: int
    all_keys: int


def found(file: LabelledFile, printed: Sequence[str], text: str) -> Found:
    """What of a file's print stands in a text. `printed` is all that stands on the paper; where that is not known it is the labels' values.

    Each piece of print is held against that part of the text which is most like it, wherever that stands: readers give lines in different
    orders and cut them differently. A character that is wrong, missing or too much in between is an error.
    """
    pieces = [plain(piece) for piece in printed or _values(file)]
    seen, seen_plain = folded("", text), plain(text)
    keys = list(_key_values(file))
    return Found(
        sum(errors_of(piece, seen_plain) for piece in pieces),
        sum(map(len, pieces)),
        sum(any(form in seen for form in forms) for forms in keys),
        len(keys),
    )


def total(pages: Sequence[Found]) -> Found:
    """All pages together."""
    return Found(*(sum(counts) for counts in zip(*pages, strict=True)))


def plain(text: str) -> str:
    """A text without white space, in which wide and narrow forms are one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def errors_of(piece: str, text: str) -> int:
    """The least edit distance between a piece and any part of a text (Sellers, 1980)."""
    codes: NDArray[np.int32] = np.fromiter(map(ord, text), np.int32, len(text))
    places = np.arange(len(text) + 1)
    row: NDArray[np.int64] = np.zeros(len(text) + 1, np.int64)
    for character in piece:
        below = row + 1
        below[1:] = np.minimum(below[1:], row[:-1] + (codes != ord(character)))
        # A character of the text that the piece does not have costs one more than what stands to its left.
        row = np.minimum.accumulate(below - places) + places
    return int(row.min())


def _values(file: LabelledFile) -> Iterator[str]:
    """The labelled values that people are sure of, as they stand on paper."""
    for invoice in file.invoices:
        cells = (cell for row in invoice.get("items") or () for cell in row.values())
        fields = (value for key, value in invoice.items() if key != "kind" and key not in file.uncertain and isinstance(value, str))
        yield from (_DAY.sub(r"\1年\2月\3日", value) for value in (*fields, *cells) if value)


def _key_values(file: LabelledFile) -> Iterator[tuple[str, ...]]:
    """The ways in which each key value may be printed, folded."""
    for invoice in file.invoices:
        for key in KEY_VALUES:
            value = _stated(invoice, key)
            if value and key not in file.uncertain:
                forms = (r"\1年\2月\3日", r"\1-\2-\3", r"\1.\2.\3", r"\1/\2/\3") if _DAY.fullmatch(value) else ("",)
                yield tuple(folded("", _DAY.sub(form, value)) for form in forms)


def _stated(invoice: Truth, key: str) -> str | None:
    value = invoice.get(key)
    return value if isinstance(value, str) else None
