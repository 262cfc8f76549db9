"""A network in ONNX format, run by the runtime that is quickest on this CPU.

Where the CPU multiplies in bfloat16, OpenVINO does the same work in half the time. Where it does not, onnxruntime in single
precision is as fast as OpenVINO and neither stores nor compiles anything for each size of picture. Eight bits are for processors that
add products of bytes in one instruction (VNNI): on one that does not, the small recogniser gained an eighth of the engine's time for
seven more characters misread of 6,673 and 130 MB.
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr_service.engines.runtime import onnxruntime

Batch = NDArray[np.float32]

_CPUINFO = Path("/proc/cpuinfo")


class Network(Protocol):
    """Takes one batch, gives its first output."""

    @property
    def runtime(self) -> str:
        """Which program runs it, and in which precision."""

    @property
    def step(self) -> int:
        """Pixels of width to whose multiples pictures are padded: for each new size a runtime may have to prepare itself."""

    def __call__(self, batch: Batch) -> Batch:
        """Run the network."""


def load_network(path: Path, *, threads: int, bfloat16: bool, whole_pages: bool = False) -> Network:
    """Load one `.onnx` file for `threads` threads; a network that sees `whole_pages` keeps the memory it worked in for the next."""
    return _OpenvinoNetwork(path, threads, "bfloat16") if bfloat16 else _OnnxruntimeNetwork(path, threads, keeps_memory=whole_pages)


def load_eight_bits(path: Path, *, threads: int) -> Network:
    """Load an OpenVINO file whose arithmetic is of eight bits."""
    return _OpenvinoNetwork(path, threads, "int8")


def multiplies_bytes(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether this CPU multiplies and adds bytes in one instruction; False where the system does not tell."""
    return not _flags(cpuinfo).isdisjoint({"avx512_vnni", "avx_vnni", "amx_int8"})


def multiplies_bfloat16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether this CPU has bfloat16 arithmetic; False where the system does not tell."""
    return not _flags(cpuinfo).isdisjoint({"avx512_bf16", "amx_bf16"})


def _flags(cpuinfo: Path) -> frozenset[str]:
    if not cpuinfo.is_file():
        return frozenset()
    lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())


class _OnnxruntimeNetwork:
    step = 8

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

    def __call__(self, batch: Batch) -> Batch:
        return np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)


class _OpenvinoNetwork:
    step = 32

    def __init__(self, path: Path, threads: int, precision: Literal["bfloat16", "int8"]) -> None:
        # Its converter, which is never used here, would load a module that reports to the maker.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how an import is refused
        # Imported here: only a CPU that gains from it pays for loading it.
        import openvino  # noqa: PLC0415

        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": "1"}
        if precision == "bfloat16":
            settings["INFERENCE_PRECISION_HINT"] = "bf16"
        self._request = openvino.Core().compile_model(str(path), "CPU", settings).create_infer_request()
        self.runtime = f"openvino {version('openvino')}, {precision}"

    def __call__(self, batch: Batch) -> Batch:
        return np.array(self._request.infer({0: batch}, share_inputs=True)[0], np.float32)
