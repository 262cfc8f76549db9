"""storage/VERIFYING.md followed to the letter, in a shell that knows nothing of Piaogen: silence, or the damage by its name."""

import re
import subprocess
from pathlib import Path

import pytest

from ocr_service.certifying import certify, write_certificate
from ocr_service.checking import audit_now
from ocr_service.signing import signer_at
from tests.golden.damages import ARCHIVES, DAMAGES, FIRST, STAMP, damaged, flip, golden
from tests.golden.expected import EXPECTED
from tests.golden.making import STEPS
from tests.golden.test_golden_archives import objects, service_on

PAGE = Path(__file__).parents[2] / "storage" / "VERIFYING.md"
STEPS_OF_THE_PAGE = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def verify(archive: Path, **files: Path) -> list[str]:
    """What all steps of the page print, each in a shell of its own with the system's tools alone; `files` are what it is told by name."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | {name: str(path) for name, path in files.items()}
    said: list[str] = []
    for step in STEPS_OF_THE_PAGE:
        run = subprocess.run(["sh", "-c", step], cwd=archive, env=environment, capture_output=True, text=True, check=False)
        said += [*run.stdout.splitlines(), *run.stderr.splitlines()]
    return said


def test_the_page_has_its_steps() -> None:
    assert len(STEPS_OF_THE_PAGE) == 9


@pytest.mark.parametrize("name", STEPS)
def test_a_sound_archive_is_met_with_silence(name: str) -> None:
    before = objects(ARCHIVES / name)

    assert verify(ARCHIVES / name) == []
    assert objects(ARCHIVES / name) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_named_and_nothing_else(damage: str, tmp_path: Path) -> None:
    said = verify(damaged(damage, tmp_path))

    unsaid = [complaint for complaint in EXPECTED[damage].complaints if not any(line.startswith(complaint) for line in said)]
    assert unsaid == []
    # What stands after a block that was changed fits no root any more.
    others = [line for line in said if not line.startswith(EXPECTED[damage].complaints) and not line.startswith("树根不符")]
    assert others == []


def test_an_archive_that_went_on_is_met_with_silence(tmp_path: Path) -> None:
    """Written to by the present program: healed log, audits, a certificate."""
    archive = golden("before-log", tmp_path)
    with service_on(archive) as service:
        service.activity.heal()
        audit_now(service)

    assert (archive / "log").is_dir()
    assert verify(archive) == []


class TestAStamp:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Path:
        """The certificate of the authority that stamped, as it publishes it."""
        stamp = ARCHIVES / "destroyed" / STAMP
        token = subprocess.run(["openssl", "ts", "-reply", "-in", stamp, "-token_out"], capture_output=True, check=True).stdout
        command = ["openssl", "pkcs7", "-inform", "DER", "-print_certs"]
        (tmp_path / "authority.pem").write_bytes(subprocess.run(command, input=token, capture_output=True, check=True).stdout)
        return tmp_path / "authority.pem"

    def test_of_its_day_is_met_with_silence(self, authority: Path) -> None:
        assert verify(ARCHIVES / "destroyed", AUTHORITY=authority) == []

    def test_whose_signature_was_changed_is_told_by_the_authority_s_certificate(self, authority: Path, tmp_path: Path) -> None:
        archive = golden("destroyed", tmp_path)
        stamp = archive / STAMP
        content = stamp.read_bytes()
        stamp.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

        said = [f"时间戳签名不符 signature of the stamp does not fit: {STAMP}"]
        assert (verify(archive), verify(archive, AUTHORITY=authority)) == ([], said)


class TestACertificate:
    @pytest.fixture
    def archive(self, tmp_path: Path) -> Path:
        return golden("present", tmp_path)

    @pytest.fixture
    def certificate(self, archive: Path, tmp_path: Path) -> Path:
        with service_on(archive) as service:
            write_certificate(certify(service, f"{FIRST[3:23]}-1", signer_at(str(tmp_path / "key.pem"))), tmp_path / "certificate")
        return tmp_path / "certificate"

    def test_of_this_archive_is_met_with_silence(self, archive: Path, certificate: Path) -> None:
        assert verify(archive, CERTIFICATE=certificate) == []

    def test_of_another_archive_is_told(self, certificate: Path) -> None:
        said = verify(ARCHIVES / "present", CERTIFICATE=certificate)

        assert [line.split(":")[0] for line in said] == [
            "此档案没有这个公钥 no key of this archive",
            "链头不在此档案的日志里 head not in the log of this archive",
        ]

    def test_with_a_changed_part_is_told(self, archive: Path, certificate: Path) -> None:
        flip(certificate, "statement.txt")

        assert verify(archive, CERTIFICATE=certificate) == ["statement.txt: FAILED"]

    def test_with_sums_that_nobody_signed_is_told(self, archive: Path, certificate: Path) -> None:
        flip(certificate, "SHA256SUMS")

        assert any(line.startswith("签名不符 signature does not fit") for line in verify(archive, CERTIFICATE=certificate))
