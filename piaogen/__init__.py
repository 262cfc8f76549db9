"""The program under its one name, for environments that it shares with others.

In the source tree `api`, `models`, `ocr_service` and `storage` are folders of the top level. Installed they lie inside this package,
where they meet no package of the same name that somebody else installed. They know one another by their short names: importing
`piaogen` lets this process find them so, and no other process.
"""

import sys
from pathlib import Path

_HERE = Path(__file__).parent


def _home() -> Path:
    """The folder that holds the packages: this one when installed, the one above in a source tree."""
    if (_HERE / "ocr_service").is_dir():
        return _HERE
    return _HERE.parent


# First, so that a foreign `models` of the environment is never taken for ours.
sys.path.insert(0, str(_home()))


def main() -> None:
    """Run the command line."""
    from ocr_service.cli import main as run  # noqa: PLC0415  # found only since the line above

    run()
