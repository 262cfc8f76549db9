"""A paper drawn, read once by the engine of this process, and tried with every error."""

from functools import cache

from benchmarks.labelled import Drawing, LabelledFile
from benchmarks.mutation.remembered import RememberingRecognizer
from benchmarks.mutation.trials import Bench, Trial
from models.document import RecognizedPage
from ocr_service.composition import build_recognizer, build_weights
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.qr import ZxingReader
from ocr_service.opened import Upload
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.rendering import RenderingStage


def tried_on(recipe: Drawing, seed: int, places: int) -> tuple[Trial, ...] | None:
    """Everything about one paper; None when it is not one invoice on one page."""
    file = recipe.file()
    read = _read(file)
    if len(read) != 1 or len(file.invoices) != 1:
        return None
    image, page = read[0]
    bench = Bench(RememberingRecognizer(_engine()))
    return tuple(bench.trials(file.name, image, page, file.invoices[0], seed, places))


def _read(file: LabelledFile) -> list[tuple[PageImage, RecognizedPage]]:
    """The pieces of the file's pages, each with the page that it was cut from."""
    scan = IntakeStage().run(Upload(file.content, file.name))
    return [(page, piece) for page in RenderingStage().run(scan) for piece in _reading().run(page)]


@cache
def _reading() -> ReadingStage:
    return ReadingStage(_engine(), PageOrientationClassifier(build_weights(read_settings())), ZxingReader())


@cache
def _engine() -> TextRecognizer:
    return build_recognizer(read_settings(), build_weights(read_settings()))
