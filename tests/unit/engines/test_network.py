"""One network on both runtimes, and how the runtime is chosen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ocr_service.engines.network import load_network, multiplies_bfloat16, multiplies_bytes
from ocr_service.engines.recognition import batch_of, characters_of
from ocr_service.engines.weights import Weights
from tests.support.engines import weights

__all__ = ["weights"]


@pytest.mark.parametrize(
    ("multiplies", "flags", "has_it"),
    [
        (multiplies_bfloat16, "fpu avx2 avx512_bf16", True),
        (multiplies_bfloat16, "fpu amx_bf16", True),
        (multiplies_bfloat16, "fpu avx2 avx512f", False),
        (multiplies_bfloat16, "fpu avx512_bf16x", False),
        (multiplies_bytes, "fpu avx512_vnni", True),
        (multiplies_bytes, "fpu avx_vnni", True),
        (multiplies_bytes, "fpu amx_int8", True),
        (multiplies_bytes, "fpu avx2 avx512f", False),
    ],
)
def test_arithmetic_is_told_by_the_flags_of_the_processor(
    tmp_path: Path, multiplies: Callable[[Path], bool], flags: str, has_it: bool
) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor\t: 0\nmodel name\t: Some\nflags\t\t: {flags}\nbugs\t\t: avx512_bf16 avx_vnni\n", encoding="utf-8")

    assert multiplies(told) is has_it


@pytest.mark.parametrize("content", [None, "", "processor : 0\n"])
def test_where_the_system_does_not_tell_there_is_no_bfloat16(tmp_path: Path, content: str | None) -> None:
    told = tmp_path / "cpuinfo"
    if content is not None:
        told.write_text(content, encoding="utf-8")

    assert multiplies_bfloat16(told) is False


def test_both_runtimes_give_the_same(weights: Weights) -> None:
    path = weights.model("PP-OCRv6_tiny_rec") / "inference.onnx"
    strip = np.random.default_rng(1).integers(0, 255, (30, 200, 3), np.uint8)
    plain, quick = (load_network(path, threads=1, bfloat16=bfloat16) for bfloat16 in (False, True))

    results = [network(batch_of(strip, 32)) for network in (plain, quick)]

    assert (plain.runtime.partition(" ")[0], quick.runtime.partition(" ")[0]) == ("onnxruntime", "openvino")
    assert results[0].shape == results[1].shape
    # bfloat16 keeps eight bits of a number.
    assert np.abs(results[0] - results[1]).max() < 0.1


def test_a_second_picture_does_not_change_what_was_given_for_the_first(weights: Weights) -> None:
    network = load_network(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx", threads=1, bfloat16=True)
    first = network(np.zeros((1, 3, 48, 96), np.float32))
    kept = first.copy()

    network(np.ones((1, 3, 48, 96), np.float32))

    assert np.array_equal(first, kept)


@pytest.mark.parametrize(
    ("size", "step", "width"), [((48, 300), 8, 304), ((48, 300), 32, 320), ((24, 10), 8, 96), ((10, 2000), 8, 3200), ((1, 1), 8, 96)]
)
def test_a_strip_is_padded_no_more_than_the_step(size: tuple[int, int], step: int, width: int) -> None:
    assert batch_of(np.zeros((*size, 3), np.uint8), step).shape == (1, 3, 48, width)


def test_padding_is_grey_and_print_keeps_its_shade() -> None:
    batch = batch_of(np.full((48, 100, 3), 255, np.uint8), 32)

    assert set(np.unique(batch[..., :100])) == {1.0}
    assert set(np.unique(batch[..., 100:])) == {0.0}


@pytest.mark.parametrize(("model", "count"), [("PP-OCRv6_tiny_rec", 6905), ("PP-OCRv6_small_rec", 18709)])
def test_the_characters_are_as_many_as_the_network_tells_apart(weights: Weights, model: str, count: int) -> None:
    characters = characters_of(weights.model(model))

    assert (len(characters), characters[-1]) == (count, " ")
    assert all(isinstance(character, str) for character in characters)
