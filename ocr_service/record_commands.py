"""The commands that take evidence out of the archive: `piaogen certify`, `piaogen bundle`, `piaogen stamp`."""

from pathlib import Path
from typing import Annotated

import typer

from ocr_service.terminal import Archive, AsJson, open_service, say, settings_at

_EXACT = ("text", "number", "code", "seller", "buyer", "tax_id", "kind", "verdict")
_CLUES = {*_EXACT, "amount", "amount_min", "amount_max", "date", "date_from", "date_to"}


def certify(
    invoice_id: str,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to; it must not be there yet")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Write a signed certificate of an invoice's document, which anybody checks offline with openssl; VERIFY.md in it says how."""
    from ocr_service.certifying import certify, write_certificate
    from ocr_service.report import describe_head
    from ocr_service.signing import signer_at

    settings = settings_at(archive)
    signer = signer_at(settings.signing_key)
    with open_service(settings, create=False) as service:
        certificate = certify(service, invoice_id, signer)
    write_certificate(certificate, output)
    if as_json:
        told = {"folder": str(output), "files": sorted(certificate.files), "log_head": str(certificate.head)}
        say({**told, "fingerprint": str(certificate.fingerprint)})
        return
    key = f"公钥指纹（请另行告知对方） fingerprint of the key, to be told by another way: {certificate.fingerprint}"
    say("\n".join([f"证明已写入 certificate written to {output}", key, *describe_head(certificate.head)]))


def bundle(
    clues: Annotated[list[str], typer.Argument(metavar="CLUES…", help="Ids of invoices, or clues such as seller=商贸 date=2025-09")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to; it must not be there yet")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Write originals and one page that checks them in any browser, from disk and without network."""
    from models.clue_texts import parse_clues
    from models.clues import MAX_LIMIT
    from models.errors import InvalidClue
    from ocr_service.bundling import PAGE, bundle

    given = dict(clue.split("=", 1) for clue in clues if "=" in clue)
    unknown = sorted(given.keys() - _CLUES)
    if unknown:
        raise InvalidClue(f"no clue is called {unknown[0]}; known are {', '.join(sorted(_CLUES))}")
    found = parse_clues(given, MAX_LIMIT) if given else None
    with open_service(settings_at(archive), create=False) as service:
        digest, count = bundle(service, [clue for clue in clues if "=" not in clue], found, output)
    if as_json:
        say({"page": str(output / PAGE), "invoices": count, "digest": str(digest)})
    else:
        say(f"{count} 张发票 invoices: {output / PAGE}\n核验页摘要（日志里也有） digest of the page, as the log has it: {digest}")


def stamp(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Have the authority of PIAOGEN_TSA_URL time-stamp the log of each day that is over and has no stamp yet."""
    from ocr_service.time_stamping import stamp_closed_days

    settings = settings_at(archive)
    with open_service(settings, create=False) as service:
        days = stamp_closed_days(service.archive.store, service.activity.log, settings.tsa_url)
    if as_json:
        say({"stamped": [day.isoformat() for day in days]})
    else:
        say(f"{len(days)} 天的日志已加盖时间戳  days of the log time-stamped {' '.join(day.isoformat() for day in days)}".rstrip())
