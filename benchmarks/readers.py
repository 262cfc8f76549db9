"""Those who race: the service's whole pipeline, its engine alone, and peers used plainly. Each has a process of its own."""

import io
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import NamedTuple, Self

from PIL import Image

from benchmarks.labelled import LabelledFile
from benchmarks.machine import cpu_seconds, peak_megabytes, resident_megabytes
from benchmarks.peers.environment import ensure_environment, published_models
from benchmarks.peers.peer import Peer, pages_of
from ocr_service.composition import build_reader, build_recognizer, build_weights
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.files.pictures import bgr
from ocr_service.logs import log_to_stderr
from ocr_service.opened import Upload
from ocr_service.page_image import PageImage
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.reading import LONGEST_READ_SIDE
from ocr_service.stages.rectification import fitted
from ocr_service.stages.upright import UprightReader

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


def engine() -> Read:
    """The service's OCR engine alone on a picture that its classifier turns upright: what peers are compared with who give text alone."""
    weights = build_weights(read_settings())
    reader = UprightReader(build_recognizer(read_settings(), weights), PageOrientationClassifier(weights))

    def read(file: LabelledFile) -> str:
        readings = [reader.upright(fitted(_page(picture), LONGEST_READ_SIDE)) for picture in pages_of(file.content)]
        return "\n".join(line.text for reading in readings for line in reading.lines)

    return read


def peer(name: str, *given: str) -> Read:
    """A peer used plainly, in its own process and environment; it has one thread, like the service.

    PaddleOCR's models for orientation, unwarping and text direction are off, which favours it: their weights are not at hand.
    """
    running = Peer.start(ensure_environment(name), name, *given)
    return lambda file: "\n".join(line.text for page in running.read(file.content) for line in page)


def paddleocr() -> Read:
    """PaddleOCR with the small models as they were published."""
    return peer("paddleocr", str(published_models(build_weights(read_settings()))))


def rapidocr() -> Read:
    """RapidOCR on OpenVINO."""
    return peer("rapidocr", "openvino")


def faster_paddle() -> Read:
    """faster-paddle with its small models."""
    return peer("faster-paddle")


OURS: Mapping[str, Callable[[], Read]] = {"piaogen": pipeline, "piaogen, its engine": engine}
PEER_READERS: Mapping[str, Callable[[], Read]] = {"faster-paddle": faster_paddle, "rapidocr": rapidocr, "paddleocr": paddleocr}


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
        """CPU seconds that loading took; raise EOFError when the process died."""
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
    read = load()
    connection.send(cpu_seconds())
    while True:
        try:
            files = connection.recv()
        except EOFError:
            return
        connection.send(_lap(read, files))


def _lap(read: Read, files: Sequence[LabelledFile]) -> Lap:
    cpu, wall, texts = [], [], []
    for file in files:
        cpu_begun, wall_begun = cpu_seconds(), time.perf_counter()
        texts.append(read(file))
        cpu.append(cpu_seconds() - cpu_begun)
        wall.append(time.perf_counter() - wall_begun)
    return Lap(tuple(cpu), tuple(wall), tuple(texts), resident_megabytes(), peak_megabytes())


def is_picture(content: bytes) -> bool:
    """Whether a file is a picture of one page."""
    return not content.startswith(b"%PDF") and len(pages_of(content)) == 1


def _page(picture: bytes) -> PageImage:
    with Image.open(io.BytesIO(picture)) as frame:
        return PageImage(1, bgr(frame))
