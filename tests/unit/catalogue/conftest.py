"""A fresh catalogue in a real SQLite file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalogue.catalogue import Catalogue
from tests.support.catalogued import StandingClock, opened


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables: making them once is enough."""
    folder = tmp_path_factory.mktemp("empty")
    with opened(folder):
        pass
    return folder / "catalogue.sqlite3"


@pytest.fixture
def catalogue(tmp_path: Path, empty_catalogue: Path) -> Iterator[Catalogue]:
    shutil.copy(empty_catalogue, tmp_path)
    with opened(tmp_path) as catalogue:
        yield catalogue


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()
