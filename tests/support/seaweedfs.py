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


@contextmanager
def seaweedfs(folder: Path) -> Iterator[S3Server]:
    """Run a server that keeps everything in `folder`; about three seconds pass until it answers.

    It is stopped by SIGKILL: it takes 16 seconds over SIGTERM, and what it acknowledged survives either.
    """
    access_key, secret_key = secrets.token_hex(8), secrets.token_hex(16)
    folder.mkdir(parents=True, exist_ok=True)
    identities = folder / "identities.json"
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    identities.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    ports = _free_ports("master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc", "s3", "s3.grpc")
    environment = {**os.environ, "HOME": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(_command(folder, identities, ports), stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        server = S3Server(f"http://127.0.0.1:{ports['s3']}", access_key, secret_key)
        _wait_until_up(server, ports)
        yield server
    finally:
        process.kill()
        process.wait()
        for role in ("master", "volume", "filer", "s3"):  # Unix sockets that it makes in the common temporary folder, whatever it is told
            (Path(tempfile.gettempdir()) / f"seaweedfs-{role}-grpc-{ports[f'{role}.grpc']}.sock").unlink(missing_ok=True)


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
