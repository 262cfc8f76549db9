"""A real Temporal server for tests: on a free port of the loopback interface, its state in a file that outlives the process."""

import asyncio
import signal
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client

from ocr_service.settings import Settings
from ocr_service.temporal.connection import AWAY, connect
from tests.support.waiting import until


@dataclass(slots=True)
class TemporalServer:
    """One server at one address; it can be killed and started again, and knows then what it knew."""

    folder: Path
    port: int
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def address(self) -> str:
        """As `PIAOGEN_TEMPORAL` names it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers, two seconds or so."""
        command = [
            *(str(Path(sysconfig.get_path("scripts")) / "temporal"), "server", "start-dev", "--headless", "--ip", "127.0.0.1"),
            *("--port", str(self.port), "--db-filename", str(self.folder / "temporal.sqlite"), "--log-level", "warn"),
        ]
        with (self.folder / "temporal.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env={"HOME": str(self.folder)})
        until(self._answers, seconds=60)

    def kill(self) -> None:
        """End it with SIGKILL, wherever it is."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "temporal.log").read_text(encoding="utf-8")

        async def ask() -> Client:
            return await connect(Settings(temporal=self.address))

        try:
            asyncio.run(ask())
        except AWAY:
            return False
        return True


@contextmanager
def temporal_server(folder: Path, *, started: bool = True) -> Iterator[TemporalServer]:
    """A server that keeps everything in `folder`; it is gone after the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = TemporalServer(folder, probe.getsockname()[1])
    try:
        if started:
            server.start()
        yield server
    finally:
        server.kill()
