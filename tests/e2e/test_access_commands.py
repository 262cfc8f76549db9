"""`piaogen user` and `piaogen key` as an administrator types them."""

from collections.abc import Callable
from pathlib import Path

from models.access import Right
from ocr_service.access import Access
from ocr_service.composition import build_service
from ocr_service.passwords import fits
from ocr_service.settings import Settings
from tests.support.command import Result, start_piaogen

PASSWORD = "correct horse battery"


def _piaogen(archive: Path, *arguments: str, typed: str = "") -> Result:
    process = start_piaogen(*arguments, "--archive", str(archive))
    out, err = process.communicate(typed, timeout=60)
    return Result(process.returncode, out, err)


def test_a_person_is_given_a_login_and_let_in_no_more(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    added = _piaogen(archive, "user", "add", "wang", "--role", "admin", "--password-stdin", "--json", typed=PASSWORD + "\n")
    again = _piaogen(archive, "user", "add", "wang", "--role", "clerk", "--password-stdin", typed=PASSWORD + "\n")
    weak = _piaogen(archive, "user", "add", "li", "--role", "clerk", "--password-stdin", typed="1234\n")
    wrong = _piaogen(archive, "user", "add", "li", "--role", "boss", "--password-stdin", typed=PASSWORD + "\n")
    disabled = _piaogen(archive, "user", "disable", "wang", "--json")

    assert (added.code, added.lines[0]["role"]) == (0, "admin")
    assert [result.code for result in (again, weak, wrong)] == [2, 2, 2]
    assert ["user_exists" in again.err, "invalid_access" in weak.err, "uploader" in wrong.err] == [True] * 3
    assert disabled.lines[0]["disabled"] is True
    assert not any(PASSWORD in result.out + result.err for result in (added, again, wrong))
    access, close = _opened(archive)
    record = access.index.user("wang")
    assert (record.version, record.by.startswith("cli:")) == (2, True)
    assert fits(PASSWORD, access.user("wang").password_hash)
    close()


def test_a_key_is_shown_once_and_withdrawn(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    made = _piaogen(archive, "key", "add", "scanner 1", "--scope", "uploads:write", "--expires", "2999-12-31")
    access, close = _opened(archive)
    [found] = access.keys()
    principal = access.by_key(made.out.strip())
    close()
    listed = _piaogen(archive, "key", "list", "--json")
    revoked = _piaogen(archive, "key", "revoke", found.key.id)
    refused = [
        _piaogen(archive, "key", "add", "x", "--scope", "everything"),
        _piaogen(archive, "key", "add", "x", "--scope", "uploads:write", "--expires", "2020-01-01"),
        _piaogen(archive, "key", "add", "x", "--scope", "uploads:write", "--expires", "soon"),
    ]

    assert principal.rights == {Right.UPLOAD}
    assert made.out.strip() not in listed.out
    assert listed.lines[0]["expires_at"] == "2999-12-31T15:59:59.999999+00:00"
    assert revoked.code == 0
    assert [result.code for result in refused] == [2, 2, 2]
    assert _piaogen(archive, "key", "list", "--json").lines[0]["revoked"] is True
    assert _piaogen(archive, "key", "revoke", "none").code == 4


def _opened(archive: Path) -> tuple[Access, Callable[[], None]]:
    service = build_service(Settings(archive=str(archive)))
    return Access.over(service.archive.store, service.catalogue, service.activity), service.catalogue.close


def test_a_lost_second_factor_is_taken_away(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    _piaogen(archive, "user", "add", "wang", "--role", "admin", "--password-stdin", typed=PASSWORD + "\n")
    access, close = _opened(archive)
    access.change_user("wang", totp_secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    close()
    before = _piaogen(archive, "user", "list", "--json")
    reset = _piaogen(archive, "user", "totp-reset", "wang", "--json")
    nobody = _piaogen(archive, "user", "totp-reset", "li")

    assert (before.lines[0]["second_factor"], reset.lines[0]["second_factor"]) == (True, False)
    assert "GEZDGNBVGY3TQOJQ" not in before.out + reset.out
    assert nobody.code == 4
