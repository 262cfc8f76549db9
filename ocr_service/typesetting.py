"""Papers for printing, set by Typst in a process of its own.

Typst is one wheel without system libraries; it sets Chinese with the font of the set-up, and what people wrote reaches it as data, never as
markup.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

import ocr_service
from models.errors import InvalidCase, OutOfResources
from ocr_service.opened import PagePicture
from ocr_service.typesetting_limits import REFUSED, WALL_SECONDS

_log = structlog.get_logger(__name__)

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What of the environment the child sees: no setting, and so no key of a store."""


def typeset(files: Mapping[str, str]) -> bytes:
    """The PDF of `main.typ` and the files that it reads.

    Raises:
        InvalidCase: Typst cannot set what was written.
        OutOfResources: it took too long, or the machine gives no process or memory.
    """
    command = [sys.executable, "-P", "-m", "ocr_service.typesetting_child"]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment = {**kept, "PYTHONPATH": str(Path(ocr_service.__file__).parents[1]), "RAYON_NUM_THREADS": "2"}
    given = json.dumps(dict(files)).encode()
    try:
        done = subprocess.run(command, input=given, env=environment, capture_output=True, timeout=WALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutOfResources("the papers could not be set in time on this machine; try again") from error
    if done.returncode == REFUSED:
        _log.warning("papers could not be set", exit_code=done.returncode)
        raise InvalidCase("a text of the case cannot be set in type: write it without unusual signs", field="texts")
    if done.returncode != 0:
        _log.error("the child that sets papers ended", exit_code=done.returncode, reason=done.stderr[-300:].decode("utf-8", "replace"))
        raise OutOfResources("the papers could not be set on this machine; try again")
    return done.stdout


def as_svg(picture: PagePicture) -> str:
    """A JPEG as a file of text, which is all that Typst is given; the JPEG itself goes into the PDF unchanged."""
    width, height, data = picture.page_width, picture.page_height, base64.b64encode(picture.jpeg).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{data}"/></svg>'
    )
