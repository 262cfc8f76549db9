"""A machine that is short of memory, files or disk says so; no file is called damaged for it."""

import errno
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from models.errors import OutOfResources, RecognitionFailed
from ocr_service.decoding.decoder import Decoder, Taken
from ocr_service.engines.guard import EngineGuard
from ocr_service.files.zip_members import ZipParts
from ocr_service.opened import Upload
from ocr_service.shortage import is_shortage
from ocr_service.stage import run_stage
from tests.api.conftest import Desk, desk
from tests.support.command import ROOT
from tests.support.pictures import a_picture

__all__ = ["desk"]

_DECODES_WITHIN = """
import io, resource, sys
from pathlib import Path
from PIL import Image
from models.errors import PiaogenError
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage

buffer = io.BytesIO()
Image.new("RGB", (3500, 3500), "white").save(buffer, sys.argv[1])
IntakeStage().take(Upload(buffer.getvalue(), "warm"))
held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 10_000_000,) * 2)
try:
    IntakeStage().take(Upload(buffer.getvalue(), "a"))
except PiaogenError as error:
    print(error.code)
"""


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF"])
def test_a_sound_picture_for_which_memory_lacks_is_not_called_damaged(format: str) -> None:
    short = subprocess.run(
        [sys.executable, "-c", _DECODES_WITHIN, format], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )

    assert short.stdout.split() == ["out_of_resources"]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((9,), np.dtype("u1")),  # type: ignore[attr-defined]  # what numpy raises
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EIO, "Input/output error"),
        OSError("out of memory error when reading image file"),
        zlib.error("Error -4 while decompressing data: insufficient memory"),
    ],
    ids=repr,
)
def test_what_speaks_of_the_machine_is_told_from_what_speaks_of_the_file(error: Exception) -> None:
    assert is_shortage(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError("image file is truncated (3 bytes not processed)"),
        OSError(errno.ENOENT, "No such file or directory"),
        zlib.error("Error -3 while decompressing data: invalid block type"),
        KeyError("there is no part called out of memory error"),
        zipfile.BadZipFile("File is not a zip file"),
    ],
    ids=repr,
)
def test_damage_is_not_called_a_shortage(error: Exception) -> None:
    assert not is_shortage(error)


def test_opencv_without_memory_is_a_shortage() -> None:
    with pytest.raises(cv2.error) as found:
        cv2.resize(np.zeros((1, 1), np.uint8), (2**31 - 1, 2**31 - 1))
    told = found.value

    assert is_shortage(told) == (told.code == -4)


@dataclass(frozen=True)
class _Breaking:
    error: Exception
    name: str = "breaking"

    def run(self, value: None) -> None:
        raise self.error


def test_a_stage_without_memory_is_no_failed_recognition() -> None:
    with pytest.raises(OutOfResources):
        run_stage(_Breaking(MemoryError()), None, {})
    with pytest.raises(RecognitionFailed):
        run_stage(_Breaking(KeyError("a")), None, {})


def test_an_engine_without_memory_is_no_failed_recognition() -> None:
    with pytest.raises(OutOfResources), EngineGuard().reading(np.zeros((1, 1, 3), np.uint8)):
        raise MemoryError


def _zip_that_raises(error: Exception) -> ZipParts:
    class _Archive:
        def open(self, member: object) -> object:
            raise error

    return ZipParts(_Archive(), {"ofd.xml": zipfile.ZipInfo("OFD.xml")})  # type: ignore[arg-type]  # only what is asked of it


def test_a_document_that_is_a_zip_is_not_called_damaged_for_want_of_files() -> None:
    with pytest.raises(OutOfResources):
        _zip_that_raises(OSError(errno.EMFILE, "Too many open files")).read("OFD.xml")


def _no_memory(_: Upload) -> Taken:
    raise MemoryError


def _no_files(_: Upload) -> Taken:
    raise OSError(errno.EMFILE, "Too many open files: '/srv/secret'")


@pytest.mark.parametrize("take", [_no_memory, _no_files])
def test_an_upload_for_which_memory_lacks_is_to_be_sent_again(
    desk: Desk, take: Callable[[Upload], Taken], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Decoder, "take", lambda _, upload: take(upload))

    answer = desk.client.post("/v1/uploads", files={"files": ("a.png", a_picture())})

    assert (answer.status_code, answer.json()["code"]) == (503, "out_of_resources")
    assert answer.headers["retry-after"] == "5"
    assert "secret" not in answer.text
