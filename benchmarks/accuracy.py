"""Accuracy on documents that the project draws itself: `python -m benchmarks.accuracy [--count N] [--seed N] [--json FILE]`.

Prints a row a field and writes the same as JSON. A wrong value is *silent* when the reading vouches for it: status proved or
repaired, or a key field of an accepted invoice; there must be none.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from models.invoice import FIELD_KEYS, FieldStatus, Invoice
from models.verification import Verdict
from ocr_service.composition import build_reader
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage, Upload
from tests.drawing.camera import encoded
from tests.drawing.drawn_set import picture

KEY_FIELDS = ("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")
_AMOUNTS = frozenset({"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount"})
_VOUCHED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})


@dataclass(slots=True)
class Tally:
    """Counts by field: printed, exact, missed, wrong, silent; and invoices by kind read right and by verdict."""

    fields: dict[str, Counter[str]] = field(default_factory=dict)
    kinds: Counter[bool] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Mapping[str, Any], read: Invoice | None) -> None:
        """Hold one reading (None when the invoice was not found at all) against what was drawn."""
        self.kinds[read is not None and read.kind.value == truth["kind"]] += 1
        self.verdicts[read.verdict.value if read is not None else Verdict.UNREAD.value] += 1
        for key in FIELD_KEYS:
            if isinstance(truth.get(key), str):
                self._add_field(key, truth[key], read)

    def _add_field(self, key: str, printed: str, read: Invoice | None) -> None:
        row = self.fields.setdefault(key, Counter())
        row["printed"] += 1
        found = None if read is None else read.fields.get(key)
        if read is None or found is None or found.value is None:
            row["missed"] += 1
        elif folded(key, found.value) == folded(key, printed):
            row["exact"] += 1
        else:
            row["wrong"] += 1
            row["silent"] += found.status in _VOUCHED or (read.verdict is Verdict.ACCEPTED and key in KEY_FIELDS)

    def total(self, what: str, keys: Sequence[str] = FIELD_KEYS) -> int:
        """One count over several fields."""
        return sum(self.fields[key][what] for key in keys if key in self.fields)


def folded(key: str, text: str) -> str:
    """One form of what no reader would call different: width, white space, punctuation; amounts by value."""
    normal = unicodedata.normalize("NFKC", text)
    if key in _AMOUNTS:
        try:
            return str(Decimal(normal).normalize() + 0)
        except InvalidOperation:
            return normal
    return re.sub(r"[\s:,;。.·\-—_]", "", normal).replace("元", "圆").upper()


def paired(truths: Sequence[Mapping[str, Any]], invoices: Sequence[Invoice]) -> list[tuple[Mapping[str, Any], Invoice | None]]:
    """Each drawn invoice of a picture with the reading that shares its number, else with what is left over, in order."""
    left, pairs = list(invoices), []
    for truth in truths:
        own = next((invoice for invoice in left if invoice.value("invoice_number") == truth["invoice_number"]), left[0] if left else None)
        if own is not None:
            left.remove(own)
        pairs.append((truth, own))
    return pairs


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, read, count, print; 1 when anything was silently wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=24, help="how many pictures")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--json", type=Path, default=Path("benchmark-results/accuracy.json"))
    options = parser.parse_args(arguments)
    reader, intake, tally, milliseconds = build_reader(read_settings()), IntakeStage(), Tally(), 0.0
    for place in range(options.count):
        drawn = picture(options.seed, place)
        upload = Upload(encoded(drawn.image, "JPEG" if drawn.name.endswith("jpg") else "PNG", quality=drawn.quality or 90), drawn.name)
        reading = reader.read(intake.run(upload))
        milliseconds += sum(reading.timings_ms.values())
        for truth, invoice in paired([invoice.truth for invoice in drawn.invoices], reading.invoices):
            tally.add(truth, invoice)
    _report(tally, options.count, milliseconds, options.json)
    return 1 if tally.total("silent") else 0


def _report(tally: Tally, count: int, milliseconds: float, path: Path) -> None:
    columns = ("printed", "exact", "missed", "wrong", "silent")
    lines = [f"{'field':32}" + "".join(f"{column:>9}" for column in columns)]
    lines += [f"{key:32}" + "".join(f"{row[column]:9}" for column in columns) for key, row in tally.fields.items()]
    summary = {
        "pictures": count,
        "kinds": f"{tally.kinds[True]}/{tally.kinds.total()}",
        "verdicts": dict(tally.verdicts),
        "key_fields": f"{tally.total('exact', KEY_FIELDS)}/{tally.total('printed', KEY_FIELDS)}",
        "all_fields": f"{tally.total('exact')}/{tally.total('printed')}",
        "silent": tally.total("silent"),
        "milliseconds_a_picture": round(milliseconds / count),
    }
    lines += [f"{name}: {value}" for name, value in summary.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {key: dict(row) for key, row in tally.fields.items()}
    path.write_text(json.dumps({**summary, "fields": fields}, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
