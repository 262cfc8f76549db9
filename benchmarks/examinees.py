"""Those whose reading is scored: the service, and its peers with a plain extractor behind them. Each process has its own."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import NamedTuple

from benchmarks.labelled import LabelledFile, Recipe
from benchmarks.peers.environment import PEERS, ensure_environment, published_models
from benchmarks.peers.peer import Peer
from benchmarks.peers.plain_fields import fields_of, kind_of
from models.errors import PiaogenError
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness
from models.verification import Verdict
from ocr_service.composition import build_reader, build_weights
from ocr_service.logs import log_to_stderr
from ocr_service.opened import Upload
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage

OURS = "piaogen"

Read = Callable[[LabelledFile], Sequence[Invoice]]
"""What a file says; raises PiaogenError when it is refused or cannot be read."""


class Answer(NamedTuple):
    """What one examinee made of a file: invoices, the code of what it failed with, and how many seconds it took."""

    invoices: tuple[Invoice, ...]
    failure: str | None
    wall: float


class Exam(NamedTuple):
    """A file, its bytes put aside, with the answers by examinee."""

    file: LabelledFile
    answers: Mapping[str, Answer]


def service() -> Read:
    """The service from the bytes of a file to the proved reading."""
    reader, intake = build_reader(read_settings()), IntakeStage()
    return lambda file: reader.read(intake.run(Upload(file.content, file.name))).invoices


def peer(name: str) -> Read:
    """A peer with the plain extractor: every page gives one invoice.

    It says of no value how sure it is, so everything it says counts as vouched for.
    """
    models = [str(published_models(build_weights(read_settings())))] if name == "paddleocr" else []
    running = Peer.start(ensure_environment(name), name, *models)
    return lambda file: [invoice_of([line.text for line in page], number) for number, page in enumerate(running.read(file.content), 1)]


def invoice_of(lines: Sequence[str], page: int = 1) -> Invoice:
    """What the plain extractor finds in the lines of a page, in the form in which readings are scored."""
    nowhere = Polygon.of([[0, 0], [1, 0], [1, 1], [0, 1]])
    fields = {
        key: InvoiceField(value, value, 1.0, page, None, FieldStatus.READ, (Witness.PRINTED,)) for key, value in fields_of(lines).items()
    }
    kind = InvoiceKind(kind_of(lines))
    return Invoice(kind, kind.chinese, page, nowhere, fields, (), (), Verdict.ACCEPTED if fields else Verdict.UNREAD)


def prepare(names: Iterable[str]) -> None:
    """Make what the examinees need, once, before several processes want it."""
    weights = build_weights(read_settings())
    for name in names:
        if name in PEERS:
            ensure_environment(name)
            published_models(weights)


def examine(file: LabelledFile, readers: Mapping[str, Read]) -> Exam:
    """Let each read a file."""
    answers = {name: _answer(read, file) for name, read in readers.items()}
    return Exam(file.without_content(), answers)


def examined(recipes: Iterable[Recipe], names: Sequence[str], processes: int) -> Iterator[Exam]:
    """Let those of these names read every file, in order; each process loads them once."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=log_to_stderr) as pool:
        # `map` would hold all results until the last is taken; what is done is handed on and forgotten.
        pending = deque(pool.submit(_examine, recipe, tuple(names)) for recipe in recipes)
        while pending:
            yield pending.popleft().result()


def _examine(recipe: Recipe, names: tuple[str, ...]) -> Exam:
    return examine(recipe.file(), {name: _reader(name) for name in names})


@cache
def _reader(name: str) -> Read:
    return service() if name == OURS else peer(name)


def _answer(read: Read, file: LabelledFile) -> Answer:
    begun = time.perf_counter()
    try:
        invoices, failure = tuple(read(file)), None
    except PiaogenError as error:
        invoices, failure = (), error.code
    return Answer(invoices, failure, time.perf_counter() - begun)
