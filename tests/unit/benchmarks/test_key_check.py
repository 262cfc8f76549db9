"""What it measures is a key that opens."""

import random
from pathlib import Path

import pytest

from benchmarks.key_check import check
from ocr_service.access import Access


def test_every_check_finds_whose_key_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    by_key = Access.by_key

    def noted(access: Access, secret: str) -> object:
        principal = by_key(access, secret)
        found.append(principal.name)
        return principal

    monkeypatch.setattr(Access, "by_key", noted)
    assert len(check(str(tmp_path), 2, 6, random.Random(1))) == 6
    assert len(found) == 6
    assert {name.partition(":")[0] for name in found} == {"key"}
