"""The tables of a run of the accuracy benchmark: what was read right, by reader, medium, kind and field."""

from collections import Counter
from collections.abc import Mapping

from benchmarks.examinees import OURS
from benchmarks.intervals import stated_share
from benchmarks.report import Cell, Report, Table, share
from benchmarks.scoring import KEY_FIELDS, TICKET_FIELD, Score
from models.invoice import FIELD_KEYS

READER_COLUMNS = ("reader, pictures", "files", "key fields exact", "kind right", "item rows exact", "all fields", "silent", "s/file")
KIND_COLUMNS = ("kind", "pictures", "invoices", "kind right", "key fields exact", "all fields", "rows exact", "accepted", "silent")
FIELD_COLUMNS = ("field", "pictures", "printed", "exact", "missed", "wrong", "invented", "silent", "unproved", "share exact")
VERDICT_COLUMNS = ("accepted without a person", "invoices", "accepted", "share")
ROW_COLUMNS = ("items", "printed", "exact", "wrong", "missed", "invented", "share exact")
_OUTCOMES = ("printed", "exact", "missed", "wrong", "invented", "silent", "unproved")


def report_of(
    scores: Mapping[str, Score],
    failures: Mapping[str, Counter[str]],
    seconds: Mapping[str, float],
    files: Counter[str],
    settings: Mapping[str, Mapping[str, object]],
    options: dict[str, Cell],
) -> Report:
    """The report of a run: ours in all detail, the peers beside it."""
    ours, peers = scores[OURS], [name for name in scores if name != OURS]
    tables = (
        _readers(scores, seconds, files),
        _kinds(scores, files),
        _fields(scores, files, peers),
        _verdicts(ours, files),
        _rows(ours, files),
    )
    notes = (
        "exact: as printed but for width, spaces and punctuation; in brackets the 95 % interval of Wilson.",
        "key fields: code, number, date, total with tax, seller's tax id.",
        "silent: wrong or invented though proved, repaired, or a key field of an accepted invoice; unproved: any other wrong value of an "
        "accepted invoice.",
        *([f"{', '.join(peers)}: plain text lines and one extractor of regular expressions; they call nothing unsure."] if peers else []),
        *(f"{name}: invoices read that are not there {dict(score.spurious) or 0}" for name, score in scores.items()),
        *(f"{name}: files refused or failed {dict(codes)}" for name, codes in failures.items() if codes),
        f"silently wrong: {ours.silent}",
        *(f"SILENT {wrong.file} {wrong.field}: printed {wrong.printed!r}, read {wrong.read!r}" for wrong in ours.mistakes if wrong.silent),
    )
    details: dict[str, object] = {
        "mistakes": {name: [mistake._asdict() for mistake in score.mistakes] for name, score in scores.items()},
        "settings": dict(settings),
    }
    return Report("accuracy", options, tables, notes, details)


