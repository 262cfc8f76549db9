"""Loading the engine tells nobody."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT


def test_loading_the_engine_leaves_no_trace_of_a_report(tmp_path: Path) -> None:
    """onnxruntime reports to its maker from the moment it is imported (1.29 and later), unless ORT_DISABLE_TELEMETRY is set before.

    What it means to send it first writes to the user's cache; on a build server (`CI`) it keeps still by itself.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}}
    loading = [
        sys.executable,
        "-c",
        "import ocr_service.composition; from ocr_service.engines import onnx_network, openvino_network, paddle",
    ]

    subprocess.run(loading, check=True, cwd=ROOT, env={**inherited, "HOME": str(tmp_path)})

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_process_loads_the_runtime_that_it_uses() -> None:
    """Each of them holds some 50 MB from the moment it is imported."""
    told = "import sys, ocr_service.composition, ocr_service.engines.own; print(*{'onnxruntime', 'openvino'} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", told], check=True, cwd=ROOT, capture_output=True, text=True)

    assert loaded.stdout.split() == []
