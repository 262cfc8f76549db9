"""Commands load what they need: help and a question to the archive do not wait for picture libraries or an OCR runtime."""

import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT

PICTURES = {"numpy", "cv2", "PIL", "pypdfium2", "zxingcpp", "onnxruntime", "openvino", "paddleocr"}
SERVERS = {"uvicorn", "fastapi", "minio", "temporalio"}
PROOF = {"ocr_service.proof.proving", "ocr_service.kinds.registry"}
DATABASES = {"sqlalchemy", "alembic"}
LOGGING = {"structlog"}


@pytest.mark.parametrize(
    ("what", "left_out"),
    [
        ("import ocr_service.cli", PICTURES | SERVERS | DATABASES | LOGGING),
        ("import ocr_service.composition, ocr_service.report", PICTURES | SERVERS | PROOF | {"alembic"}),
    ],
    ids=["the help", "a question"],
)
def test_what_a_command_does_without_is_not_loaded(what: str, left_out: set[str]) -> None:
    program = f"import sys\n{what}\nprint(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()

    assert left_out & set(loaded) == set()
