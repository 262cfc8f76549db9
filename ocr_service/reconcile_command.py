"""`piaogen reconcile`: lists of the tax bureau and ledgers against the archive."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ocr_service.terminal import Archive, AsJson, Department, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from ocr_service.reconciling import Reconciliation

_SHOWN = 20
_REFUSED = 3


def reconcile(
    files: Annotated[list[Path], typer.Argument(help="Exports or a ledger (.xlsx, .xls, .csv); several are one list")],
    *,
    mapping: Annotated[Path | None, typer.Option(help="TOML or JSON: what the titles of another table mean; it is kept")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only count; nothing rests on it until it is taken in")] = False,
    department: Department = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Hold the tax bureau's lists or a ledger against the archive; exit 3 when rows could not be read."""
    from models.reconciliation import CLASS_NAMES, LineClass
    from ocr_service.opened import Upload
    from ocr_service.reconciling import Reconciling

    uploads = [Upload(_bytes(path), path.name) for path in files]
    with open_service(settings_at(archive)) as service:
        reconciling = Reconciling.over(service)
        name = None
        if mapping is not None:
            name = reconciling.keep_mapping(_name(mapping), _columns(mapping)).name
        found = reconciling.begin(uploads, mapping=name, department=department, preview=preview)
        say(encode_reconciliation(found) if as_json else _told(found))
        if as_json:
            raise typer.Exit(_REFUSED if found.refused_rows else 0)
        for one in LineClass:
            if one is LineClass.EQUAL:
                continue
            lines = reconciling.lines(found.id, one, limit=_SHOWN)
            for placed in lines:
                say(f"  {CLASS_NAMES[one]}  {_line(placed.line)}")
            if found.counts.get(one, 0) > len(lines):
                notes.print(f"  …… {found.counts[one] - len(lines)} more: `/reconciliations/{found.id}`", markup=False)
    raise typer.Exit(_REFUSED if found.refused_rows else 0)


def encode_reconciliation(found: "Reconciliation") -> dict[str, Any]:
    """A reconciliation as JSON-ready values; counts by class."""
    return {
        "id": found.id,
        "version": found.version,
        "state": "taken_in" if found.is_taken_in else "preview",
        "at": found.at.isoformat(),
        "by": found.by,
        "kind": found.kind.value,
        "side": None if found.side is None else found.side.value,
        "period": None if found.period is None else [day.isoformat() for day in found.period],
        "own_tax_ids": sorted(found.own_tax_ids),
        "files": [dict(file) for file in found.files],
        "lines": found.lines,
        "counts": {one.value: count for one, count in found.counts.items()},
        "equal": found.is_clean,
        "new": found.new,
        "settled": found.settled,
        **found.said,
    }


def _told(found: "Reconciliation") -> str:
    from models.reconciliation import CLASS_NAMES

    period = "" if found.period is None else f"  {found.period[0]} – {found.period[1]}"
    counts = "  ".join(f"{CLASS_NAMES[one]} {count}" for one, count in found.counts.items())
    return f"{found.id}  {found.kind.value}{period}\n{counts}\n共 {found.lines} 行，新 {found.new}  {found.lines} lines, {found.new} new"


def _line(line: Any) -> str:  # noqa: ANN401  # a ReconciliationLine, which this module need not load
    entry, invoice = line.entry, line.invoice
    if entry is None:
        return f"{invoice.number}  {invoice.seller_name or ''}  {invoice.total}  {invoice.day}  {invoice.id}"
    said = "; ".join(f"{one.field}: {one.statement} ≠ {one.archive}" for one in line.differences)
    parts = [entry.code + entry.number, entry.seller_name, entry.total, entry.issued_on, entry.voucher, entry.trouble, said]
    return "  ".join(str(part) for part in parts if part)


def _bytes(path: Path) -> bytes:
    from models.errors import UnreadablePath

    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadablePath(f"{path} cannot be opened: {error.strerror}") from error


def _name(path: Path) -> str:
    kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in path.stem.lower()).strip("-")
    return kept[:60] or "mapping"


def _columns(path: Path) -> "dict[str, str]":
    import json
    import tomllib

    from models.errors import BadUsage

    text = _bytes(path).decode("utf-8-sig", "replace")
    try:
        read = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise BadUsage(f"{path} is neither TOML nor JSON: {error}") from error
    columns = read.get("columns", read) if isinstance(read, dict) else {}
    if not isinstance(columns, dict) or not all(isinstance(meaning, str) for meaning in columns.values()):
        raise BadUsage(f'{path} explains titles, one a line, as "票据号" = "number"')
    return columns
