"""A network in eight bits is used where it was made from these very weights and is whole."""

from pathlib import Path

import numpy as np
import openvino
import pytest

from models.errors import DigestMismatch
from ocr_service.engines import own
from ocr_service.engines.eight_bits import eight_bit_model, keep_eight_bits
from ocr_service.engines.own import OwnRecognizer
from ocr_service.engines.weights import Weights
from tests.support.engines import load_weights

QUICK = "PP-OCRv6_tiny_rec"


@pytest.fixture
def copied(tmp_path: Path) -> Weights:
    """The weights in a folder of the test's own."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for each in load_weights().folder.iterdir():
        if each.name != "eight-bits":
            (folder / each.name).symlink_to(each)
    return Weights(folder)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A network as the tools write it; its arithmetic is the published one's, which is all the same to what looks after it."""
    folder = tmp_path / "made"
    folder.mkdir()
    openvino.save_model(openvino.Core().read_model(load_weights().model(QUICK) / "inference.onnx"), folder / "model.xml")
    return folder


def test_what_nobody_made_is_not_there(copied: Weights) -> None:
    assert eight_bit_model(copied, QUICK) is None


def test_what_was_made_stands_beside_its_weights(copied: Weights, made: Path) -> None:
    place = keep_eight_bits(copied, QUICK, made)

    assert eight_bit_model(copied, QUICK) == place / "model.xml"
    assert (place / "model.bin").read_bytes() == (made / "model.bin").read_bytes()


def test_making_it_anew_replaces_it(copied: Weights, made: Path) -> None:
    place = keep_eight_bits(copied, QUICK, made)
    (made / "model.bin").write_bytes(b"anew")

    assert keep_eight_bits(copied, QUICK, made) == place
    assert (place / "model.bin").read_bytes() == b"anew"
    assert [each.name for each in place.parent.iterdir()] == [QUICK]


def test_a_network_of_other_weights_is_not_used(copied: Weights, made: Path) -> None:
    keep_eight_bits(copied, QUICK, made)
    other = copied.folder / QUICK
    other.unlink()
    other.mkdir()
    (other / "inference.onnx").write_bytes(b"other weights")

    assert eight_bit_model(copied, QUICK) is None


@pytest.mark.parametrize("part", ["model.xml", "model.bin"])
@pytest.mark.parametrize("is_gone", [True, False])
def test_a_damaged_network_is_refused(copied: Weights, made: Path, part: str, is_gone: bool) -> None:
    place = keep_eight_bits(copied, QUICK, made)
    (place / part).unlink()
    if not is_gone:
        (place / part).write_bytes(b"damaged")

    with pytest.raises(DigestMismatch, match="make it anew"):
        eight_bit_model(copied, QUICK)


@pytest.mark.parametrize("gains", [True, False])
def test_the_engine_takes_it_where_the_processor_gains(copied: Weights, made: Path, monkeypatch: pytest.MonkeyPatch, gains: bool) -> None:
    keep_eight_bits(copied, QUICK, made)
    monkeypatch.setattr(own, "gains_by_eight_bits", lambda: gains)
    engine = OwnRecognizer(copied, recognizer="tiny")

    assert ("int8" in engine.models["runtime"]) is gains
    assert len(engine.models["runtime"].split("; ")) == 1 + gains
    assert engine.recognize(np.full((100, 300, 3), 255, np.uint8)) == ()


def test_the_tools_write_for_the_runtime_that_the_service_has() -> None:
    root = Path(__file__).parents[3]
    pins = [(root / name).read_text(encoding="utf-8") for name in ("requirements.txt", "benchmarks/eight_bits/nncf.txt")]

    service, tools = (next(line for line in text.splitlines() if line.startswith("openvino==")) for text in pins)

    assert service == tools
