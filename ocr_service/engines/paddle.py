"""PaddleOCR (PP-OCRv6 on onnxruntime) as a text recogniser."""

import logging
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.errors import RecognitionFailed
from models.geometry import Polygon
from ocr_service.engines.runtime import onnx_errors
from ocr_service.engines.weights import Weights

_ENGINE_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    cv2.error,
    onnx_errors.Fail,
    onnx_errors.InvalidArgument,
    onnx_errors.RuntimeException,
    onnx_errors.EPFail,
    onnx_errors.NotImplemented,
)
"""What PaddleOCR, OpenCV and onnxruntime raise; onnxruntime's classes have no common parent but Exception."""


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
        self._busy = threading.Lock()
        # Without this PaddleX asks several model hosts whether they are alive when it is imported.
        os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Imported here: it takes seconds, and only the process that reads pays for it.
            from paddleocr import PaddleOCR  # noqa: PLC0415

            # It sets itself to announce every model that it makes.
            logging.getLogger("paddlex").setLevel(logging.WARNING)
            self._paddle: Any = PaddleOCR(
                text_detection_model_name=detection,
                text_detection_model_dir=str(weights.model(detection)),
                text_recognition_model_name=recognition,
                text_recognition_model_dir=str(weights.model(recognition)),
                engine="onnxruntime",
                engine_config={"intra_op_num_threads": threads, "inter_op_num_threads": 1},
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
        with self.reserved():
            try:
                (result,) = self._paddle.predict(np.ascontiguousarray(pixels))
                read = zip(result["rec_texts"], result["rec_scores"], result["rec_polys"], strict=True)
                return tuple(TextLine(text, float(score), Polygon.of(polygon)) for text, score, polygon in read if text.strip())
            except _ENGINE_ERRORS as error:
                height, width = pixels.shape[:2]
                message = f"The OCR engine broke on a page of {width} x {height} pixels ({type(error).__name__})."
                raise RecognitionFailed(message, width=int(width), height=int(height)) from error

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep the engine to oneself; raise RuntimeError when somebody else has it: shared by threads it mixes up their texts."""
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("one PaddleOCR object must not be used by two threads at once: it mixes up their texts")
        try:
            yield
        finally:
            self._busy.release()
