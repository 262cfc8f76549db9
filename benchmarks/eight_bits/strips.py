"""Lines of print for the recogniser to be measured on: from a drawn paper of every kind, clean and scanned in turn."""

import random

import numpy as np

from benchmarks.drawing.degradation import degraded
from benchmarks.drawing.drawn_set import DRAWN_KINDS, drawn
from benchmarks.labelled import DRAWN_DPI
from ocr_service.engines.crops import line_crop
from ocr_service.engines.network import Batch
from ocr_service.engines.own import OwnRecognizer
from ocr_service.engines.recognition import batch_of
from ocr_service.engines.weights import Weights


def strips(weights: Weights, count: int, seed: int) -> list[Batch]:
    """So many lines as the recogniser takes them; the same seed gives the same ones."""
    detector = OwnRecognizer(weights, recognizer="tiny")
    found: list[Batch] = []
    for place, kind in enumerate(DRAWN_KINDS):
        page = drawn(kind, seed, place, dpi=DRAWN_DPI)
        image = degraded(page.image, page.dpi, ("clean", "scan")[place % 2], (seed, place)).image
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        found += [batch_of([line_crop(pixels, line.polygon)]) for line in detector.recognize(pixels)]
    return random.Random(seed).sample(found, min(count, len(found)))
