"""A network in ONNX format, run by the runtime that is quickest on this CPU.

Where the CPU multiplies in bfloat16, OpenVINO does the same work in half the time. Where it does not, onnxruntime in single
precision is as fast as OpenVINO and neither stores nor compiles anything for each size of picture. Eight bits are for processors that
add products of bytes in one instruction (VNNI): on one that does not, the small recogniser gained an eighth of the engine's time for
seven more characters misread of 6,673 and 130 MB.
"""

import ctypes
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ocr_service.engines.runtime import onnxruntime

Batch = NDArray[np.float32]

_CPUINFO = Path("/proc/cpuinfo")
_M_MMAP_THRESHOLD = -3
"""As <malloc.h> has it."""


class Network(Protocol):
    """Takes one batch, gives its first output."""

    @property
    def runtime(self) -> str:
        """Which program runs it, and in which precision."""

    def room(self, width: int) -> int:
        """To how many pixels a strip that is `width` pixels wide is padded: for each new size a runtime may have to prepare itself."""

    def __call__(self, batch: Batch) -> Batch:
        """Run the network; what it gives may be overwritten by the next run."""


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
        return _multiple(width, 8)

    def __call__(self, batch: Batch) -> Batch:
        return np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)


class _OpenvinoNetwork:
    def __init__(self, path: Path, threads: int, precision: Literal["bfloat16", "int8"]) -> None:
        # Its converter, which is never used here, would load a module that reports to the maker.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how an import is refused
        # Imported here: only a CPU that gains from it pays for loading it.
        import openvino  # noqa: PLC0415

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
        # What it compiles for a width it keeps, up to 13 MB of it: a few widths for each doubling are enough, and little is padded.
        return _multiple(width, max(32, (1 << width.bit_length()) // 8))

    def __call__(self, batch: Batch) -> Batch:
        given: Batch = np.asarray(self._request.infer({0: batch}, share_inputs=True, share_outputs=True)[0], np.float32)
        return np.asarray(0.5 + 0.5 * np.tanh(0.5 * given), np.float32) if self._ends_in_sigmoid else given


def _give_large_blocks_back() -> None:
    """Have glibc map each block from 4 MB on by itself: else what a page of one size took lies unused when the next has another, 250 MB."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 4 << 20)


def _multiple(width: int, step: int) -> int:
    return -(-width // step) * step
