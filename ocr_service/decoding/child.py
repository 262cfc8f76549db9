"""A child process: opens one file after the other for its parent, within limits that it sets itself before it sees the first byte.

`python -m ocr_service.decoding.child SOCKET LIFE_LINE`, two descriptors. It holds no database, store or key, writes no file, and ends when
its parent hangs up, or is gone: the other end of the life line is then closed, whatever this process is busy with.
"""

import fcntl
import json
import os
import resource
import select
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import cv2

from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import OutOfResources, PiaogenError, RefusedInput
from models.geometry import Polygon
from ocr_service.decoding import limits
from ocr_service.decoding.confinement import confine
from ocr_service.decoding.frames import BrokenFrame, Head, receive, send
from ocr_service.files.containers import Mail
from ocr_service.files.mails import letter_of
from ocr_service.opened import FoundFile, Upload
from ocr_service.shortage import is_shortage
from ocr_service.spreadsheets.opening import Row, sheets
from ocr_service.stage import run_stage
from ocr_service.stages.capture import CaptureStage
from ocr_service.stages.intake import IntakeStage, sniff
from ocr_service.stages.picture import PictureStage
from ocr_service.stages.rendering import RenderingStage
from ocr_service.unfolding import At, Whole, unfolded

_MOST_BYTES = 1 << 40
"""Of what the parent sends: it has looked at the size."""
_NO_DIGEST = Digest("0" * 64)
_ROWS_AT_ONCE = 500

Answer = tuple[Head, bytes]


def main() -> None:
    """Serve the parent until it hangs up."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    _end_with(int(sys.argv[2]))
    _bound()
    cv2.setNumThreads(1)
    with suppress(ImportError, AttributeError, OSError, TypeError):
        import libarchive  # noqa: F401, PLC0415  # looks for its library by starting programs; whoever needs it and lacks it is told then
    confine()
    send(connection, {"state": "ready"})
    while (job := receive(connection, _MOST_BYTES)) is not None:
        head, content = job
        for answer, blob in _answers(head, content):
            send(connection, answer, blob)


def _end_with(life_line: int) -> None:
    """Have the system end this process (SIGIO, which nobody here handles) when the life line is cut: native code lets no thread of ours."""
    fcntl.fcntl(life_line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life_line, fcntl.F_SETFL, fcntl.fcntl(life_line, fcntl.F_GETFL) | os.O_ASYNC)
    is_cut, _, _ = select.select([life_line], [], [], 0)
    if is_cut:
        sys.exit()


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow(seconds: int) -> None:
    """From now on so many processor seconds; then the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _answers(head: Head, content: bytes) -> Iterator[Answer]:
    """What a job comes to; its last answer has the state `end`, `refused` or `broken`."""
    _allow(head["seconds"])
    try:
        yield from _TASKS[head["task"]](head, content)
        yield {"state": "end"}, b""
    except PiaogenError as error:
        yield _refusal(error), b""
    except (BrokenFrame, GeneratorExit):
        raise
    except Exception as error:  # noqa: BLE001  # whatever a file makes of a decoder is told, and the next file goes on
        if is_shortage(error):
            yield _refusal(OutOfResources("no memory")), b""
            return
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield {"state": "broken", "why": f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"}, b""


def _refusal(error: PiaogenError) -> Head:
    return {"state": "refused", "code": error.code, "message": error.message, "details": error.details}


def _take(head: Head, content: bytes) -> Iterator[Answer]:
    taken = IntakeStage(max_bytes=head["max_bytes"], max_pages=head["max_pages"]).take(Upload(content, head["file_name"]))
    document = taken.scan.document
    yield {"state": "taken", "media_type": document.media_type.value, "pages": document.pages, "advised": taken.photo is not None}, b""
    if taken.photo is not None:
        advice = run_stage(CaptureStage(), taken.photo, {})
        yield {"state": "advised", "advice": [one.value for one in advice]}, b""


def _sniff(_: Head, content: bytes) -> Iterator[Answer]:
    yield {"state": "sniffed", "media_type": sniff(content).value}, b""


def _preview(head: Head, content: bytes) -> Iterator[Answer]:
    picture = PictureStage(RenderingStage(), head["longest"]).preview(_scan(head, content), head["page"])
    yield {"state": "shown", "width": picture.page_width, "height": picture.page_height}, picture.jpeg


def _crop(head: Head, content: bytes) -> Iterator[Answer]:
    polygon = Polygon(tuple((x, y) for x, y in head["polygon"]))
    yield {"state": "shown"}, PictureStage(RenderingStage()).crop(_scan(head, content), head["page"], polygon)


def _scan(head: Head, content: bytes) -> Scan:
    """The file as it is kept; only its media type matters to whoever draws it."""
    return Scan(DocumentRef(_NO_DIGEST, head["file_name"], MediaType(head["media_type"]), len(content), 1), content)


def _unfold(head: Head, content: bytes) -> Iterator[Answer]:
    source = Path(head["path"]) if head["path"] else content
    mail = Mail(content, frozenset(head["without"])) if "without" in head else None
    for found in unfolded(source, head["max_bytes"], head["members"], head["bytes"], skip=head["skip"], known=mail):
        yield _told(found)
        _allow(head["seconds"])


def _letter(_: Head, content: bytes) -> Iterator[Answer]:
    letter = letter_of(content)
    told = {"subject": letter.subject, "sender": letter.sender, "sent": letter.sent, "message_id": letter.message_id}
    yield {"state": "letter", **told, "files": letter.files, "links": letter.links}, b""
    for place, name, why in letter.left_out:
        yield {"state": "left_out", "place": place, "name": name, "why": why.value}, b""


def _tables(head: Head, content: bytes) -> Iterator[Answer]:
    for sheet in sheets(content):
        yield {"state": "sheet", "name": sheet.name}, b""
        held: list[Row] = []
        for row in sheet.rows:
            held.append(row)
            if len(held) == _ROWS_AT_ONCE:
                yield {"state": "rows"}, json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")
                held = []
                _allow(head["seconds"])
        yield {"state": "rows"}, json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")


def _told(found: At | Whole | FoundFile) -> Answer:
    match found:
        case At(member, name):
            return {"state": "at", "member": member, "name": name}, b""
        case FoundFile(name, Upload(content, file_name)):
            return {"state": "found", "name": name, "file_name": file_name}, content
        case FoundFile(name, None, RefusedInput() as error):
            return {**_refusal(error), "state": "refused_member", "name": name}, b""
        case _:
            return {"state": "whole"}, b""


_TASKS = MappingProxyType(
    {"take": _take, "sniff": _sniff, "preview": _preview, "crop": _crop, "unfold": _unfold, "letter": _letter, "tables": _tables}
)


if __name__ == "__main__":
    main()
