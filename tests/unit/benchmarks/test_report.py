"""Where benchmarks keep what they write."""

import argparse
from pathlib import Path

import pytest

from benchmarks.report import scratch_folder


def test_the_scratch_folder_of_a_relative_one_has_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with scratch_folder(argparse.Namespace(out=Path("results"))) as folder:
        assert folder.parent == tmp_path / "results"
        assert folder.is_dir()
    assert not folder.exists()
