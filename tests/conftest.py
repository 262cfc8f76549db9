"""What tests of several folders share: one PostgreSQL for the whole run, and a fresh catalogue in either database."""

import shutil
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from storage.catalogue.catalogue import Catalogue
from tests.support.catalogued import DIALECTS, StandingClock, opened, opened_at, url_in
from tests.support.postgresql import FORGETFUL, PostgreSQLServer, postgresql


@pytest.fixture(scope="session", autouse=True)
def from_this_machine() -> Iterator[None]:
    """A test's client asks over the loopback interface, as a browser on this machine does: nobody else is served without a login."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "__init__", partialmethod(TestClient.__init__, client=("127.0.0.1", 50_000)))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """A running PostgreSQL, started when the first test asks for it."""
    with postgresql(FORGETFUL) as server:
        yield server


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables: making them once is enough."""
    folder = tmp_path_factory.mktemp("empty")
    with opened(folder):
        pass
    return folder / "catalogue.sqlite3"


@pytest.fixture(scope="session")
def empty_database(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """The name of a PostgreSQL database with the tables, to be copied."""
    with postgresql_server.database() as name:
        with opened_at(postgresql_server.url(name)):
            pass
        yield name


@pytest.fixture
def new_file(tmp_path: Path, empty_file: Path) -> str:
    """The URL of a fresh catalogue in a file: `catalogue.sqlite3` in `tmp_path`."""
    shutil.copy(empty_file, tmp_path)
    return url_in(tmp_path)


@pytest.fixture
def new_database(postgresql_server: PostgreSQLServer, empty_database: str) -> Iterator[str]:
    """The URL of a fresh catalogue in a database of the server."""
    with postgresql_server.database(empty_database) as name:
        yield postgresql_server.url(name)


@pytest.fixture(params=DIALECTS)
def catalogue_url(request: pytest.FixtureRequest) -> str:
    """Where a fresh catalogue lies, once in each database."""
    url: str = request.getfixturevalue({"sqlite": "new_file", "postgresql": "new_database"}[request.param])
    return url


@pytest.fixture
def catalogue(catalogue_url: str) -> Iterator[Catalogue]:
    """A fresh catalogue, once in each database."""
    with opened_at(catalogue_url) as catalogue:
        yield catalogue


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()
