"""The commands by which people speak of an invoice: correct, confirm, override, withdraw, restore-to-list."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from models.correction import Acceptance, Confirmation, Ground, Wish, Withdrawal
from ocr_service.acting import actor
from ocr_service.terminal import Archive, AsJson, open_service, say, settings_at

if TYPE_CHECKING:
    from ocr_service.answers import StoredInvoice
    from ocr_service.service import ArchiveService


def correct(
    invoice_id: str,
    *,
    field: Annotated[list[str], typer.Option(help="KEY=VALUE; KEY= where the paper has none; repeat for more", metavar="KEY=VALUE")],
    by: Annotated[str, typer.Option(help="Who corrects")],
    reason: Annotated[str, typer.Option(help="Why")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Set fields of an invoice right: a new version of its record, proved again; what was read is kept."""
    from ocr_service import vouching

    wish = Wish(by, reason, {key: value or None for key, _, value in (text.partition("=") for text in field)})
    _record(invoice_id, lambda service, version: vouching.correct(service, invoice_id, wish, version), archive, as_json=as_json)


def confirm(
    invoice_id: str,
    *,
    field: Annotated[list[str] | None, typer.Option(help="Only this field; repeat for more", metavar="KEY")] = None,
    by: Annotated[str, typer.Option(help="Who vouches")],
    reason: Annotated[str, typer.Option(help="Why")] = "对照票面，核对无误",
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Vouch for what was read: nothing is changed, what is not proved becomes confirmed, failed checks stay."""
    from ocr_service import vouching

    said = Confirmation(by, reason, tuple(field or ()))
    _record(invoice_id, lambda service, version: vouching.confirm(service, invoice_id, said, version), archive, as_json=as_json)


def override(
    invoice_id: str,
    *,
    rule: Annotated[str, typer.Option(help="The rule of a failed check")],
    by: Annotated[str, typer.Option(help="Who accepts it")],
    reason: Annotated[str, typer.Option(help="Why")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Accept a failed check with a reason: it stays failed, on record; the invoice is confirmed at most."""
    from ocr_service import vouching

    said = Acceptance(rule, by, reason)
    _record(invoice_id, lambda service, version: vouching.override(service, invoice_id, said, version), archive, as_json=as_json)


def withdraw(
    invoice_id: str,
    *,
    reason: Annotated[str, typer.Option(help="Why")],
    ground: Annotated[Ground, typer.Option(help="void 作废, not_invoice 不是发票, retake 退回重拍")] = Ground.VOID,
    by: Annotated[str | None, typer.Option(help="Who withdraws it; without it, this machine's user")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Take an invoice out of the lists (作废): hidden with a reason, kept with everything, never deleted.

    A scan that could not be read is named by its digest.
    """
    _list(invoice_id, Withdrawal(by or actor(), reason, ground=ground), archive, as_json=as_json)


def restore_to_list(
    invoice_id: str,
    *,
    reason: Annotated[str, typer.Option(help="Why")],
    by: Annotated[str | None, typer.Option(help="Who puts it back; without it, this machine's user")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Put a withdrawn invoice back into the lists (恢复)."""
    _list(invoice_id, Withdrawal(by or actor(), reason, withdrawn=False), archive, as_json=as_json)


def _list(invoice_id: str, said: Withdrawal, archive: str | None, *, as_json: bool) -> None:
    from ocr_service.report import encode_stored
    from ocr_service.review_report import describe_questions
    from ocr_service.setting_aside import set_aside, version_seen

    with open_service(settings_at(archive), create=False) as service:
        stored = set_aside(service, invoice_id, said, version_seen(service, invoice_id))
        say(encode_stored(stored) if as_json else describe_questions(stored))


def _record(invoice_id: str, speak: "Callable[[ArchiveService, int], StoredInvoice]", archive: str | None, *, as_json: bool) -> None:
    """Record what somebody says of an invoice as it stands now, and show what is left open."""
    from ocr_service.report import encode_stored
    from ocr_service.review_report import describe_questions

    with open_service(settings_at(archive), create=False) as service:
        stored = speak(service, service.show(invoice_id).manifest.version)
        say(encode_stored(stored) if as_json else describe_questions(stored))
