"""A real S3 server for tests: SeaweedFS on free ports of the loopback interface, nothing of it left afterwards."""

import json
import os
import secrets
import socket
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3


@dataclass(frozen=True, slots=True)
class S3Server:
    """How to reach the server; the keys are made anew for every start."""

    endpoint: str
    access_key: str
    secret_key: str


class SeaweedFs:
    """A server that keeps everything in a folder, and may be killed at any moment and started again on the same ports."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs before `start`."""
        self._ports = _free_ports("master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc", "s3", "s3.grpc")
        self.server = S3Server(f"http://127.0.0.1:{self._ports['s3']}", secrets.token_hex(8), secrets.token_hex(16))
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; about three seconds pass until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        identities = self._folder / "identities.json"
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": self.server.access_key, "secretKey": self.server.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        identities.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        command, environment = _command(self._folder, identities, self._ports), {**os.environ, "HOME": str(self._folder)}
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, env=environment)

    def wait_until_up(self) -> None:
        """Return when it answers; raise MaxRetryError when that takes over a minute."""
        _wait_until_up(self.server, self._ports)

    def kill(self) -> None:
        """End it by SIGKILL: it takes 16 seconds over SIGTERM, and what it acknowledged survives either."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for role in ("master", "volume", "filer", "s3"):  # Unix sockets that it makes in the common temporary folder, whatever it is told
            (Path(tempfile.gettempdir()) / f"seaweedfs-{role}-grpc-{self._ports[f'{role}.grpc']}.sock").unlink(missing_ok=True)


@contextmanager
def seaweedfs(folder: Path) -> Iterator[S3Server]:
    """Run a server that keeps everything in `folder` until the block ends."""
    running = SeaweedFs(folder)
    running.start()
    try:
        running.wait_until_up()
        yield running.server
    finally:
        running.kill()


def _command(folder: Path, identities: Path, ports: dict[str, int]) -> list[str]:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return [
        str(Path(sysconfig.get_path("scripts")) / "weed"),
        *("-logtostderr=true", "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-master.port={ports['master']}", f"-master.port.grpc={ports['master.grpc']}"),
        *("-master.volumeSizeLimitMB=64", "-master.telemetry=false", "-master.electionTimeout=1s"),
        *(f"-volume.port={ports['volume']}", f"-volume.port.grpc={ports['volume.grpc']}", "-volume.max=50", "-volume.preStopSeconds=1"),
        *("-filer", f"-filer.port={ports['filer']}", f"-filer.port.grpc={ports['filer.grpc']}", f"-filer.localSocket={folder / 'f.sock'}"),
        *("-s3", f"-s3.port={ports['s3']}", f"-s3.port.grpc={ports['s3.grpc']}", f"-s3.localSocket={folder / 's.sock'}"),
        *("-s3.ip.bind=127.0.0.1", f"-s3.config={identities}", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false"),
    ]


def _free_ports(*names: str) -> dict[str, int]:
    """A free port for each name, all held open together so that they differ."""
    with ExitStack() as held:
        ports: dict[str, int] = {}
        for name in names:
            listener = held.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            ports[name] = listener.getsockname()[1]
    return ports


def _wait_until_up(server: S3Server, ports: dict[str, int]) -> None:
    """Ask until the S3 door answers and the master has a volume to write to; raise MaxRetryError when that takes over a minute."""
    patience = urllib3.Retry(
        total=None, connect=120, read=120, status=120, status_forcelist=[404, 406, 500, 503], backoff_factor=0.1, backoff_max=0.5
    )
    with urllib3.PoolManager(retries=patience, timeout=5.0) as pool:
        pool.request("GET", f"http://127.0.0.1:{ports['master']}/dir/assign")
        pool.request("GET", server.endpoint)
