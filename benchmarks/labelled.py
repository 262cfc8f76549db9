"""Documents with what a perfect reader returns of them: drawn here, or from folders of files and labels."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.drawn_set import picture

Truth = Mapping[str, Any]
"""One invoice: `kind`, its fields as strings (None: not printed, absent: not labelled) and `items`, a list of rows of strings."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """One file, the invoices on it, and the fields in which even people are not sure."""

    name: str
    content: bytes
    invoices: tuple[Truth, ...]
    uncertain: frozenset[str] = frozenset()


def drawn_files(count: int, seed: int) -> Iterator[LabelledFile]:
    """Draw them one after another; the same seed gives the same bytes."""
    for place in range(count):
        drawn = picture(seed, place)
        content = encoded(drawn.image, "PNG") if drawn.quality is None else encoded(drawn.image, "JPEG", quality=drawn.quality)
        yield LabelledFile(drawn.name, content, tuple(invoice.truth for invoice in drawn.invoices))


def labelled_files(labels: Path, files: Path) -> Iterator[LabelledFile]:
    """Every `*.json` of `labels` with its file: `{"file": …, "uncertain": [field], "invoices": [{"kind": …, field: value, "items": […]}]}`.

    The same form as `python -m benchmarks.drawing` writes.
    """
    for path in sorted(labels.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        content = (files / label["file"]).read_bytes()
        yield LabelledFile(label["file"], content, tuple(label["invoices"]), frozenset(label.get("uncertain", ())))
