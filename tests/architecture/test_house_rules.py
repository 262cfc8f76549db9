"""Rules that nobody should have to remember."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, Module, dotted, files, imports, modules, texts

LONGEST = 400
LONGER: frozenset[str] = frozenset()
"""Modules that may still be longer than LONGEST; a name may leave this list and none may join it."""

VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "core", "base"}
EVERYTHING = modules(*PACKAGES, "tests", "deploy")
TESTS = modules("tests")

REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|debian)\.(org|com)")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.}/])/(work|root|tmp|home)/[A-Za-z0-9_]")


@pytest.mark.parametrize(("what", "pattern"), [("registry host", REGISTRY), ("path of one machine", MACHINE_PATH)])
def test_no_file_names_a_registry_or_a_path_of_one_machine(what: str, pattern: re.Pattern[str]) -> None:
    found = [f"{name}:{number}" for name, text in texts() for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]

    assert found == [], what


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "https://pypi" + ".org/simple"),
        (REGISTRY, "http://deb.debian" + ".org/debian"),
        (MACHINE_PATH, "open('" + "/tmp" + "/scan.png')"),
        (MACHINE_PATH, "/home" + "/somebody/x"),
    ],
)
def test_the_forbidden_names_are_recognized(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_no_module_is_too_long() -> None:
    longer = {module.name for module in EVERYTHING if module.source.count("\n") > LONGEST}

    assert longer == LONGER


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [module.name for module in EVERYTHING if VAGUE & {module.path.stem, module.path.parent.name}]

    assert vague == []


def test_writes_go_through_keep_which_does_not_believe_the_store() -> None:
    """Adapters aside, only those may call `put` themselves that read back what they wrote."""
    reading_back = {"storage/object_store.py", "storage/copying.py", "storage/mending.py", "storage/sealed.py"}
    believing = {module.name for module in modules("storage", "ocr_service", "api") if ".put(" in module.source}

    assert believing == reading_back


def test_every_module_says_what_lives_there() -> None:
    silent = [module.name for module in EVERYTHING if not ast.get_docstring(module.tree)]

    assert silent == []


def test_package_files_hold_a_docstring_and_nothing_else() -> None:
    fuller = [module.name for module in EVERYTHING if module.path.name == "__init__.py" and len(module.tree.body) != 1]

    assert fuller == []


def test_every_public_name_is_documented() -> None:
    silent = [f"{module.name}: {name}" for module in modules(*PACKAGES) for name in _undocumented(module.tree)]

    assert silent == []


def _undocumented(node: ast.Module | ast.ClassDef) -> list[str]:
    """Public functions and classes at the top of a module, and public methods of public classes."""
    found = []
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            if not ast.get_docstring(child):
                found.append(child.name)
            if isinstance(child, ast.ClassDef):
                found.extend(f"{child.name}.{name}" for name in _undocumented(child))
    return found


def test_tests_neither_wait_nor_give_up() -> None:
    """Waiting for a moment is a race, and a skipped test says nothing."""
    forbidden = {"time.sleep", "sleep", "asyncio.sleep", "anyio.sleep", "pytest.skip", "pytest.xfail", "pytest.importorskip"}
    found = [
        f"{module.name}:{node.lineno} {name}"
        for module in TESTS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and ((name := dotted(node)) in forbidden or name.startswith(("pytest.mark.skip", "pytest.mark.xfail")))
    ]

    assert found == []


def test_tests_run_the_real_thing() -> None:
    mocking = [module.name for module in TESTS for name in imports(module) if name.startswith(("unittest.mock", "mock", "pytest_mock"))]

    assert mocking == []


def test_only_a_stage_and_the_process_around_strangers_files_catch_everything() -> None:
    catching = [module.name for module in modules(*PACKAGES) if _catches_everything(module.tree)]

    assert catching == ["ocr_service/decoding/child.py", "ocr_service/stage.py"]


def _catches_everything(tree: ast.Module) -> bool:
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return any(handler.type is None or dotted(handler.type) in {"Exception", "BaseException"} for handler in handlers)


def test_nothing_is_left_undone() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    found = [
        f"{name}:{number}"
        for name, text in texts()
        if not name.endswith(f"architecture/{Path(__file__).name}")
        for number, line in enumerate(text.splitlines(), 1)
        if unfinished.search(line)
    ]

    assert found == []


def test_no_weights_and_nothing_large_lies_in_the_tree() -> None:
    large = [path.relative_to(ROOT).as_posix() for path in files() if path.stat().st_size > 400_000 or path.suffix in {".onnx", ".whl"}]

    assert large == []


def test_the_rules_look_at_all_code() -> None:
    seen: set[str] = {module.package for module in EVERYTHING}

    assert seen == {*PACKAGES, "tests", "deploy"}


def test_an_undocumented_method_is_noticed() -> None:
    tree = ast.parse('class Invoice:\n    """Doc."""\n    def total(self): ...\n    def _sum(self): ...\n')

    assert _undocumented(Module(ROOT / "models/x.py", "", tree).tree) == ["Invoice.total"]
