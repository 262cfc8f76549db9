"""Whether a reader saw what is printed, whatever it made of it: the drawn values looked for in the text that it gave."""

import re
from collections.abc import Iterator

from benchmarks.folding import folded
from benchmarks.labelled import LabelledFile, Truth

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def found_share(file: LabelledFile, text: str) -> float:
    """Characters of the printed values that stand whole in the text, line breaks aside, as a share of all (0 to 1)."""
    seen = folded("", text)
    lengths = [(len(value), value in seen) for invoice in file.invoices for value in _printed(invoice)]
    return sum(length for length, found in lengths if found) / max(1, sum(length for length, _ in lengths))


def _printed(invoice: Truth) -> Iterator[str]:
    """The values as they stand on paper, folded."""
    cells = (cell for row in invoice.get("items") or () for cell in row.values())
    fields = (value for key, value in invoice.items() if key != "kind" and isinstance(value, str))
    for value in (*fields, *cells):
        if value:
            yield folded("", _DAY.sub(r"\1年\2月\3日", value) if _DAY.fullmatch(value) else value)
