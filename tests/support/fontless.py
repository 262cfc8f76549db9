"""A machine without Chinese fonts: a mount namespace in which their folders are empty."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_ROOT = Path(__file__).parents[2]


def run_without_fonts(script: str, *, with_set_up: bool) -> str:
    """What a Python script prints where the system has no fonts; `with_set_up` leaves the fonts that requirements.txt brings."""
    package = find_spec("pylopdf_fonts_zh_cn")
    assert package is not None
    folders = [*_SYSTEM_FOLDERS, *(() if with_set_up else package.submodule_search_locations or ())]
    hide = " && ".join(f"mount -t tmpfs none '{folder}'" for folder in folders if Path(folder).is_dir())
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    command = [*namespace, "sh", "-c", f'{hide} && exec "$@"', "sh", sys.executable, "-c", script]
    found = subprocess.run(command, cwd=_ROOT, env={**os.environ, "HOME": "/nonexistent"}, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout
