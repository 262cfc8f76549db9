"""A real PostgreSQL for tests and benchmarks: a cluster of its own behind a Unix socket, nothing of it left afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL

_USER = "piaogen"
_BINARIES = Path("/usr/lib/postgresql")
"""Where Debian keeps `initdb` and `postgres`, a folder for each version, outside the search path."""

FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off", "max_connections": "200"}
"""For tests: what they write need not outlive the machine."""


@dataclass(frozen=True, slots=True)
class PostgreSQLServer:
    """A running server; whoever may open the folder of its socket may do everything."""

    folder: Path
    data: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        url = URL.create("postgresql+psycopg", username=_USER, database=database, query={"host": str(self.folder)})
        return url.render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a database that is new, or a copy of one that nobody is connected to; it is gone after the block."""
        name = f"d{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(f"host={self.folder} user={_USER} dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgresql(settings: dict[str, str], kept: Path | None = None) -> Iterator[PostgreSQLServer]:
    """Run a server with these settings; about two seconds pass until it answers.

    Its data lie in `kept`, and are used again when they are there already, or else in the common temporary folder and are removed.
    PostgreSQL refuses to run as root and is then given to the account `postgres`, or to `nobody` where there is no such account; that
    one must be able to reach the folder.
    """
    programs, account = _programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data" if kept is None else kept.absolute()
    try:
        for each in (folder, data):
            each.mkdir(parents=True, exist_ok=True)
            if account is not None:
                shutil.chown(each, account.pw_uid, account.pw_gid)
        if not (data / "PG_VERSION").exists():
            names = ("--auth=trust", f"--username={_USER}", "--locale=C.UTF-8", "--encoding=UTF8")
            _call(account, folder, programs / "initdb", "--no-sync", f"--pgdata={data}", *names)
        options = {"listen_addresses": "", "unix_socket_directories": str(folder), **settings}
        given = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        waiting = ("--wait", "--silent", f"--pgdata={data}")
        _call(account, folder, programs / "pg_ctl", "start", *waiting, f"--log={folder / 'server.log'}", f"--options={given}")
        try:
            yield PostgreSQLServer(folder, data)
        finally:
            _call(account, folder, programs / "pg_ctl", "stop", *waiting, "--mode=immediate" if kept is None else "--mode=fast")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise FileNotFoundError("PostgreSQL is not installed; `deploy/debian.sh test` says what is lacking")
    return Path(elsewhere).parent


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _call(account: pwd.struct_passwd | None, folder: Path, *command: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end, as another account when one is given."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    user, group = (None, None) if account is None else (account.pw_uid, account.pw_gid)
    with (folder / "commands.log").open("ab") as log:
        # The server keeps what it inherits open: a pipe would never end.
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=user,
            group=group,
            extra_groups=None if account is None else [],
        )
    if done.returncode:
        said = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.log")))
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{said}")
