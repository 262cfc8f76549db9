"""What commands leave on the disk is for their owner alone, and what they print moves no cursor."""

import stat
from pathlib import Path

from tests.support.command import piaogen, start_piaogen
from tests.support.pictures import a_picture


def test_files_and_folders_of_archive_and_catalogue_are_for_their_owner(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    start_piaogen("user", "add", "wang", "--role", "admin", "--password-stdin", archive=archive).communicate("correct horse battery\n")
    modes = {path.relative_to(tmp_path): stat.S_IMODE(path.stat().st_mode) for path in (archive, *archive.rglob("*"))}

    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    assert {oct(mode) for path, mode in modes.items() if path.match("access/users/wang/*")} == {"0o400"}


def test_a_file_name_cannot_turn_a_terminal_around(tmp_path: Path) -> None:
    (tmp_path / "\u202egpj.\x1b[2Jexe").write_bytes(a_picture(0)[:50])

    results = [piaogen("ingest", tmp_path / "\u202egpj.\x1b[2Jexe", *json, archive=tmp_path / "archive") for json in ([], ["--json"])]

    assert not any(sign in result.out + result.err for result in results for sign in "\u202e\x1b")
    assert "\u202e" in results[1].lines[0]["file"]
