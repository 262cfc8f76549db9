"""The command that archives what comes by mail: `piaogen mail`."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import typer

from models.mail import MailOutcome, mail_to_body
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at
from ocr_service.watch_commands import Once, OwnWorkers

if TYPE_CHECKING:
    from models.mail import MailRecord


def mail(*, once: Once = False, workers: OwnWorkers = 0, as_json: AsJson = False, archive: Archive = None) -> None:
    """Archive the mails of the mailbox that the settings `PIAOGEN_MAIL_…` name, and put each aside on its server."""
    from ocr_service.attending import attend, own_workers
    from ocr_service.mailing.account import MailAccount
    from ocr_service.mailing.intake import MailIntake

    settings = settings_at(archive)
    account = MailAccount.of(settings)
    refused = False

    def tell(record: "MailRecord") -> None:
        nonlocal refused
        refused |= record.outcome is MailOutcome.REFUSED
        say(_encoded(record) if as_json else _described(record))

    with open_service(settings) as service, ExitStack() as stack:
        intake = MailIntake(service, account, settings.mail_department or None, settings.mail_poll_seconds, tell)
        stack.callback(intake.close)
        stack.enter_context(own_workers(settings, workers))
        if not once:
            notes.print(f"正在收信 taking mail of {account.name}  （Ctrl+C 停止 stops）", markup=False, soft_wrap=True)
        attend([intake.look], pause=settings.mail_poll_seconds, once=1 if once else 0, rest=intake.rest)
    raise typer.Exit(3 if once and refused else 0)


def _described(record: "MailRecord") -> str:
    from ocr_service.report import on_one_line

    state = "已存好 archived" if record.outcome is MailOutcome.ARCHIVED else "要人看 refused"
    told = [f"{state}  {on_one_line(record.subject)}  {on_one_line(record.sender)}  {len(record.files)} 个文件 files"]
    for file in record.files:
        if file.code is not None:
            told.append(f"    ⚑ {on_one_line(file.name)}: [{file.code}] {on_one_line(file.message or '')}")
    return "\n".join(told)


def _encoded(record: "MailRecord") -> dict[str, Any]:
    return mail_to_body(record)
