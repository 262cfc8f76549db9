"""A network on onnxruntime, in single precision: nothing is stored or compiled for each size of picture.

onnxruntime is imported by this module alone, so that it is told to keep still first: since 1.29 it reports its use to its maker from the
moment it is imported, unless a variable is set before.
"""

import os
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ocr_service.engines.network import Batch

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # after the variable above
from onnxruntime.capi import onnxruntime_pybind11_state as errors

ONNX_ERRORS: tuple[type[Exception], ...] = (
    errors.Fail,
    errors.InvalidArgument,
    errors.RuntimeException,
    errors.EPFail,
    errors.NotImplemented,
)
"""What it raises when it breaks; these classes have no common parent but Exception."""


class OnnxNetwork:
    """Runs one `.onnx` file; a network that sees whole pages `keeps_memory` that it worked in for the next."""

    def __init__(self, path: Path, threads: int, *, keeps_memory: bool) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Of a page, layers of 15 MB are asked of the system and given back one by one, which takes longer than half of the arithmetic;
        # of a line they are small, and what is kept for the longest line would be kept for nothing.
        options.enable_cpu_mem_arena = keeps_memory
        # Pages come in many sizes; a plan for each would be kept beside what all of them can share.
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.runtime = f"onnxruntime {version('onnxruntime')}, float32"

    def room(self, width: int) -> int:
        """Tight: a new size costs nothing."""
        return -(-width // 8) * 8

    def __call__(self, batch: Batch) -> Batch:
        """Run the network; raise RuntimeError when it breaks."""
        try:
            return np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)
        except ONNX_ERRORS as error:
            raise RuntimeError(str(error)) from error
