"""A sealed archive as a user has one: sealed by a copy, opened by its key alone, and by another after the key was changed."""

import json
from pathlib import Path

import pytest

from models.errors import InvalidSetting
from ocr_service.seal_key import read_seal_key
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_reading
from tests.support.command import piaogen

KEY, OTHER = "ab" * 32, "cd" * 32


def test_an_archive_is_sealed_its_key_is_changed_and_it_is_opened_again(tmp_path: Path) -> None:
    archive = InvoiceArchive(FileSystemStore(tmp_path / "clear")).open()
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    archive.add_reading(a_reading(SCAN), NOON, version=1)
    sealed, key_file = tmp_path / "sealed", tmp_path / "key"
    key_file.write_text(KEY + "\n", encoding="ascii")

    copied = piaogen("copy", "--seal", sealed, archive=tmp_path / "clear", seal_key=f"file:{key_file}")
    rebuilt = piaogen("rebuild", archive=sealed, seal_key=f"command:cat {key_file}")
    keyless = piaogen("audit", archive=sealed)
    wrong = piaogen("audit", archive=sealed, seal_key=OTHER)
    rotated = piaogen("rekey", "--json", archive=sealed, seal_key=KEY, next_seal_key=OTHER)
    audited = piaogen("audit", "--json", archive=sealed, seal_key=OTHER)
    opened = piaogen("copy", "--clear", sealed, tmp_path / "opened", seal_key=OTHER)

    assert [each.code for each in (copied, rebuilt, keyless, wrong, rotated, audited, opened)] == [0, 0, 2, 2, 0, 0, 0], keyless.err
    assert "PIAOGEN_SEAL_KEY" in keyless.err
    assert "not the key of this archive" in wrong.err
    assert KEY not in wrong.err + keyless.err
    assert audited.lines[0]["sound"]
    said = [json.loads(path.read_bytes())["entries"] for path in sorted((tmp_path / "opened" / "log").rglob("*.json"))]
    assert [entry["action"] for entries in said for entry in entries].count("archive.rekeyed") == 1
    original = layout.original_key(DIGEST)
    assert SCAN not in (sealed / original).read_bytes()
    assert (tmp_path / "opened" / original).read_bytes() == SCAN


@pytest.mark.parametrize("text", ["file:/nowhere/key", "command:false", "command:no-such-program", "command:echo short", "command:'", ""])
def test_a_key_that_is_not_to_be_had_is_told_without_a_word_of_it(text: str) -> None:
    with pytest.raises(InvalidSetting, match="PIAOGEN_SEAL_KEY") as told:
        read_seal_key(text, "PIAOGEN_SEAL_KEY")

    assert "short" not in told.value.message


def test_half_a_key_is_refused_and_not_repeated() -> None:
    result = piaogen("find", seal_key="ab" * 20)

    assert result.code == 2
    assert "ab" * 20 not in result.err
