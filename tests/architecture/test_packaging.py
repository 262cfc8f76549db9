"""What is installed holds everything that the source tree holds, under one name."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, files

PACKAGES = ("models", "storage", "ocr_service", "api")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in a copy, as the image builds it."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    source.mkdir()
    for name in ("pyproject.toml", "setup.py", "requirements.in", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("piaogen", *PACKAGES):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--wheel-dir", str(place)]

    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True, capture_output=True)

    [built] = place.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_inside_one(wheel: Path) -> None:
    """A template that stays behind would break the pages there and nowhere else; a name beside ours may be somebody else's."""
    inside = {f"piaogen/{path.relative_to(ROOT).as_posix()}" for name in PACKAGES for path in files(ROOT / name)}
    own = {path.relative_to(ROOT).as_posix() for path in files(ROOT / "piaogen")}

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert packed == inside | own


@pytest.mark.parametrize("arguments", [["--version"], ["read", "--json", str(ROOT / "examples/scan-01.jpg")]], ids=["itself", "children"])
def test_it_runs_beside_packages_of_the_same_names(wheel: Path, tmp_path: Path, arguments: list[str]) -> None:
    """`read` starts the processes that open files, which must find the packages too."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for name in PACKAGES:
        (site / name).mkdir()
        (site / name / "__init__.py").write_text("raise ImportError('somebody else installed this')\n", encoding="utf-8")
    settings = {"PYTHONPATH": str(site), "PIAOGEN_ARCHIVE": str(tmp_path / "archive")}

    done = subprocess.run(
        [sys.executable, "-P", "-m", "piaogen", *arguments], cwd=tmp_path, env={**os.environ, **settings}, capture_output=True, check=False
    )

    assert (done.returncode, b"ImportError" in done.stderr) == (0, False), done.stderr
