"""`piaogen export`: one invoice's original into a folder, or what a filter of the register shows into a file."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl

import typer

from models.errors import BadUsage, UnreadablePath
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from models.export import ExportOutcome, ExportWish
    from ocr_service.exports.voucher_mapping import VoucherMapping
    from ocr_service.service import ArchiveService

_MIB = 1 << 20


def export(
    name: Annotated[str, typer.Argument(metavar="ID|FILE", help="An invoice; with --format the file to write")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder to write an invoice's original to")] = None,
    form: Annotated[str | None, typer.Option("--format", help="xlsx, csv, voucher, zip or print: many invoices into FILE")] = None,
    where: Annotated[
        str, typer.Option(help="Which: filters of the register, as in 'date=2026-03 kind=taxi'; without it all that are listed")
    ] = "",
    sort: Annotated[str, typer.Option(help="Their order, as in -amount")] = "",
    mapping: Annotated[str, typer.Option(help="Of vouchers: kingdee, yonyou, one of your own, or a .toml file")] = "",
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Restore an invoice's original bytes and the JSON beside them, hashes checked; with --format take the register out into a file."""
    if form is None:
        if output is None or where or sort or mapping:
            raise BadUsage("give --output FOLDER for one invoice, or --format for what --where shows")
        _restore(name, output, archive, as_json=as_json)
        return
    if output is not None:
        raise BadUsage("--output is the folder of one invoice's original; with --format name the file itself")
    _take_out(Path(name), form, {**where_texts(where), **({"sort": sort} if sort else {})}, mapping, archive, as_json=as_json)


def where_texts(where: str) -> Mapping[str, str]:
    """`date=2026-03 seller="某某 公司"`, or a query as in an address, by name.

    Raises:
        BadUsage: a part has no `=`, a name stands twice, or a quotation mark is open.
    """
    try:
        parts = shlex.split(where)
    except ValueError as error:
        raise BadUsage(f"--where cannot be read: {error}; write name=value, with quotation marks around what has spaces") from error
    if len(parts) == 1 and "&" in parts[0]:
        pairs = parse_qsl(parts[0], keep_blank_values=True)
    else:
        wrong = next((part for part in parts if "=" not in part), None)
        if wrong is not None:
            raise BadUsage(f"--where has {wrong[:60]!r}: write name=value, as in date=2026-03")
        pairs = [(part.partition("=")[0], part.partition("=")[2]) for part in parts]
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadUsage(f"--where has {twice[:60]!r} more than once; several kinds are written kind=taxi,train")
    return dict(pairs)


def _restore(name: str, output: Path, archive: str | None, *, as_json: bool) -> None:
    from ocr_service.exporting import export
    from ocr_service.report import describe_head, describe_withdrawals, encode_withdrawals

    with open_service(settings_at(archive), create=False) as service:
        digest, _ = service.catalogue.resolve(name, service.sees)
        paths = export(service, name, output)
        head = service.activity.known_head()
        reading = service.reading(digest)
        if as_json:
            told = {"log_head": None if head is None else str(head), "withdrawals": encode_withdrawals(reading)}
            say({"digest": str(digest), "files": [str(path) for path in paths], **told})
        else:
            verified = f"原件校验一致 original verified: {digest}"
            say("\n".join([*(str(path) for path in paths), verified, *describe_withdrawals(reading), *describe_head(head)]))


def _take_out(path: Path, form: str, texts: Mapping[str, str], mapping: str, archive: str | None, *, as_json: bool) -> None:
    from ocr_service.exports.left_out import REASONS, Reason
    from ocr_service.exports.mappings import Mappings, mapping_file

    settings = settings_at(archive)
    wish = _wish(form, texts, mapping)
    chosen = mapping_file(Path(mapping)) if mapping.endswith(".toml") else None
    if path.exists():
        raise UnreadablePath(f"{path} is there already, and is left alone: name another file")
    with open_service(settings, create=False) as service:
        if wish.mapping:
            Mappings(service).get(wish.mapping)
        outcome = _made(service, wish, path, chosen, settings.min_free_megabytes * _MIB)
    named = [{"what": one.what, "reason": one.reason} for one in outcome.left_out]
    if as_json:
        told = {"file": str(path), "invoices": outcome.rows, "size": outcome.size, "sha256": outcome.sha256}
        say({**told, "left_out": named, "left_out_in_all": outcome.left_out_in_all})
        return
    say(f"{path}  {outcome.rows} 张发票 invoices  SHA-256 {outcome.sha256}")
    for one in outcome.left_out:
        notes.print(f"没有导出 left out  {one.what}  {REASONS[Reason(one.reason)]}  ({one.reason})", markup=False, soft_wrap=True)
    if outcome.left_out_in_all > len(outcome.left_out):
        notes.print(f"…… {outcome.left_out_in_all - len(outcome.left_out)} more", markup=False)


def _wish(form: str, texts: Mapping[str, str], mapping: str) -> "ExportWish":
    from models.export import ExportFormat, ExportWish

    try:
        known = ExportFormat(form)
    except ValueError:
        raise BadUsage(f"no form {form[:40]!r}: there are {', '.join(ExportFormat)}") from None
    return ExportWish(known, filter=texts, mapping="" if mapping.endswith(".toml") else mapping)


def _made(service: "ArchiveService", wish: "ExportWish", path: Path, mapping: "VoucherMapping | None", room: int) -> "ExportOutcome":
    from ocr_service.exports.chosen import settled
    from ocr_service.exports.making import Order, make

    kept, counted = settled(service, wish)
    partial = path.with_name(f".{path.name}.part")

    def step(done: int) -> None:
        if notes.is_terminal:
            notes.print(f"{done} / {counted}", end="\r")

    try:
        outcome = make(service, Order(kept, path.name, partial, room, mapping), step)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return outcome
