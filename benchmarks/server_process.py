"""`piaogen serve` in a process of its own that may be killed at any moment and started again on the same port."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Self

import httpx2 as httpx

START_SECONDS = 120.0
_PAUSE = 0.1


class ServerProcess:
    """A server over an archive; its log goes into a file, since a pipe that nobody reads would stop it."""

    def __init__(self, archive: Path, log: Path, *, workers: int) -> None:
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name == "PIAOGEN_WEIGHTS"}
        self._environment = kept | {"PIAOGEN_ARCHIVE": str(archive)}
        arguments = ("serve", "--port", str(port), "--workers", str(workers))
        self._command = [sys.executable, "-m", "ocr_service.cli", *arguments]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers; raise RuntimeError when it ends or is silent."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)
        deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start, see {self._log}")
            pause.wait(_PAUSE)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def worker_processes(self) -> list[int]:
        """The ids of its processes that read."""
        if self._process is None:
            return []
        children = (Path("/proc") / str(self._process.pid) / "task").glob("*/children")
        found = [int(child) for listed in children for child in listed.read_text(encoding="ascii").split()]
        return [child for child in found if b"spawn_main" in _command_of(child)]

    def kill_worker(self, number: int) -> bool:
        """End one of its worker processes, whichever the number falls on; False when there is none."""
        processes = self.worker_processes()
        if not processes:
            return False
        os.kill(processes[number % len(processes)], signal.SIGKILL)
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/livez", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def _command_of(process: int) -> bytes:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes()
    except OSError:
        return b""
