"""A network in ONNX format, run by the runtime that is quickest on this CPU.

Where the CPU multiplies in bfloat16, OpenVINO does the same work in half the time or less. Where it does not, onnxruntime in single
precision is as fast as OpenVINO and prepares nothing for each size of picture. Eight bits are for processors that add products of bytes in
one instruction (VNNI) and have no matrix unit for bfloat16 (AMX): without VNNI the small recogniser gained an eighth of the engine's time
for seven more characters misread of 6,673 and 130 MB; with AMX it takes a third longer in eight bits than in bfloat16.
"""

from pathlib import Path

from ocr_service.engines.network import Network

_CPUINFO = Path("/proc/cpuinfo")


def load_network(path: Path, *, threads: int, bfloat16: bool, whole_pages: bool = False) -> Network:
    """Load one `.onnx` file for `threads` threads; one that sees `whole_pages` is the detector."""
    # Imported here, each of them: a process pays for the runtime that it uses.
    if bfloat16:
        from ocr_service.engines.openvino_network import OpenvinoNetwork  # noqa: PLC0415

        return OpenvinoNetwork(path, threads, "bfloat16", whole_pages=whole_pages)
    from ocr_service.engines.onnx_network import OnnxNetwork  # noqa: PLC0415

    return OnnxNetwork(path, threads, keeps_memory=whole_pages)


def load_eight_bits(path: Path, *, threads: int) -> Network:
    """Load an OpenVINO file whose arithmetic is of eight bits."""
    from ocr_service.engines.openvino_network import OpenvinoNetwork  # noqa: PLC0415

    return OpenvinoNetwork(path, threads, "int8")


def gains_by_eight_bits(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether eight bits are the quickest that this CPU has; False where the system does not tell."""
    flags = _flags(cpuinfo)
    return not flags.isdisjoint({"avx512_vnni", "avx_vnni", "amx_int8"}) and "amx_bf16" not in flags


def multiplies_bfloat16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether this CPU has bfloat16 arithmetic; False where the system does not tell."""
    return not _flags(cpuinfo).isdisjoint({"avx512_bf16", "amx_bf16"})


def _flags(cpuinfo: Path) -> frozenset[str]:
    if not cpuinfo.is_file():
        return frozenset()
    lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())
