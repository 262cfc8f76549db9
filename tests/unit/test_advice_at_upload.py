"""Advice is worked out beside the archiving, in a process of its own; where there is none the file is archived all the same."""

from pathlib import Path

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.drawn_set import picture
from models.archive import DocumentState
from models.capture import CaptureAdvice
from ocr_service.opened import Upload
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in


def test_a_picture_that_could_be_better_says_so_when_it_is_archived(tmp_path: Path) -> None:
    service = service_in(tmp_path, ScriptedReader())
    small = picture(20260101, 4).image.resize((400, 260))

    blurred = service.submit(Upload(encoded(small, "PNG"), "a.png"), "api")
    plain = service.submit(Upload(a_picture(1), "1.png"), "api")

    service.catalogue.close()
    assert CaptureAdvice.SMALL_PRINT in blurred.advice or CaptureAdvice.BLURRED in blurred.advice
    assert (plain.advice, plain.state) == ((), DocumentState.QUEUED)
