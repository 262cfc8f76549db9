"""One network on both runtimes, and how the runtime is chosen."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr_service.engines.detection import TextDetector
from ocr_service.engines.detector_ending import at_a_quarter, full_size
from ocr_service.engines.openvino_runtime import openvino
from ocr_service.engines.recognition import LineReader, batch_of, characters_of
from ocr_service.engines.runtimes import gains_by_eight_bits, load_network, multiplies_bfloat16
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
        (gains_by_eight_bits, "fpu avx512_vnni avx512_bf16", True),
        (gains_by_eight_bits, "fpu avx_vnni", True),
        (gains_by_eight_bits, "fpu amx_int8", True),
        (gains_by_eight_bits, "fpu avx512_vnni amx_int8 amx_bf16", False),
        (gains_by_eight_bits, "fpu avx2 avx512f", False),
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
    strip = np.full((48, 300, 3), 255, np.uint8)
    cv2.putText(strip, "2024-05-17 1234", (10, 34), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    plain, quick = (load_network(path, threads=1, bfloat16=bfloat16) for bfloat16 in (False, True))

    results = [network(batch_of([strip], 320)).copy() for network in (plain, quick)]

    assert (plain.runtime.partition(" ")[0], quick.runtime.partition(" ")[0]) == ("onnxruntime", "openvino")
    assert results[0].shape == results[1].shape
    assert np.array_equal(results[0].argmax(axis=2), results[1].argmax(axis=2))
    # bfloat16 keeps eight bits of a number.
    assert np.abs(results[0] - results[1]).max() < 0.2


@pytest.mark.parametrize("bfloat16", [False, True])
def test_strips_that_are_run_together_are_read_as_each_by_itself(weights: Weights, bfloat16: bool) -> None:
    model = weights.model("PP-OCRv6_tiny_rec")
    reader = LineReader(load_network(model / "inference.onnx", threads=1, bfloat16=bfloat16), characters_of(model), together=4)
    strips = [np.full((48, 200, 3), 255, np.uint8) for _ in range(9)]
    for number, strip in enumerate(strips):
        cv2.putText(strip, f"2024-0{number + 1}", (10, 34), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)

    assert [line.text for line in reader.read_all(strips)] == [f"2024-0{number + 1}" for number in range(9)]
    assert [line.text for line in reader.read_all(strips[4:5])] == ["2024-05"]


def test_processes_side_by_side_are_not_bound_to_one_core(weights: Weights) -> None:
    network = load_network(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx", threads=1, bfloat16=True)
    reader, done, seen = threading.get_native_id(), threading.Event(), set[frozenset[int]]()

    def watch() -> None:
        while not done.is_set():
            seen.add(frozenset(os.sched_getaffinity(reader)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(30):
        network(np.zeros((1, 3, 48, 640), np.float32))
    done.set()
    watcher.join()

    assert seen == {frozenset(os.sched_getaffinity(0))}


def test_the_detector_at_a_quarter_sees_what_the_published_one_sees(weights: Weights) -> None:
    core = openvino.Core()
    published = core.read_model(weights.model("PP-OCRv6_tiny_det") / "inference.onnx")
    shown = cv2.putText(np.full((96, 160), 255, np.uint8), "2024", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
    page = np.repeat(shown[None, None].astype(np.float32) / 60 - 2, 3, axis=1)
    exact = {"INFERENCE_PRECISION_HINT": "f32"}

    given = core.compile_model(published, "CPU", exact)(page)[0]
    quarter = core.compile_model(at_a_quarter(published), "CPU", exact)(page)[0]

    assert quarter.shape == (1, 16, 24, 40)
    assert full_size(quarter) == pytest.approx(given, abs=1e-5)
    assert given.std() > 0.01


def test_another_network_is_not_taken_for_the_detector(weights: Weights) -> None:
    other = openvino.Core().read_model(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx")

    with pytest.raises(ValueError, match="other layers"):
        at_a_quarter(other)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_network_that_breaks_says_so_in_one_way(weights: Weights, bfloat16: bool) -> None:
    network = load_network(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx", threads=1, bfloat16=bfloat16)

    with pytest.raises(RuntimeError):
        network(np.zeros((1, 7, 48, 96), np.float32))


def test_both_runtimes_see_text_in_the_same_places(weights: Weights) -> None:
    path = weights.model("PP-OCRv6_tiny_det") / "inference.onnx"
    page = np.full((320, 640, 3), 255, np.uint8)
    cv2.putText(page, "2024-05-17 1234", (100, 170), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 3)

    places = [TextDetector(load_network(path, threads=1, bfloat16=bfloat16, whole_pages=True)).places(page) for bfloat16 in (False, True)]

    assert len(places[0]) == len(places[1]) == 1
    assert np.abs(np.array(places[0][0].points) - np.array(places[1][0].points)).max() <= 2


@pytest.mark.parametrize(
    ("bfloat16", "width", "room"), [(False, 300, 304), (False, 304, 304), (True, 20, 32), (True, 250, 256), (True, 300, 320)]
)
def test_a_strip_is_padded_little(weights: Weights, bfloat16: bool, width: int, room: int) -> None:
    network = load_network(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx", threads=1, bfloat16=bfloat16)

    assert network.room(width) == room


def test_what_compiles_for_each_size_is_shown_few_sizes(weights: Weights) -> None:
    network = load_network(weights.model("PP-OCRv6_tiny_rec") / "inference.onnx", threads=1, bfloat16=True)
    rooms = {width: network.room(width) for width in range(96, 3201)}

    assert len(set(rooms.values())) < 25
    assert all(width <= room <= 1.34 * width for width, room in rooms.items())


@pytest.mark.parametrize(
    ("size", "room", "width"), [((48, 300), 304, 304), ((48, 300), 10, 300), ((24, 10), 96, 96), ((10, 2000), 96, 3200), ((1, 1), 96, 96)]
)
def test_a_strip_becomes_as_wide_as_its_room(size: tuple[int, int], room: int, width: int) -> None:
    assert batch_of([np.zeros((*size, 3), np.uint8)], room).shape == (1, 3, 48, width)


def test_strips_of_one_batch_are_padded_to_the_widest() -> None:
    strips = [np.full((48, width, 3), 255, np.uint8) for width in (100, 130)]

    batch = batch_of(strips)

    assert batch.shape == (2, 3, 48, 130)
    assert (batch[0, :, :, :100] == 1).all()
    assert (batch[0, :, :, 100:] == 0).all()
    assert (batch[1] == 1).all()


@dataclass
class WritingNetwork:
    """Writes the character whose number is the strip's shade, and overwrites what it gave before, as runtimes do."""

    runtime: str = "none"
    output: NDArray[np.float32] = field(default_factory=lambda: np.zeros((2, 1, 256), np.float32))
    shapes: list[tuple[int, int]] = field(default_factory=list)

    def room(self, width: int) -> int:
        return -(-width // 100) * 100

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shapes.append((len(batch), batch.shape[3]))
        self.output[:] = 0
        for row, strip in zip(self.output, batch, strict=False):
            row[0, round((strip[0, 0, 0] + 1) * 127.5)] = 1
        return self.output[: len(batch)]


def test_the_widest_strips_come_first_and_each_keeps_its_own_text() -> None:
    network = WritingNetwork()
    characters = tuple(map(chr, range(0x4E01, 0x4E01 + 255)))
    strips = [np.full((48, width, 3), shade, np.uint8) for width, shade in [(350, 1), (90, 2), (320, 3), (150, 4), (10, 5)]]

    lines = LineReader(network, characters, together=2).read_all(strips)

    assert [line.text for line in lines] == [characters[shade - 1] for shade in (1, 2, 3, 4, 5)]
    assert network.shapes == [(1, 400), (1, 400), (2, 200), (1, 100)]


def test_padding_is_grey_and_print_keeps_its_shade() -> None:
    batch = batch_of([np.full((48, 100, 3), 255, np.uint8)], 128)

    assert set(np.unique(batch[..., :100])) == {1.0}
    assert set(np.unique(batch[..., 100:])) == {0.0}


@pytest.mark.parametrize(("model", "count"), [("PP-OCRv6_tiny_rec", 6905), ("PP-OCRv6_small_rec", 18709)])
def test_the_characters_are_as_many_as_the_network_tells_apart(weights: Weights, model: str, count: int) -> None:
    characters = characters_of(weights.model(model))

    assert (len(characters), characters[-1]) == (count, " ")
    assert all(isinstance(character, str) for character in characters)
