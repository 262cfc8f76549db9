"""The demonstration ends well, and what the README shows at its top can be typed after it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT

TRANSCRIPT = re.compile(r"```console\n(.*?)```", re.DOTALL)


def test_the_transcript_of_the_readme_follows_the_demonstration(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    demo = [sys.executable, str(ROOT / "deploy" / "demo.py"), "--archive", "demo-archive", str(ROOT / "examples")]
    shown = TRANSCRIPT.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown is not None
    typed = [line.removeprefix("$ ") for line in shown[1].splitlines() if line.startswith("$ ")]
    expected = [line for line in shown[1].splitlines() if not line.startswith("$ ")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name == "PIAOGEN_WEIGHTS"}

    subprocess.run(demo, cwd=tmp_path, env=environment, check=True, capture_output=True)
    done = subprocess.run(["bash", "-euc", "\n".join(typed)], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    # How much of a name is read in a photograph hangs on the processor, and the log's head on the time; which invoice was found, and its
    # original, do not.
    assert [_without_names(line) for line in done.stdout.splitlines()] == [_without_names(line) for line in expected]


def _without_names(line: str) -> str:
    return re.sub(r"临溪市\w+|^ +\d\.\d+|(?<=keep it elsewhere: ).+", "", line)
