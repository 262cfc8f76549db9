"""Each parser of strangers' bytes in a process of its own, fed by a fuzzer that looks at what it runs through."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.fuzz.mutants import seeds

_ALL = "jpeg png tiff webp bmp gif avif pdf ofd xml zip eml"
TARGETS: Mapping[str, str] = {
    "xml_tree": "xml",
    "embedded": "xml",
    "ofd_package": "ofd",
    "ofd_drawing": "",
    "pdf": "pdf",
    "pdf_text": "pdf",
    "pictures": "jpeg png tiff webp bmp gif avif",
    "tiff": "tiff",
    "jpeg_end": "jpeg",
    "zip_members": "zip ofd",
    "containers": "zip eml",
    "mails": "eml",
    "intake": _ALL,
    "qr_payload": "",
    "clues": "",
    "money": "",
    "names": "",
    "multipart": "",
}
"""The parsers, and the formats of the drawn files that each begins with."""
_TEXTS = (
    "01,10,099002400111,01234567,100.00,20250319,01234567890123456789,8F6D,",
    "计算\0" + "25119900000012345678\0" + "099002400111\0" + "商贸\0" + "咨询\0" + "91110199291951630T\0" + "100~\0" + "2025-Q3",
    "壹佰贰拾叁万肆仟伍佰陆拾柒圆捌角玖分",
    "; filename=\"a.png\"; filename*=UTF-8''%e7%a5%a8.png",
    'Content-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nabc\r\n--b--\r\n',
)
_LONGEST_UNIT = 20
"""Seconds that one input may take."""
_MEGABYTES = 3_000
_PATIENCE = 600.0
_STATISTIC = re.compile(r"stat::(\w+): +([0-9]+)")
_COVERED = re.compile(r"cov: ([0-9]+)")
_BROKEN = re.compile(r"(Uncaught Python exception[^\n]*\n.*?(?=\n==|\Z)|ERROR: libFuzzer: [^\n]*|SUMMARY: [^\n]*)", re.DOTALL)


class Alone(NamedTuple):
    """What became of one parser: inputs tried, edges of the code seen, seconds, those of the slowest input, and what broke it."""

    runs: int
    covered: int
    seconds: float
    slowest: int
    crash: str


def fuzz_alone(name: str, folder: Path, seconds: float, seed: int) -> Alone:
    """Fuzz a parser for so long; an input that breaks it stays in the folder."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    beginnings = [content for format in TARGETS[name].split() for content in seeds()[format]] or [text.encode() for text in _TEXTS]
    for number, content in enumerate(beginnings):
        (corpus / str(number)).write_bytes(content)
    options = (f"-max_total_time={max(1, round(seconds))}", f"-timeout={_LONGEST_UNIT}", f"-rss_limit_mb={_MEGABYTES}", f"-seed={seed}")
    bounds = ("-max_len=100000", "-print_final_stats=1", f"-artifact_prefix={folder.resolve()}/")
    command = [sys.executable, "-m", "benchmarks.fuzz.alone", name, *options, *bounds, str(corpus)]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=seconds + _PATIENCE)
    told = done.stderr + done.stdout
    numbers = {key: int(value) for key, value in _STATISTIC.findall(told)}
    covered = [int(number) for number in _COVERED.findall(told)]
    crash = (
        ""
        if done.returncode == 0
        else " ".join(" | ".join(_BROKEN.findall(told)).split())[-400:] or f"exit code {done.returncode}: {told[-300:]}"
    )
    runs, slowest = numbers.get("number_of_executed_units", 0), numbers.get("slowest_unit_time_sec", 0)
    return Alone(runs, max(covered, default=0), time.monotonic() - begun, slowest, crash)
