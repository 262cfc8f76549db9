"""The project's own files, for the tests that look at them."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "storage", "ocr_service", "api", "benchmarks")
_TEXT_SUFFIXES = {".py", ".toml", ".txt", ".in", ".md", ".sh", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".ini", ""}
_BUILT = {"__pycache__", "node_modules"}


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    path: Path
    source: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path from the root of the project, to be read in a failure."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        """The top-level folder that it lies in."""
        return self.path.relative_to(ROOT).parts[0]


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below these folders of the root."""
    paths = sorted(path for folder in folders for path in files(ROOT / folder) if path.suffix == ".py")
    gc.disable()
    found = tuple(map(_module, paths))
    # The trees are kept to the end: without this, each collection would walk millions of nodes anew.
    gc.freeze()
    gc.enable()
    return found


@cache
def _module(path: Path) -> Module:
    source = path.read_text(encoding="utf-8")
    return Module(path, source, ast.parse(source))


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file below a folder but for what is built, hidden (`.ci` aside) or an archive."""
    for path in sorted(folder.iterdir()):
        name = path.name
        if (name.startswith(".") and name not in {".ci", ".gitignore", ".dockerignore"}) or name in _BUILT:
            continue
        if name.endswith(".egg-info") or name.startswith(("demo-archive", "piaogen-data")):
            continue
        if (path / "piaogen-archive.json").exists():
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the project."""
    for path in files():
        if path.suffix in _TEXT_SUFFIXES:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def imports(module: Module) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def dotted(node: ast.AST) -> str:
    """`time.sleep` for the expression that says so; empty for anything but names and attributes."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case _:
            return ""
