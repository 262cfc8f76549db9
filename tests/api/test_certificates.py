"""A certificate is checked in a clean folder by the commands of its own VERIFY.md, and fails them when a byte of any part is changed."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from models.activity import Action, LogHead
from models.correction import Confirmation
from models.digest import Digest
from models.errors import InvalidSetting
from ocr_service.certifying import certify, write_certificate
from ocr_service.signing import Signer, signer_at
from ocr_service.vouching import confirm
from storage.archive import InvoiceArchive
from storage.log_audit import audit_log
from storage.verified_object import pieces_of
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN
from tests.support.pictures import a_picture


@pytest.fixture
def certificate(desk: Desk, tmp_path: Path) -> Path:
    """The folder of a certificate: an invoice with two versions, entries of several people and others' between them."""
    invoice = desk.archived_invoice()
    for shade in range(3):
        desk.upload((f"{shade}.png", a_picture(shade)))
    confirm(desk.service, invoice, Confirmation("王会计", "看过原件"), 1)
    folder = tmp_path / "certificate"
    write_certificate(certify(desk.service, invoice, signer_at(str(tmp_path / "key.pem"))), folder)
    return folder


def steps(folder: Path) -> list[str]:
    """The commands of VERIFY.md, each block a step."""
    return re.findall(r"```sh\n(.*?)```", (folder / "VERIFY.md").read_text(encoding="utf-8"), re.DOTALL)


def passed(folder: Path, commands: list[str]) -> list[bool]:
    """Which steps say OK, with nothing but a shell's own tools at hand."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    runs = [
        subprocess.run(["sh", "-c", step], cwd=folder, env=environment, capture_output=True, text=True, check=False) for step in commands
    ]
    return [run.returncode == 0 and run.stdout.endswith("OK\n") for run in runs]


def test_every_step_of_the_page_says_ok(certificate: Path) -> None:
    assert passed(certificate, steps(certificate)) == [True, True, True, True]
    assert not list(certificate.glob("*.tmp"))


def test_it_holds_original_records_and_entries(certificate: Path) -> None:
    assert (certificate / "original").read_bytes() == SCAN.read_bytes()
    assert sorted(path.name for path in certificate.glob("manifest-*")) == ["manifest-000001.json", "manifest-000002.json"]
    told = [(certificate / f"log/{number:03}/entry.json").read_text(encoding="utf-8") for number in (1, 2, 3, 4)]
    assert [
        action in entry for action, entry in zip(("upload.accepted", "invoice.confirmed", "version.kept", "certified"), told, strict=True)
    ] == [True] * 4
    statement = (certificate / "statement.txt").read_text(encoding="utf-8")
    assert "人工确认 confirmed by a person" in statement
    assert str(Digest.of(SCAN.read_bytes())) in statement


def test_a_changed_byte_of_any_file_is_noticed(certificate: Path) -> None:
    commands = steps(certificate)
    unnoticed = []
    for path in sorted(found for found in certificate.rglob("*") if found.is_file()):
        content = path.read_bytes()
        for place in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            path.write_bytes(changed)
            if passed(certificate, commands[:1])[0]:
                unnoticed.append((path.name, place))
        path.write_bytes(content)

    assert unnoticed == []
    assert passed(certificate, commands[:1]) == [True]


@pytest.mark.parametrize(
    ("part", "step"),
    [
        ("original", 1),
        ("received.json", 1),
        ("manifest-000001.json", 1),
        ("reading-000001.json", 1),
        ("log/001/entry.json", 2),
        ("log/002/step-01-right", 2),
        ("head.json", 3),
    ],
)
def test_whoever_signs_a_forged_part_anew_is_still_found_out(certificate: Path, tmp_path: Path, part: str, step: int) -> None:
    """The chain from the original to the log holds by itself: here the signature fits and the part does not."""
    commands = steps(certificate)
    content = bytearray((certificate / part).read_bytes())
    content[len(content) // 2] ^= 1
    (certificate / part).write_bytes(content)
    names = [path for path in sorted(certificate.rglob("*")) if path.is_file() and not path.name.startswith("SHA256SUMS")]
    sums = "".join(f"{Digest.of(path.read_bytes()).hex}  {path.relative_to(certificate).as_posix()}\n" for path in names).encode()
    (certificate / "SHA256SUMS").write_bytes(sums)
    (certificate / "SHA256SUMS.sig").write_bytes(signer_at(str(tmp_path / "key.pem")).sign(sums))

    results = passed(certificate, commands)

    assert (results[0], results[step]) == (True, False)


def test_another_key_does_not_fit(certificate: Path, tmp_path: Path) -> None:
    (certificate / "signer.pem").write_bytes(signer_at(str(tmp_path / "other.pem")).public_pem)

    assert passed(certificate, steps(certificate))[0] is False


def test_a_document_that_is_not_read_yet_is_certified_too(desk: Desk, tmp_path: Path) -> None:
    desk.upload(("a.png", a_picture(0)))
    folder = tmp_path / "certificate"

    write_certificate(certify(desk.service, str(Digest.of(a_picture(0))), signer_at(str(tmp_path / "key.pem"))), folder)

    assert passed(folder, steps(folder)) == [True, True, True, True]


def test_looks_at_a_document_are_not_in_it_and_the_log_says_who_had_it_made(desk: Desk, tmp_path: Path) -> None:
    invoice = desk.archived_invoice()
    desk.service.preview(invoice)
    made = certify(desk.service, invoice, signer_at(str(tmp_path / "key.pem")))

    assert [name for name in made.files if name.endswith("entry.json") and b"viewed" in b"".join(pieces_of(made.files[name]))] == []
    assert desk.service.activity.of_document(Digest.of(SCAN.read_bytes()))[-1].entry.action == Action.CERTIFIED
    assert made.head == desk.service.activity.known_head() == LogHead.parse(str(made.head))
    assert audit_log(InvoiceArchive(desk.service.archive.store), made.head).sound


def test_over_the_api_it_comes_as_a_zip(desk: Desk, tmp_path: Path) -> None:
    invoice = desk.archived_invoice()

    answer = desk.client.get(f"/v1/certificates/{invoice}")

    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/zip", "no-store")
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        packed.extractall(folder)
    assert passed(folder, steps(folder)) == [True, True, True, True]
    assert desk.client.get("/v1/certificates/" + "0" * 20 + "-1").status_code == 404


class TestTheKey:
    def test_is_made_once_and_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "key.pem"
        first, second = signer_at(str(path)), signer_at(str(path))

        assert first.public_pem == second.public_pem
        assert path.stat().st_mode & 0o777 == 0o600
        assert [found.name for found in path.parent.iterdir()] == ["key.pem"]

    def test_is_published_in_the_archive(self, desk: Desk, tmp_path: Path) -> None:
        signer = signer_at(str(tmp_path / "key.pem"))
        certify(desk.service, desk.archived_invoice(), signer)

        assert desk.service.archive.store.get(f"signers/{signer.fingerprint.hex}.pem") == signer.public_pem
        assert desk.service.audit().findings == ()

    @pytest.mark.parametrize("content", [b"", b"no key", Signer.__doc__.encode() if Signer.__doc__ else b""])
    def test_that_is_none_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "key.pem").write_bytes(content)

        with pytest.raises(InvalidSetting, match="PIAOGEN_SIGNING_KEY"):
            signer_at(str(tmp_path / "key.pem"))

    def test_of_another_curve_is_refused(self, tmp_path: Path) -> None:
        openssl = shutil.which("openssl")
        assert openssl is not None
        subprocess.run([openssl, "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "key.pem"], cwd=tmp_path, check=True)

        with pytest.raises(InvalidSetting, match="P-256"):
            signer_at(str(tmp_path / "key.pem"))
