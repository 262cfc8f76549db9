"""`piaogen serve` in a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import httpx2 as httpx

from tests.support.command import start_piaogen
from tests.support.waiting import until


@contextmanager
def serving(archive: Path, *, workers: int, **settings: str) -> Iterator[tuple[httpx.Client, "subprocess.Popen[str]"]]:
    """A server and a client of it, once it answers; with workers, once it is ready to read. `settings` are PIAOGEN_ variables."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start_piaogen("serve", "--port", str(port), "--workers", str(workers), archive=archive, **settings)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90) as client:
            until(lambda: _answers(client, "/readyz" if workers else "/livez") or process.poll() is not None)
            assert process.poll() is None, process.communicate()
            yield client, process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _answers(client: httpx.Client, probe: str) -> bool:
    try:
        return client.get(probe).status_code == 200
    except httpx.TransportError:
        return False
