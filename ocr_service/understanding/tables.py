"""The tables of general knowledge beside this module: lines of fields parted by tabs, `#` before a remark with source and date."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of one table, its heading included."""
    return tuple(_read(name))


def _read(name: str) -> Iterator[tuple[str, ...]]:
    text = (files(__package__) / "tables" / f"{name}.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split("\t"))


def listed(field: str) -> tuple[str, ...]:
    """The entries of a field, which are parted by `/`."""
    return tuple(entry for entry in field.split("/") if entry)
