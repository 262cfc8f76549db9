"""What a figure was measured on: it means nothing without."""

import os
import platform
import shutil
import sqlite3
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = (
    "paddleocr",
    "paddlex",
    "onnxruntime",
    "openvino",
    "numpy",
    "opencv-contrib-python",
    "zxing-cpp",
    "pillow",
    "sqlalchemy",
    "minio",
)


def machine_facts() -> dict[str, object]:
    """Processor, cores, memory, versions, commit, and how busy the machine is with other things."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _proc("cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": _kilobytes(_proc("meminfo", "MemTotal")) // 1024,
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES} | {"sqlite": sqlite3.sqlite_version},
        "commit": _commit(),
        "load_average": load_average(),
    }


def load_average() -> float:
    """Processes that wanted a core, averaged over the last minute."""
    return round(os.getloadavg()[0], 2)


def cpu_seconds() -> float:
    """What this process and its running children have used of the processor, user and system together."""
    return time.process_time() + sum(_cpu_of(child) for child in _children())


def resident_megabytes() -> int:
    """Memory that this process and its running children hold now."""
    return _megabytes("VmRSS")


def peak_megabytes() -> int:
    """The most memory that this process and its running children ever held, each at its own time."""
    return _megabytes("VmHWM")


def file_system(folder: Path) -> str:
    """The kind of file system that a folder lies on: what syncing costs depends on it."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    around = [(len(place), kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(around)[1]


def _proc(file: str, name: str) -> str:
    lines = (Path("/proc") / file).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == name), "")


def _megabytes(measure: str) -> int:
    return sum(_kilobytes(_proc(f"{process}/status", measure)) for process in ("self", *_children())) // 1024


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]


def _cpu_of(process: str) -> float:
    # The command, in brackets, may hold spaces; after it come the state and, as 14th and 15th of all, user and system time in ticks.
    fields = (Path("/proc") / process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kilobytes(text: str) -> int:
    return int(text.removesuffix("kB"))


def _commit() -> str | None:
    """The commit with a `+` when the tree differs from it; None outside a checkout."""
    if shutil.which("git") is None:
        return None
    folder = Path(__file__).parent
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=folder, capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=False)
    return head.stdout.strip() + ("+" if changed.stdout else "") if head.returncode == 0 else None