def _readers(scores: Mapping[str, Score], seconds: Mapping[str, float], files: Counter[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for medium in (*files, None):
        for name, score in scores.items():
            rows.append(
                (
                    f"{name}, {medium or 'all'}",
                    sum(files.values()) if medium is None else files[medium],
                    _exact(score, KEY_FIELDS, medium),
                    stated_share(score.counted("kind right", medium=medium), score.counted("invoices", medium=medium)),
                    # The peers' extractor looks for neither.
                    _exact_rows(score, medium) if name == OURS else None,
                    _exact(score, FIELD_KEYS, medium) if name == OURS else None,
                    score.total("silent", medium=medium),
                    round(seconds[name] / max(1, sum(files.values())), 2) if medium is None else None,
                )
            )
    return Table("Readers", READER_COLUMNS, tuple(rows))


def _kinds(scores: Mapping[str, Score], files: Counter[str]) -> Table:
    ours, peers = scores[OURS], [name for name in scores if name != OURS]
    columns = (*KIND_COLUMNS, *(f"{name} key fields" for name in peers), *(f"{name} kind" for name in peers))
    rows: list[tuple[Cell, ...]] = []
    for kind in sorted({place.kind for place in ours.papers}):
        for medium in files:
            invoices = ours.counted("invoices", medium=medium, kind=kind)
            if not invoices:
                continue
            rows.append(
                (
                    kind,
                    medium,
                    invoices,
                    ours.counted("kind right", medium=medium, kind=kind),
                    _of(ours, KEY_FIELDS, medium, kind),
                    _of(ours, FIELD_KEYS, medium, kind),
                    _part(ours.rows_counted("exact", medium=medium, kind=kind), ours.rows_counted("printed", medium=medium, kind=kind)),
                    ours.counted("accepted", medium=medium, kind=kind),
                    ours.total("silent", medium=medium, kind=kind),
                    *(_of(scores[name], KEY_FIELDS, medium, kind) for name in peers),
                    *(scores[name].counted("kind right", medium=medium, kind=kind) for name in peers),
                )
            )
    return Table("Kinds", columns, tuple(rows))


def _fields(scores: Mapping[str, Score], files: Counter[str], peers: list[str]) -> Table:
    ours = scores[OURS]
    present = {place.field for place in ours.fields}
    groups: dict[str, tuple[str, ...]] = {
        key: (key,) for key in (*KEY_FIELDS, *(key for key in FIELD_KEYS if key not in KEY_FIELDS)) if key in present
    }
    groups |= {"key fields": KEY_FIELDS, "key fields and ticket numbers": (*KEY_FIELDS, TICKET_FIELD), "all fields": FIELD_KEYS}
    rows: list[tuple[Cell, ...]] = []
    for title, keys in groups.items():
        for medium in files:
            counts = [ours.total(outcome, keys, medium=medium) for outcome in _OUTCOMES]
            if any(counts):
                others = (_of(scores[name], keys, medium) if set(keys) <= set(KEY_FIELDS) else None for name in peers)
                rows.append((title, medium, *counts, _exact(ours, keys, medium), *others))
    return Table("Fields", (*FIELD_COLUMNS, *(f"{name} exact" for name in peers)), tuple(rows))


def _verdicts(ours: Score, files: Counter[str]) -> Table:
    rows = []
    for title, what in (("with a readable QR code", "qr"), ("rest of the VAT family", "plain")):
        for medium in (*files, None):
            whole, part = ours.counted(what, medium=medium), ours.counted(f"{what} accepted", medium=medium)
            if whole:
                rows.append((f"{title}, {medium or 'all'}", whole, part, stated_share(part, whole)))
    every, accepted = ours.counted("invoices"), ours.counted("accepted")
    rows.append(("every invoice", every, accepted, stated_share(accepted, every)))
    whole = ours.counted("whole")
    rows.append(("(all key fields exact)", every, whole, stated_share(whole, every)))
    return Table("Verdicts", VERDICT_COLUMNS, tuple(rows))


def _rows(ours: Score, files: Counter[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for medium in files:
        for title, count in (("rows", ours.rows_counted), ("cells", ours.cells_counted)):
            numbers = [count(outcome, medium=medium) for outcome in ("printed", "exact", "wrong", "missed", "invented")]
            if numbers[0]:
                rows.append((f"{title}, {medium}", *numbers, stated_share(numbers[1], numbers[0])))
    return Table("Line items", ROW_COLUMNS, tuple(rows))


def _exact(score: Score, keys: tuple[str, ...], medium: str | None = None) -> str:
    return stated_share(score.total("exact", keys, medium=medium), score.total("printed", keys, medium=medium))


def _exact_rows(score: Score, medium: str | None) -> str:
    return stated_share(score.rows_counted("exact", medium=medium), score.rows_counted("printed", medium=medium))


def _of(score: Score, keys: tuple[str, ...], medium: str | None, kind: str | None = None) -> str:
    return _part(score.total("exact", keys, medium=medium, kind=kind), score.total("printed", keys, medium=medium, kind=kind))


def _part(part: int, whole: int) -> str:
    return f"{part}/{whole} ({share(part, whole)})" if whole else "-"
