"""The command line as a user runs it: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished command left: exit code, and its JSON lines or text."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; raises when anything else stands there."""
        return [json.loads(line) for line in self.out.splitlines()]


def piaogen(*arguments: str | Path, archive: Path | str | None = None, **settings: str) -> Result:
    """Run `piaogen` to its end; `settings` are PIAOGEN_ variables by their lower-case names."""
    process = start_piaogen(*arguments, archive=archive, **settings)
    out, err = process.communicate(timeout=300)
    return Result(process.returncode, out, err)


def start_piaogen(*arguments: str | Path, archive: Path | str | None = None, **settings: str) -> "subprocess.Popen[str]":
    """Start `piaogen` and leave it running."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name == "PIAOGEN_WEIGHTS"}
    environment = {**kept, **{f"PIAOGEN_{name.upper()}": value for name, value in settings.items()}}
    if archive is not None:
        environment["PIAOGEN_ARCHIVE"] = str(archive)
    command = [sys.executable, "-m", "ocr_service.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
