"""Log lines go to standard error as it is when they are written."""

import io
import sys
from collections.abc import Iterator

import pytest
import structlog

from ocr_service.logs import log_to_stderr


@pytest.fixture(autouse=True)
def settings_of_the_log() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_line_follows_whoever_puts_another_file_in_the_place_of_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    log_to_stderr()
    log = structlog.get_logger()
    log.info("to the first")
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    log.warning("to the second", place="here")
    assert "event='to the second'" in second.getvalue()
    assert "place='here'" in second.getvalue()
