"""What holds the keys of an archive is closed to whatever else runs as the same user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT

HOLDER = """
import sys
from ocr_service.composition import build_service
from ocr_service.settings import Settings
if sys.argv[2] == "closed":
    service = build_service(Settings(archive=sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
"""
LOOKER = """
import sys
for name in ("environ", "mem", "maps"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
    except PermissionError:
        print(name)
"""
EYES = "-sys_ptrace,-perfmon,-sys_admin"
WITHOUT_ROOTS_EYES = ["setpriv", f"--bounding-set={EYES}", f"--inh-caps={EYES}"] if os.getuid() == 0 else []
"""Root may look into everything, so whoever runs the tests as root tries it without the capabilities for that."""


@pytest.mark.parametrize(("state", "refused"), [("closed", "environ mem maps"), ("open", "")])
def test_the_environment_of_a_process_with_keys_is_read_by_no_other_of_its_user(state: str, refused: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PIAOGEN_SEAL_KEY": "not to be read"}
    command = [*WITHOUT_ROOTS_EYES, sys.executable, "-c", HOLDER, str(tmp_path / "archive"), state]

    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        looking = [*WITHOUT_ROOTS_EYES, sys.executable, "-c", LOOKER, str(holder.pid)]
        looked = subprocess.run(looking, capture_output=True, text=True, check=True)
        holder.communicate("\n")

    assert looked.stdout.split() == refused.split()
