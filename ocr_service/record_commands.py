"""The commands that take evidence out of the archive: `piaogen certify`."""

from pathlib import Path
from typing import Annotated

import typer

from ocr_service.terminal import Archive, AsJson, open_service, say, settings_at


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
