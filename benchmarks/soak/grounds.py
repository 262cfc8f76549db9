"""What is killed: a server with its workers over a sealed archive in two places, the second on a real S3 server."""

import json
import random
import secrets
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.server_process import ServerProcess
from models.errors import BadUsage
from tests.support.seaweedfs import SeaweedFs

SERVER, WORKER, OPENING, S3 = "server", "worker", "opening", "s3"
KINDS = (SERVER, WORKER, OPENING, S3)
"""What can be killed: the server, one of its workers, one of the processes that open files, the S3 server of the mirror."""
WEIGHTS = {SERVER: 3, WORKER: 4, OPENING: 3, S3: 2}
PASSWORD = "soaked-through-and-through"
CLERK = "clerk"
_STARTS = 60
_BETWEEN_STARTS = 1.0
_S3_STAYS_AWAY = 2.0


class Grounds:
    """Where it all happens. One thread kills; any number use the service meanwhile."""

    def __init__(self, folder: Path, *, workers: int, on_s3: bool) -> None:
        """With `on_s3` the second place lies on an S3 server, else in another folder."""
        self.folder = folder = folder.resolve()
        self._s3 = SeaweedFs(folder / "weed") if on_s3 else None
        settings = {
            "PIAOGEN_MIRROR": "s3://soak/archive" if on_s3 else str(folder / "second"),
            "PIAOGEN_SEAL_KEY": secrets.token_hex(32),
            "PIAOGEN_SIGNING_KEY": str(folder / "signing-key.pem"),
            "PIAOGEN_LEASE_SECONDS": "10",
            "PIAOGEN_BUDGETS": "corrections=100000/minute reprocessings=100000/minute",
        }
        if self._s3 is not None:
            server = self._s3.server
            settings["PIAOGEN_MIRROR_S3_ENDPOINT"] = server.endpoint
            settings["PIAOGEN_MIRROR_S3_ACCESS_KEY"] = server.access_key
            settings["PIAOGEN_MIRROR_S3_SECRET_KEY"] = server.secret_key
        self.server = ServerProcess(folder / "archive", folder / "server.log", workers=workers, settings=settings)
        self.kills: Counter[str] = Counter()
        self.key = ""

    @property
    def url(self) -> str:
        """Where the service answers, when it does."""
        return self.server.url

    def strike(self, kind: str, rng: random.Random) -> None:
        """Kill one and bring it back."""
        if kind == SERVER:
            self.server.kill()
            self.start_server()
            self.kills[SERVER] += 1
        elif kind == WORKER:
            self.kills[WORKER] += self.server.kill_worker(rng.randrange(100))
        elif kind == OPENING:
            self.kills[OPENING] += self.server.kill_opening(rng.randrange(100))
        elif self._s3 is not None:
            # It is not waited for: what is killed next may be killed while the second place is away.
            self._s3.kill()
            threading.Event().wait(rng.uniform(0.0, _S3_STAYS_AWAY))
            self._s3.start()
            self.kills[S3] += 1

    def start_server(self) -> None:
        """Start it until it starts: it does not while the second place is away, and whoever runs it starts it again."""
        pause = threading.Event()
        for _ in range(_STARTS):
            try:
                self.server.start()
            except RuntimeError:
                pause.wait(_BETWEEN_STARTS)
            else:
                return
        raise RuntimeError(f"the server never started again, see {self.folder / 'server.log'}")

    def settle(self) -> None:
        """Wait until the second place answers again."""
        if self._s3 is not None:
            self._s3.wait_until_up()

    def command(self, *arguments: str, told: str = "") -> "subprocess.CompletedProcess[str]":
        """Run `piaogen` over the archive."""
        line = [sys.executable, "-m", "ocr_service.cli", *arguments, "--json"]
        return subprocess.run(line, env=self.server.environment, input=told, capture_output=True, text=True, check=False)

    def resident_megabytes(self) -> int | None:
        """What the server's own process holds; None while it does not run."""
        pid = self.server.pid
        try:
            status = (Path("/proc") / str(pid) / "status").read_text(encoding="ascii")
        except OSError:
            return None
        held = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(held[0]) // 1024 if held else None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undone:
            undone.callback(self._end)
            if self._s3 is not None:
                self._s3.start()
                self._s3.wait_until_up()
            self._require(self.command("user", "add", CLERK, "--role", "admin", "--password-stdin", told=PASSWORD + "\n"))
            self.key = str(json.loads(self._require(self._add_key()))["key"])
            self.server.start()
            undone.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        self.server.__exit__(None, None, None)
        if self._s3 is not None:
            self._s3.kill()

    def _add_key(self) -> "subprocess.CompletedProcess[str]":
        scopes: Sequence[str] = ("uploads:write", "invoices:read", "invoices:correct", "exports:read", "metrics:read", "archive:admin")
        return self.command("key", "add", "scanner", *(part for scope in scopes for part in ("--scope", scope)))

    @staticmethod
    def _require(done: "subprocess.CompletedProcess[str]") -> str:
        if done.returncode:
            raise BadUsage(f"the archive could not be set up: {done.stderr[-500:]}")
        return done.stdout.strip().splitlines()[-1]
