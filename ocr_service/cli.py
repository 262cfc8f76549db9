"""The command line: `piaogen`.

A command imports what it needs when it runs: whoever asks for help or for one invoice does not wait for an OCR engine to load.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.activity import Action, LogHead
from models.archive import DocumentState
from models.errors import BadUsage, PiaogenError, RecognitionFailed, RefusedInput, UnreadablePath
from models.reading_json import encode_reading
from ocr_service.access_commands import key_commands, user_commands
from ocr_service.acting import act_as_machine_user
from ocr_service.company_commands import company_commands
from ocr_service.copy_command import copy_command
from ocr_service.destroy_commands import destroy_commands
from ocr_service.drill_command import drill_command
from ocr_service.export_command import export
from ocr_service.find_command import find
from ocr_service.hold_commands import hold_commands
from ocr_service.list_command import list_invoices
from ocr_service.loss_commands import loss_commands
from ocr_service.mail_commands import mail
from ocr_service.mcp_command import mcp_command
from ocr_service.paper_commands import paper_commands
from ocr_service.reconcile_command import reconcile
from ocr_service.record_commands import bundle, certify, stamp
from ocr_service.seal_command import rekey
from ocr_service.settings import PREFIX, Settings
from ocr_service.terminal import Archive, AsJson, Department, notes, open_service, say, settings_at
from ocr_service.vouching_commands import confirm, correct, override, restore_to_list, withdraw
from ocr_service.watch_commands import watch

if TYPE_CHECKING:
    from rich.progress import Progress

    from ocr_service.service import ArchiveService


_ABOUT = "票根: a verified, searchable backup archive of paper invoices."
app = typer.Typer(name="piaogen", help=_ABOUT, no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        from ocr_service.version import installed_version

        say(f"piaogen {installed_version()}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and end")] = False,
) -> None:
    """Options of the program itself; its help stands at `app`."""
    from ocr_service.logs import log_to_stderr

    # Not in `main`: whoever asks for help waits for no logging to load.
    log_to_stderr()


_FOR_OTHERS = 0o077
"""What the files and folders of archive, catalogue and temporary things give to others than their owner: nothing."""


def main() -> None:
    """Run a command; every foreseen failure ends with its own exit code and one line on standard error."""
    act_as_machine_user()
    os.umask(_FOR_OTHERS)
    try:
        app()
    except PiaogenError as error:
        _complain(error)
        sys.exit(error.exit_code)


@app.command()
def read(files: list[Path], *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Read, extract and verify files; nothing is archived."""
    from ocr_service.composition import build_decoder, build_reader
    from ocr_service.intake_paths import found_files
    from ocr_service.report import describe_reading

    settings = settings_at(archive)
    reader, exit_code = None, 0
    with closing(build_decoder(settings)) as decoder:
        for found in found_files(files, decoder):
            try:
                if found.upload is None:
                    raise found.error or UnreadablePath(f"cannot open {found.name}")
                scan = decoder.take(found.upload).scan
                reader = reader or build_reader(settings)
                reading = reader.read(scan)
            except (RefusedInput, RecognitionFailed) as error:
                _complain(error, found.name)
                exit_code = max(exit_code, error.exit_code)
                continue
            say(encode_reading(reading) if as_json else describe_reading(reading))
    raise typer.Exit(exit_code)


@app.command("ingest")
def ingest_command(paths: list[Path], *, department: Department = None, as_json: AsJson = False, archive: Archive = None) -> None:
    """Archive files, folders and zips, then read and index them."""
    from ocr_service.ingestion import ingest
    from ocr_service.progress import IngestProgress
    from ocr_service.report import describe_ingested, encode_ingested

    settings = settings_at(archive)
    refused = False
    bar = notes.is_terminal and not as_json
    with open_service(settings) as service, IngestProgress(notes, bar=bar) as progress:
        for file in ingest(service, settings, paths, progress.count, department=department):
            progress.note(file)
            refused |= file.state is DocumentState.REFUSED
            if bar and sys.stdout.isatty():
                # On the terminal that the bar is drawn on, a line must not be written through it.
                notes.print(describe_ingested(file), markup=False, soft_wrap=True)
            else:
                say(encode_ingested(file) if as_json else describe_ingested(file))
            if file.error is not None:
                _complain(file.error, file.name)
    if not progress.files:
        notes.print("没有文件可以归档  there was no file to archive")
    raise typer.Exit(3 if refused else 0)


