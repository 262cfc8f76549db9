"""What `ingest` says while it works: measured, or not at all."""

import io

from rich.console import Console

from models.archive import DocumentState
from ocr_service.ingestion import IngestedFile
from ocr_service.progress import LINE_SECONDS, IngestProgress


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _done(pages: int = 1, state: DocumentState = DocumentState.DONE) -> IngestedFile:
    return IngestedFile("a.jpg", state, pages=pages)


def _progress(clock: _Clock, *, bar: bool = False) -> tuple[IngestProgress, io.StringIO]:
    out = io.StringIO()
    return IngestProgress(Console(file=out, force_terminal=bar, width=200, highlight=False), bar=bar, clock=clock), out


def test_rate_and_time_left_come_when_they_are_known() -> None:
    clock = _Clock()
    progress, _ = _progress(clock)
    progress.count(10, False)
    for _ in range(3):
        clock.now += 2
        progress.note(_done())
    assert progress.told() == "3 页 pages"
    clock.now += 2
    progress.note(_done())
    assert progress.told() == "4 页 pages，30.0 页/分 pages/min"

    progress.count(10, True)

    assert progress.told() == "4 页 pages，30.0 页/分 pages/min，约剩 about 0:00:12 时间 left"


def test_files_that_need_no_reading_do_not_make_it_look_quicker() -> None:
    clock = _Clock()
    progress, _ = _progress(clock)
    progress.count(12, True)
    for _ in range(4):
        clock.now += 2
        progress.note(_done(pages=2))
        progress.note(_done(pages=0, state=DocumentState.DUPLICATE))

    assert progress.told() == "8 页 pages，60.0 页/分 pages/min，约剩 about 0:00:08 时间 left"


def test_without_a_terminal_lines_come_now_and_then_and_a_summary_at_the_end() -> None:
    clock = _Clock()
    progress, out = _progress(clock)
    with progress:
        progress.count(3, True)
        progress.note(_done())
        clock.now += LINE_SECONDS
        progress.note(_done(state=DocumentState.NEEDS_REVIEW))
        progress.note(_done(pages=0, state=DocumentState.REFUSED))
        clock.now += LINE_SECONDS

    assert out.getvalue().splitlines() == [
        "进度 progress 2/3 份 files，2 页 pages",
        "3 份文件 files，2 页 pages，6.0 页/分 pages/min：已完成 done 1 · 待复核 needs_review 1 · 拒收 refused 1",
    ]


def test_a_terminal_shows_a_bar_that_goes_away() -> None:
    progress, out = _progress(_Clock(), bar=True)
    with progress:
        progress.count(2, True)
        progress.note(_done())
    shown = out.getvalue()

    assert "1/2" in shown
    assert "━" in shown
    assert "1 份文件 files" in shown.splitlines()[-1]


def test_nothing_is_said_of_nothing() -> None:
    progress, out = _progress(_Clock())
    with progress:
        pass

    assert out.getvalue() == ""
