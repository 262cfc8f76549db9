"""PaddleOCR (PP-OCRv6 on onnxruntime) as a text recogniser: the reference that the own engine is compared with."""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from ocr_service.engines.crops import line_crops
from ocr_service.engines.guard import EngineGuard
from ocr_service.engines.onnx_network import ONNX_ERRORS
from ocr_service.engines.weights import Weights


class PaddleRecognizer:
    """PaddleOCR without its document preprocessing: pages come upright and flat.

    The detector sees the page scaled to at most `longest_side` pixels; text is cut from the full resolution. Text crops go
    one by one: on a CPU a batch is no faster and only pads short lines to its longest one. The tiny detector
    costs a tenth less than the small one and finds as much, but breaks lines into more pieces; the tiny recogniser is three times
    as fast as the small one and misreads more.
    """

    name = "paddleocr"

    def __init__(
        self,
        weights: Weights,
        *,
        detector: Literal["tiny", "small"] = "small",
        recognizer: Literal["tiny", "small"] = "small",
        longest_side: int = 1280,
        threads: int = 1,
    ) -> None:
        self.version = version("paddleocr")
        detection, recognition = f"PP-OCRv6_{detector}_det", f"PP-OCRv6_{recognizer}_rec"
        self.models: Mapping[str, str] = {"detection": detection, "recognition": recognition}
        self._guard = EngineGuard(*ONNX_ERRORS)
        # Without this PaddleX asks several model hosts whether they are alive when it is imported.
        os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Imported here: it takes seconds, and only the process that reads pays for it.
            from paddleocr import PaddleOCR, TextRecognition  # noqa: PLC0415

            # It sets itself to announce every model that it makes.
            logging.getLogger("paddlex").setLevel(logging.WARNING)
            runtime = {"engine": "onnxruntime", "engine_config": {"intra_op_num_threads": threads, "inter_op_num_threads": 1}}
            self._load_reader = partial(TextRecognition, model_name=recognition, model_dir=str(weights.model(recognition)), **runtime)
            self._paddle: Any = PaddleOCR(
                text_detection_model_name=detection,
                text_detection_model_dir=str(weights.model(detection)),
                text_recognition_model_name=recognition,
                text_recognition_model_dir=str(weights.model(recognition)),
                **runtime,
                use_doc_orientation_classify=False,
                use_doc_unwarping=False,
                use_textline_orientation=False,
                text_det_limit_side_len=longest_side,
                text_det_limit_type="max",
                # The thresholds that the PP-OCRv6 detector was published with; the pipeline's own lose faint print.
                text_det_thresh=0.2,
                text_det_box_thresh=0.45,
                text_det_unclip_ratio=1.4,
                text_recognition_batch_size=1,
            )

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        """Every line of text of a BGR image, polygons in pixels of that image.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        with self._guard.reading(pixels):
            (result,) = self._paddle.predict(np.ascontiguousarray(pixels))
            read = zip(result["rec_texts"], result["rec_scores"], result["rec_polys"], strict=True)
            return tuple(TextLine(text, float(score), Polygon.of(polygon)) for text, score, polygon in read if text.strip())

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        """What stands in each of these places, read as one line; one entry per place, empty text where nothing is read.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        if not places:
            return ()
        with self._guard.reading(pixels):
            read = self._line_reader.predict(line_crops(pixels, places), batch_size=1)
            return tuple(_line(result["rec_text"], float(result["rec_score"]), place) for result, place in zip(read, places, strict=True))

    @cached_property
    def _line_reader(self) -> Any:  # noqa: ANN401  # PaddleOCR has no types
        """The recogniser by itself; PaddleOCR's pipeline does not hand its own out."""
        return self._load_reader()

    def reserved(self) -> AbstractContextManager[None]:
        """Keep the engine to oneself; raise RuntimeError when somebody else has it."""
        return self._guard.reserved()


def _line(text: str, confidence: float, place: Polygon) -> TextLine:
    return TextLine(text, confidence, place) if text.strip() else TextLine("", 0.0, place)