@app.command()
def show(invoice_id: str, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Show one invoice's record."""
    from ocr_service.report import describe_reading, describe_withdrawals, encode_stored

    with open_service(settings_at(archive), create=False) as service:
        stored = service.show(invoice_id)
        shown = [*describe_withdrawals(stored.reading), describe_reading(stored.reading)]
        say(encode_stored(stored) if as_json else "\n".join(shown))


@app.command()
def review(
    invoice_id: Annotated[str | None, typer.Argument(help="One invoice; without it, the list")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """List what waits for a person and what is asked about it, oldest first; or everything asked about one invoice."""
    from ocr_service.review_report import describe_questions, describe_review, encode_questions, encode_review

    with open_service(settings_at(archive), create=False) as service:
        if invoice_id is not None:
            stored = service.show(invoice_id)
            say(encode_questions(stored) if as_json else describe_questions(stored))
            return
        page = service.review(limit)
        for entry in page.entries:
            stored_entry = service.reviewed(entry)
            say(encode_review(entry, stored_entry) if as_json else describe_review(entry, stored_entry))
        notes.print("还有更多 there is more: --limit" if page.next else f"共 {len(page.entries)} 项待复核  {len(page.entries)} to look at")


app.command("list")(list_invoices)
for command in (find, export, correct, confirm, override, withdraw, restore_to_list, certify, bundle, stamp, reconcile, rekey, watch, mail):
    app.command()(command)
app.command("copy")(copy_command)
app.command("drill")(drill_command)
app.command("mcp")(mcp_command)
app.add_typer(user_commands, name="user")
app.add_typer(key_commands, name="key")
app.add_typer(company_commands, name="company")
app.add_typer(hold_commands, name="hold")
app.add_typer(paper_commands, name="paper")
app.add_typer(destroy_commands, name="destroy")
app.add_typer(loss_commands, name="loss")


@app.command()
def audit(
    *,
    sample: Annotated[int | None, typer.Option(min=1, help="Re-hash only so many documents")] = None,
    log: Annotated[bool, typer.Option("--log", help="Check the activity log instead")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Put right from the mirror what is not, and the other way round")] = False,
    since_head: Annotated[str | None, typer.Option(metavar="NUMBER:sha256:…", help="With --log: a head of the log that was kept")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Re-hash the archive: missing, damaged and rolled-back parts, exit 5 if there are any; what a crash left is only noted."""
    from ocr_service.checking import audit_now
    from ocr_service.report import describe_audit, describe_log_audit, encode_audit, encode_log_audit

    if since_head is not None and not log:
        raise BadUsage("--since-head speaks of the log: give --log as well")
    kept = _kept(since_head)
    with open_service(settings_at(archive), create=False) as service:
        if log:
            from ocr_service.log_inspection import check_log

            checked = check_log(service, kept)
            say(encode_log_audit(checked) if as_json else describe_log_audit(checked))
            raise typer.Exit(0 if checked.sound else 5)
        report = audit_now(service, sample, repair=repair)
        head = service.activity.known_head()
    say(encode_audit(report, head) if as_json else describe_audit(report, head))
    raise typer.Exit(0 if report.sound else 5)


def _kept(text: str | None) -> LogHead | None:
    try:
        return None if text is None else LogHead.parse(text)
    except ValueError as error:
        raise BadUsage(f"--since-head is {error}; write it as an audit printed it: NUMBER:sha256:…") from None


@app.command()
def rebuild(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Make the catalogue anew from the archive alone."""
    problems: list[dict[str, str]] = []
    with open_service(settings_at(archive), create=False, renew=True) as service, _progress() as progress:
        task = progress.add_task("重建目录 rebuilding", total=None)

        def note(digest: object, problem: PiaogenError | None) -> None:
            progress.advance(task)
            if problem is not None:
                problems.append({"document": str(digest), "code": problem.code, "detail": problem.message})
                _complain(problem, str(digest))

        count = service.index.rebuild(note)
        service.activity.note(Action.CATALOGUE_REBUILT, documents=count, problems=len(problems))
    say({"documents": count, "problems": problems} if as_json else f"目录已重建，{count} 份文件  catalogue rebuilt, {count} documents")
    raise typer.Exit(5 if problems else 0)


@app.command()
def serve(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one, which --json tells")] = 8000,
    workers: Annotated[int | None, typer.Option(min=0, help="Worker processes; default one per core, 0 for none")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Serve API and pages, with worker processes of its own."""
    import uvicorn

    from ocr_service.composition import build_weights, worker_count
    from ocr_service.listening import is_address, listen

    settings = settings_at(archive)
    with open_service(settings) as service:
        is_open = _is_open(service, host)
    build_weights(settings)
    if not is_address(host):
        settings = replace(settings, allowed_hosts=",".join(filter(None, (settings.allowed_hosts, host))))
    _export_settings(replace(settings, workers=worker_count(settings) if workers is None else workers))
    sockets = listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{sockets[0].getsockname()[1]}"
    if as_json:
        say({"url": url, "archive": settings.archive})
    else:
        notes.print(f"网页和接口在 pages and API are on {url}/  （Ctrl+C 停止 stops）", markup=False, soft_wrap=True)
    if is_open:
        notes.print("还没有登录名，只服务本机  nobody has a login, so only this machine is served: `piaogen user add`", markup=False)
    # uvicorn takes both by name, so that this package need not know the one above it.
    application, protocol = "api.app:from_environment", "api.connection_guard:GuardedProtocol"
    config = uvicorn.Config(application, http=protocol, factory=True, timeout_graceful_shutdown=5, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    raise typer.Exit(0 if server.started else 1)


@app.command()
def worker(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Run one more worker process, replaced by a fresh one when it is worn out, hangs or dies."""
    from ocr_service.composition import build_weights, build_workers

    settings = settings_at(archive)
    build_weights(settings)
    if as_json:
        say({"worker": True, "archive": settings.archive})
    raise typer.Exit(build_workers(settings, 1).run())


@app.command()
def weights(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Bring the OCR weights into the cache, checking every hash."""
    from ocr_service.composition import build_weights, weights_folder

    settings = settings_at(archive)
    build_weights(settings)
    folder = weights_folder(settings)
    say({"weights": str(folder)} if as_json else f"模型已就绪 weights are in {folder}")


def _is_open(service: "ArchiveService", host: str) -> bool:
    """Whether nobody has a login; raise BadUsage where then everybody on the network could do everything."""
    from ocr_service.access import Access
    from ocr_service.listening import is_loopback

    if Access.over(service.archive.store, service.catalogue, service.activity).has_users():
        return False
    if not is_loopback(host):
        raise BadUsage(
            f"nobody has a login, so whoever reaches {host} could do everything: `piaogen user add NAME --role admin` gives somebody one, "
            "or leave --host out to serve this machine alone"
        )
    return True


def _export_settings(settings: Settings) -> None:
    """Hand the settings to the application that uvicorn loads, by the only way it takes any: the one place that writes the environment."""
    for name in Settings.__slots__:
        os.environ[PREFIX + name.upper()] = str(getattr(settings, name))


@contextmanager
def _progress() -> "Iterator[Progress]":
    from rich.progress import Progress, SpinnerColumn, TextColumn

    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=notes, transient=True) as progress:
        yield progress


def _complain(error: PiaogenError, about: str = "") -> None:
    from ocr_service.report import on_one_line

    line = f"错误 error [{error.code}] {about + ': ' if about else ''}{error.message}"
    notes.print(on_one_line(line), markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
