"""A network on OpenVINO, in bfloat16 or in eight bits.

For each new size of a picture it prepares itself, and keeps what it prepared.
"""

import ctypes
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np

from ocr_service.engines.detector_ending import at_a_quarter, full_size
from ocr_service.engines.network import Batch
from ocr_service.engines.openvino_runtime import openvino

_M_MMAP_THRESHOLD = -3
"""As <malloc.h> has it."""


class OpenvinoNetwork:
    """Runs one `.onnx` or `.xml` file; one that sees `whole_pages` is the detector."""

    def __init__(self, path: Path, threads: int, precision: Literal["bfloat16", "int8"], *, whole_pages: bool = False) -> None:
        _give_large_blocks_back()
        # Else it binds itself to the first core, and so does every other process of the machine.
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": "1", "ENABLE_CPU_PINNING": False}
        if precision == "bfloat16":
            settings["INFERENCE_PRECISION_HINT"] = "bf16"
        core = openvino.Core()
        model = core.read_model(str(path))
        self._whole_pages = whole_pages
        self._request = core.compile_model(at_a_quarter(model) if whole_pages else model, "CPU", settings).create_infer_request()
        self.runtime = f"openvino {version('openvino')}, {precision}"

    def room(self, width: int) -> int:
        """Few sizes: what is kept for one takes up to 13 MB. A few widths for each doubling are enough, and little is padded."""
        step = max(32, (1 << width.bit_length()) // 8)
        return -(-width // step) * step

    def __call__(self, batch: Batch) -> Batch:
        """Run the network; raise RuntimeError when it breaks."""
        given: Batch = np.asarray(self._request.infer({0: batch}, share_inputs=True, share_outputs=True)[0], np.float32)
        return full_size(given) if self._whole_pages else given


def _give_large_blocks_back() -> None:
    """Have glibc map each block from 4 MB on by itself: else what a page of one size took lies unused when the next has another, 250 MB."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 4 << 20)
