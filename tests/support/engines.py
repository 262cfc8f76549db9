"""The real OCR engine for tests: loaded once per run, its weights brought into the user's cache when they are missing."""

import os
from functools import cache
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.own import OwnRecognizer
from ocr_service.engines.paddle import PaddleRecognizer
from ocr_service.engines.qr import ZxingReader
from ocr_service.engines.weights import Weights, ensure_weights
from ocr_service.stages.reading import ReadingStage


@cache
def load_weights() -> Weights:
    """The weights: from PIAOGEN_WEIGHTS when it is set, else from the user's cache."""
    folder = os.environ.get("PIAOGEN_WEIGHTS", "")
    return ensure_weights(Path(folder) if folder else user_cache_path("piaogen") / "weights")


@cache
def load_recognizer() -> OwnRecognizer:
    """The engine as the service loads it; one for the whole run."""
    return OwnRecognizer(load_weights())


@cache
def load_paddle() -> PaddleRecognizer:
    """The engine that the own one is compared with; loading it takes seconds."""
    return PaddleRecognizer(load_weights())


@cache
def load_quick_recognizer() -> OwnRecognizer:
    """Several times as fast and good enough for clean drawings, for tests that are not about what the engine can read."""
    return OwnRecognizer(load_weights(), recognizer="tiny")


@pytest.fixture(scope="session")
def weights() -> Weights:
    return load_weights()


@pytest.fixture(scope="session", params=["piaogen", "paddleocr"])
def recognizer(request: pytest.FixtureRequest) -> OwnRecognizer | PaddleRecognizer:
    """Each engine in turn."""
    return load_recognizer() if request.param == "piaogen" else load_paddle()


@pytest.fixture(scope="session")
def quick_recognizer() -> OwnRecognizer:
    return load_quick_recognizer()


@pytest.fixture(scope="session")
def reading_stage() -> ReadingStage:
    return ReadingStage(load_quick_recognizer(), PageOrientationClassifier(load_weights()), ZxingReader())
