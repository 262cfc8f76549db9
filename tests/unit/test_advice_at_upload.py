"""Advice is worked out beside the archiving, and what it logs still tells whose request it belongs to."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL.Image import Image
from structlog.contextvars import bound_contextvars, get_contextvars

from models.capture import CaptureAdvice
from ocr_service.stages.intake import Upload
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in


@dataclass
class NotingStage:
    """Gives one piece of advice, and notes what a log would say of it."""

    noted: list[dict[str, object]] = field(default_factory=list)
    name: str = "capture"

    def run(self, _: Image) -> tuple[CaptureAdvice, ...]:
        self.noted.append(get_contextvars())
        return (CaptureAdvice.DARK,)


def test_advice_is_given_in_the_context_of_its_request(tmp_path: Path) -> None:
    stage = NotingStage()
    service = replace(service_in(tmp_path, ScriptedReader()), capture=lambda: stage)

    with bound_contextvars(request_id="abc"):
        submission = service.submit(Upload(a_picture(1), "1.png"), "api")

    service.catalogue.close()
    assert submission.advice == (CaptureAdvice.DARK,)
    assert stage.noted == [{"request_id": "abc"}]
