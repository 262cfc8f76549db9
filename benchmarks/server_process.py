"""`piaogen serve` in a process of its own that may be killed at any moment and started again on the same port."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Self

import httpx2 as httpx

START_SECONDS = 120.0
_PAUSE = 0.1


class ServerProcess:
    """A server over an archive; its log goes into a file, since a pipe that nobody reads would stop it."""

    def __init__(self, archive: Path, log: Path, *, workers: int, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are further PIAOGEN_ variables, by their full names."""
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name == "PIAOGEN_WEIGHTS"}
        self._environment = kept | {"PIAOGEN_ARCHIVE": str(archive)} | dict(settings or {})
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

    def stop(self) -> None:
        """Let it end by itself."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    @property
    def environment(self) -> dict[str, str]:
        """What its process sees; commands over the same archive need the same."""
        return dict(self._environment)

    @property
    def pid(self) -> int | None:
        """The id of its process; None when none runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def worker_processes(self) -> list[int]:
        """The ids of its processes that read."""
        return self._children(b"spawn_main")

    def opening_processes(self) -> list[int]:
        """The ids of its processes that open strangers' files."""
        return self._children(b"ocr_service.decoding.child")

    def kill_worker(self, number: int) -> bool:
        """End one of its worker processes, whichever the number falls on; False when there is none."""
        return _kill_one(self.worker_processes(), number)

    def kill_opening(self, number: int) -> bool:
        """End one of the processes that open files, whichever the number falls on; False when there is none."""
        return _kill_one(self.opening_processes(), number)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _children(self, mark: bytes) -> list[int]:
        if self._process is None:
            return []
        found: list[int] = []
        for listed in (Path("/proc") / str(self._process.pid) / "task").glob("*/children"):
            with suppress(OSError):  # the thread ended meanwhile
                found.extend(int(child) for child in listed.read_text(encoding="ascii").split())
        return [child for child in found if mark in _command_of(child)]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/livez", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def _kill_one(processes: list[int], number: int) -> bool:
    if not processes:
        return False
    try:
        os.kill(processes[number % len(processes)], signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _command_of(process: int) -> bytes:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes()
    except OSError:
        return b""
