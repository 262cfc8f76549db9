"""A text reader as a process: JSON lines in, JSON lines out. Run as a file, by the Python of the reader's own environment.

`python text_process.py paddleocr MODELS`, `… rapidocr [RUNTIME]` or `… faster-paddle`. It says `{"ready": {"name": version}}` and then
answers each `{"picture": base64}` with `{"lines": [{"text": …, "polygon": [[x, y], …]}]}`, in the order in which the reader gives them. It
knows nothing of this project, and nothing of it is imported by the project.
"""

import base64
import io
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Lines = list[dict[str, Any]]
Pixels = NDArray[np.uint8]


def paddleocr(models: str) -> Callable[[Pixels], Lines]:
    """PaddleOCR with the settings that it comes with and the small models.

    Its models for orientation, unwarping and text direction are off: their weights are fetched from a host of their own.
    """
    detection, recognition = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"
    engine = import_module("paddleocr").PaddleOCR(
        text_detection_model_name=detection,
        text_detection_model_dir=str(Path(models) / detection),
        text_recognition_model_name=recognition,
        text_recognition_model_dir=str(Path(models) / recognition),
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
    )

    def read(pixels: Pixels) -> Lines:
        pages = engine.predict(pixels)
        return [
            {"text": text, "polygon": np.asarray(polygon).tolist()}
            for page in pages
            for text, polygon in zip(page["rec_texts"], page["rec_polys"], strict=True)
        ]

    return read


def rapidocr(runtime: str = "onnxruntime") -> Callable[[Pixels], Lines]:
    """RapidOCR with the settings and the models that it comes with: the small PP-OCRv6, and a classifier of upside-down lines."""
    library = import_module("rapidocr")
    threads = {
        "onnxruntime": {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")},
        "openvino": {"EngineConfig.openvino.inference_num_threads": 1}
        | {f"{task}.engine_type": library.EngineType.OPENVINO for task in ("Det", "Cls", "Rec") if runtime == "openvino"},
    }[runtime]
    engine = library.RapidOCR(params={**threads, "Global.log_level": "error"})

    def read(pixels: Pixels) -> Lines:
        found = engine(pixels)
        if found.txts is None:
            return []
        return [{"text": text, "polygon": np.asarray(box).tolist()} for text, box in zip(found.txts, found.boxes, strict=True)]

    return read


def faster_paddle() -> Callable[[Pixels], Lines]:
    """faster-paddle with the settings and the small models that it comes with."""
    engine = import_module("faster_paddle").OcrEngine(model_size="small", threads=1)

    def read(pixels: Pixels) -> Lines:
        stream = io.BytesIO()
        # It takes files only; this form costs next to nothing.
        Image.fromarray(pixels[:, :, ::-1]).save(stream, "BMP")
        found = engine.ocr(stream.getvalue())["bounds"]
        return [
            {"text": found[key]["text"], "polygon": _rectangle(*found[key]["topLeftCoord"], *found[key]["bottomRightCoord"])}
            for key in sorted(found)
        ]

    return read


def _rectangle(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


READERS: dict[str, Callable[..., Callable[[Pixels], Lines]]] = {
    "paddleocr": paddleocr,
    "rapidocr": rapidocr,
    "faster-paddle": faster_paddle,
}


def main(name: str, *given: str) -> None:
    """Answer until the questions end."""
    # What the readers print must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    read = READERS[name](*given)
    _say(answers, {"ready": _versions(name)})
    for question in sys.stdin:
        content = base64.b64decode(json.loads(question)["picture"])
        with Image.open(io.BytesIO(content)) as picture:
            pixels = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
        _say(answers, {"lines": read(pixels)})


def _versions(name: str) -> dict[str, str]:
    installed = {(distribution.name or "").lower() for distribution in distributions()}
    return {library: version(library) for library in (name, "onnxruntime", "openvino") if library in installed}


def _say(answers: TextIO, what: dict[str, Any]) -> None:
    answers.write(json.dumps(what, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
