"""The import contracts of pyproject.toml hold, and they are about everything that is there."""

import tomllib
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.source_tree import PACKAGES, ROOT, modules

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _contract(name_part: str) -> dict[str, Any]:
    contracts: list[dict[str, Any]] = PYPROJECT["tool"]["importlinter"]["contracts"]
    [found] = [contract for contract in contracts if name_part in contract["name"]]
    return found


def test_every_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_contracts_are_about_every_package() -> None:
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert {module.package for module in modules(*PACKAGES)} == set(PACKAGES)


@pytest.mark.parametrize("package", ["ocr_service", "api"])
def test_a_module_without_a_place_is_refused(package: str) -> None:
    contract = _contract(f"Inside {package}")

    assert contract["exhaustive"] is True
    assert "exhaustive_ignores" not in contract


def test_every_concrete_store_and_engine_is_protected() -> None:
    """Whoever adds a store adds it to the contract: what implements `put` is one."""
    stores = {
        f"storage.{module.path.stem}"
        for module in modules("storage")
        if module.path.parent.name == "storage" and module.path.stem != "object_store" and "    def put(self" in module.source
    }

    assert stores | {"ocr_service.engines"} == set(_contract("Concrete stores")["protected_modules"])


def test_no_contract_makes_exceptions() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]

    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []
