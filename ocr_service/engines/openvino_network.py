"""A network on OpenVINO, in bfloat16 or in eight bits.

For each new size of a picture it prepares itself, and keeps what it prepared.
"""

import ctypes
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np

from ocr_service.engines.network import Batch

# Its converter, which is never used here, would load a module that reports to the maker.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how an import is refused

import openvino  # noqa: E402  # after the refusal above

_M_MMAP_THRESHOLD = -3
"""As <malloc.h> has it."""
_TOGETHER, _NARROW = 4, 320
"""So many strips at once, up to so many pixels wide: loading the weights costs as much as multiplying a narrow strip by them."""


class OpenvinoNetwork:
    """Runs one `.onnx` or `.xml` file."""

    def __init__(self, path: Path, threads: int, precision: Literal["bfloat16", "int8"]) -> None:
        _give_large_blocks_back()
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": "1"}
        if precision == "bfloat16":
            settings["INFERENCE_PRECISION_HINT"] = "bf16"
        core = openvino.Core()
        model = core.read_model(str(path))
        last = model.get_results()[0].input_value(0).get_node()
        self._ends_in_sigmoid = last.get_type_name() == "Sigmoid"
        if self._ends_in_sigmoid:
            # Of a whole page it takes an eighth of the detector's time there, and a hundredth here.
            model = openvino.Model([last.input_value(0)], model.get_parameters(), "without sigmoid")
        self._request = core.compile_model(model, "CPU", settings).create_infer_request()
        self.runtime = f"openvino {version('openvino')}, {precision}"

    def room(self, width: int) -> int:
        """Few sizes: what is kept for one takes up to 13 MB. A few widths for each doubling are enough, and little is padded."""
        step = max(32, (1 << width.bit_length()) // 8)
        return -(-width // step) * step

    def together(self, width: int) -> int:
        """Few as well: each number of strips is a size of its own."""
        return _TOGETHER if width <= _NARROW else 1

    def __call__(self, batch: Batch) -> Batch:
        """Run the network; raise RuntimeError when it breaks."""
        given: Batch = np.asarray(self._request.infer({0: batch}, share_inputs=True, share_outputs=True)[0], np.float32)
        return np.asarray(0.5 + 0.5 * np.tanh(0.5 * given), np.float32) if self._ends_in_sigmoid else given


def _give_large_blocks_back() -> None:
    """Have glibc map each block from 4 MB on by itself: else what a page of one size took lies unused when the next has another, 250 MB."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 4 << 20)
