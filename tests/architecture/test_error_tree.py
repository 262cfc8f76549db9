"""The error tree that people read is the one that programs get."""

import inspect
from collections import Counter

import pytest

from api.error_handlers import STATUS, status_of
from models import errors
from models.errors import PiaogenError
from tests.architecture.source_tree import PACKAGES, imports, modules

EXIT_CODES = {"BadUsage": 2, "RefusedInput": 3, "NotFound": 4, "IntegrityViolated": 5, "Conflict": 2, "NotAllowed": 2, "Unavailable": 6}


def _tree(error: type[PiaogenError], depth: int = 0) -> list[str]:
    """Names of an error and of all below it, indented by two blanks a level, in the order of the source."""
    return ["  " * depth + error.__name__] + [line for below in error.__subclasses__() for line in _tree(below, depth + 1)]


def _all() -> list[type[PiaogenError]]:
    return [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, PiaogenError)]


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    lines = (errors.__doc__ or "").splitlines()
    start = lines.index("PiaogenError")
    drawn = [line[:28].rstrip() for line in lines[start : lines.index("", start)]]
    # what a person wrote beside a name starts with its exit code
    drawn = [line.split("  ")[0] if not line.startswith(" ") else line for line in drawn]

    assert drawn == _tree(PiaogenError)


def test_every_error_stands_in_the_one_module() -> None:
    elsewhere = [error.__module__ for error in PiaogenError.__subclasses__() if error.__module__ != "models.errors"]

    assert elsewhere == []


def test_codes_are_unique() -> None:
    codes = Counter(error.code for error in _all())

    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize(("branch", "exit_code"), EXIT_CODES.items())
def test_a_branch_keeps_its_exit_code(branch: str, exit_code: int) -> None:
    below = [error for error in _all() if issubclass(error, getattr(errors, branch))]

    assert {error.exit_code for error in below} == {exit_code}


def test_the_exit_codes_of_the_docstring_are_those_of_the_classes() -> None:
    shown = {}
    for line in (errors.__doc__ or "").splitlines():
        words = line.split()
        if len(words) > 1 and words[1].isdigit():
            shown[words[0]] = int(words[1])

    assert shown == EXIT_CODES


def test_what_may_be_tried_again_is_what_is_unavailable() -> None:
    assert {error for error in _all() if error.retryable} == {error for error in _all() if issubclass(error, errors.Unavailable)}


def test_every_error_answers_with_the_status_of_itself_or_an_ancestor() -> None:
    assert [error.__name__ for error in _all() if status_of(error) < 400] == []
    assert set(STATUS) <= set(_all())


def test_every_error_is_raised_somewhere() -> None:
    """An error that nobody raises promises something that is not there."""
    branches = {error.__name__ for error in _all() if error.__subclasses__()}
    named = {alias for module in modules(*PACKAGES) for alias in _raised(module.source)}
    leaves = {error.__name__ for error in _all()} - branches

    assert leaves - named == set()


def _raised(source: str) -> set[str]:
    return {name.__name__ for name in _all() if f"{name.__name__}(" in source.replace(f"class {name.__name__}(", "")}


def test_statuses_of_http_are_known_to_the_api_alone() -> None:
    below = [module.name for module in modules("models", "storage", "ocr_service") if "http" in set(imports(module))]

    assert below == []
