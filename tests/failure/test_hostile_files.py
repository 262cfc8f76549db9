"""Files that cost their reader everything cost themselves and nobody else: each is one refused file, and the next one is taken."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from models.access import EVERYTHING
from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import CannotBeOpened, FieldNotFound, FileTooLarge, LockedFile, Unavailable, UnreadableFile, UnsupportedMediaType
from ocr_service.decoding import limits
from ocr_service.decoding.children import Child
from ocr_service.decoding.conversation import error_of
from ocr_service.decoding.decoder import Decoder
from ocr_service.decoding.frames import BrokenFrame, receive, send
from ocr_service.decoding.unfolder import Budget
from ocr_service.opened import Upload
from tests.support.hostile import nested_forms, white_png, with_a_member_that_wants_four_gigabytes
from tests.support.memory_store import MemoryStore
from tests.support.ofd_files import zipped
from tests.support.pdf_files import portfolio_pdf
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in
from tests.support.waiting import until


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    """Children of its own, which a test may kill."""
    decoder = Decoder(max_bytes=3_000_000, max_pages=500)
    yield decoder
    decoder.close()


def scan_of(content: bytes, media_type: MediaType) -> Scan:
    return Scan(DocumentRef(Digest.of(content), "a", media_type, len(content), 1), content)


def taken(decoder: Decoder, content: bytes) -> int:
    """The number of its pages; the child is free again."""
    file = decoder.take(Upload(content, "a.png"))
    file.advice()
    return file.scan.document.pages


def files_of(decoder: Decoder, content: bytes, files: int = 20, most_bytes: int = 10**9) -> list[tuple[str, str]]:
    """Name and outcome of each."""
    found = decoder.unfolded(Upload(content, "a.zip"), Budget(files, most_bytes))
    return [(file.name, "taken" if file.error is None else file.error.code) for file in found]


def test_a_page_that_draws_without_end_is_given_up_and_the_next_one_is_shown(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kilobyte of forms inside forms, a thousand million lines."""
    monkeypatch.setattr(limits, "BASE_SECONDS", 1)
    content = nested_forms(depth=5, width=60)
    assert taken(decoder, content) == 1

    with pytest.raises(CannotBeOpened, match="longer"):
        decoder.preview(scan_of(content, MediaType.PDF), 1)

    assert decoder.preview(scan_of(a_picture(1), MediaType.PNG), 1).page_width == 40


def test_what_wants_more_memory_than_any_invoice_is_one_refused_file_and_the_rest_of_its_zip_goes_on(decoder: Decoder) -> None:
    content = with_a_member_that_wants_four_gigabytes(**{"1.png": a_picture(1), "2.png": a_picture(2)})

    assert files_of(decoder, content) == [("a.zip!bomb.png", "cannot_be_opened"), ("a.zip!1.png", "taken"), ("a.zip!2.png", "taken")]


def test_those_who_look_leave_one_child_to_those_who_hand_in(decoder: Decoder) -> None:
    """Twenty previews of a picture of ten kilobytes at once took eight gigabytes."""
    content = white_png(5_000, 5_000)
    with ThreadPoolExecutor(6) as lookers:
        looked = [lookers.submit(decoder.preview, scan_of(content, MediaType.PNG), 1) for _ in range(6)]
        assert taken(decoder, a_picture(1)) == 1
        assert not all(one.done() for one in looked)
        assert {one.result().page_width for one in looked} == {5_000}
        assert len(decoder.children.pids()) <= 2


def test_a_file_that_stands_still_is_given_up_when_its_time_is_over(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(decoder, a_picture(1)) == 1
    (still,) = decoder.children.pids()
    os.kill(still, signal.SIGSTOP)
    monkeypatch.setattr(limits, "WALL_FACTOR", 0.1)

    with pytest.raises(CannotBeOpened, match="longer"):
        decoder.take(Upload(a_picture(2), "a.png"))

    monkeypatch.undo()
    assert taken(decoder, a_picture(2)) == 1
    assert still not in decoder.children.pids()


def test_a_child_that_the_machine_killed_says_nothing_about_the_file(decoder: Decoder) -> None:
    assert taken(decoder, a_picture(1)) == 1
    (first,) = decoder.children.pids()
    os.kill(first, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as sender:
        sent = sender.submit(taken, decoder, a_picture(2))
        until(lambda: not decoder.children.pids())
        os.kill(first, signal.SIGKILL)

        assert sent.result() == 1


def test_a_killed_child_is_replaced_before_anybody_needs_it(decoder: Decoder) -> None:
    decoder.start()
    before = decoder.children.pids()
    os.kill(before[-1], signal.SIGKILL)

    assert taken(decoder, a_picture(1)) == 1
    assert len(before) == len(decoder.children.pids()) == 2
    assert before[-1] not in decoder.children.pids()


def test_children_are_replaced_when_they_are_worn_out(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JOBS", 2)
    taken(decoder, a_picture(1))
    once = decoder.children.pids()
    taken(decoder, a_picture(2))

    assert len(once) == 1
    assert decoder.children.pids() == ()


def test_a_child_ends_with_its_parent_and_a_closed_decoder_leaves_none(decoder: Decoder) -> None:
    orphan = Child()
    orphan.get_ready()
    orphan._connection.close()
    assert orphan._process.wait(60) == 0
    orphan.kill()

    decoder.start()
    pids = decoder.children.pids()
    decoder.close()

    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def _cut_off(child: Child) -> None:
    """As when the parent is killed: the system closes all that it holds."""
    child._connection.close()
    child._life_line.close()


def test_a_child_at_work_ends_with_a_parent_that_was_killed() -> None:
    """It went on for a processor minute and more, with memory in gigabytes, beside the children of the next server."""
    child = Child()
    child.get_ready()
    content = nested_forms(depth=5, width=60)
    job = {"task": "preview", "page": 1, "longest": 2000, "file_name": "a", "media_type": "application/pdf", "seconds": 100}
    child.ask(job, content, 60)
    until(lambda: _processor_ticks(child.pid) > 100)
    _cut_off(child)

    assert child._process.wait(60) == -signal.SIGIO


def _processor_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11])


def test_a_closed_decoder_leaves_no_child_at_work_and_says_nothing_about_its_file(decoder: Decoder) -> None:
    scan = scan_of(nested_forms(depth=5, width=60), MediaType.PDF)
    with ThreadPoolExecutor(1) as lookers:
        looked = lookers.submit(decoder.preview, scan, 1)
        until(lambda: bool(decoder.children._all) and any(child.jobs for child in decoder.children._all))
        (child,) = decoder.children._all
        decoder.close()

        with pytest.raises(Unavailable):
            looked.result()
    assert not Path(f"/proc/{child.pid}").exists()


def test_a_child_sees_no_key_and_writes_no_file(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIAOGEN_S3_SECRET_KEY", "nobody-may-see-this")
    taken(decoder, a_picture(1))
    (pid,) = decoder.children.pids()

    told = Path(f"/proc/{pid}/environ").read_bytes()
    bounds = {line[:24].strip(): line[24:].split()[0] for line in Path(f"/proc/{pid}/limits").read_text().splitlines()}
    assert b"nobody-may-see-this" not in told
    assert b"PIAOGEN" not in told
    assert (bounds["Max file size"], bounds["Max core file size"], bounds["Max address space"]) == ("0", "0", str(limits.MEMORY_BYTES))
    assert bounds["Max cpu time"] != "unlimited"


def test_a_zip_ends_where_the_budget_of_its_upload_does(decoder: Decoder) -> None:
    """Counted by whoever asks, for the containers of one upload together."""
    budget = Budget(3, 10**9)
    two = zipped({"1.png": a_picture(1), "2.png": a_picture(2)})

    first = list(decoder.unfolded(Upload(two, "a.zip"), budget))
    second = list(decoder.unfolded(Upload(two, "b.zip"), budget))

    assert [file.error for file in first] == [None, None]
    assert [(file.name, type(file.error)) for file in second] == [("b.zip", FileTooLarge)]
    assert files_of(decoder, zipped({"1.png": bytes(1000), "2.png": bytes(1000)}), most_bytes=1500)[-1] == ("a.zip", "file_too_large")


def test_whoever_stops_asking_leaves_no_child_at_work(decoder: Decoder) -> None:
    zip_of_many = zipped({f"{number}.png": a_picture(number % 50) + bytes(number) for number in range(400)})
    files = decoder.unfolded(Upload(zip_of_many, "a.zip"), Budget(1000, 10**9))
    next(files)
    files.close()

    assert files_of(decoder, zipped({"1.png": a_picture(1)})) == [("a.zip!1.png", "taken")]


def test_a_document_whose_attachments_cannot_be_looked_at_is_taken_as_it_is(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    attached = b"<a>" + b"<b>1</b>" * 300_000 + b"</a>"
    content = portfolio_pdf({"a.xml": attached})
    monkeypatch.setattr(limits, "MEMBER_SECONDS", 1)
    monkeypatch.setattr(limits, "BASE_SECONDS", 1)
    monkeypatch.setattr(limits, "SECONDS_A_MEGABYTE", 0)

    assert files_of(decoder, content)[0] == ("a.zip", "taken")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"state": "refused", "code": "locked_file", "message": "locked"}, LockedFile),
        ({"state": "refused", "code": "field_not_found", "message": "no page"}, FieldNotFound),
        ({"state": "refused", "code": "out_of_resources", "message": "no memory"}, CannotBeOpened),
        ({"state": "refused", "code": "digest_mismatch", "message": "the archive is damaged"}, CannotBeOpened),
        ({"state": "refused", "code": ["x"], "message": {}}, CannotBeOpened),
        ({"state": "broken", "why": 7}, CannotBeOpened),
    ],
)
def test_what_a_child_says_is_an_error_of_files_whatever_it_says(answer: dict[str, object], kind: type[Exception]) -> None:
    error = error_of({**answer, "details": {"size": 3, "message": "x", "not a name": 1, "text": "secret", "deep": {}}})

    assert type(error) is kind
    assert error.details in ({"size": 3}, {})


def test_a_message_of_a_child_is_one_line_of_bounded_length() -> None:
    error = error_of({"state": "refused", "code": "unreadable_file", "message": "a\x1b[2J\n" * 10_000})

    assert isinstance(error, UnreadableFile)
    assert len(error.message) <= 2000
    assert error.message.isprintable()


@pytest.mark.parametrize(
    "said",
    [
        b"\xff" * 12,
        b"\0\0\0\2" + bytes(8) + b"{]",
        b"\0\0\0\2" + bytes(8) + b"[]",
        b"\0\0\0\2\0\0\0\0\0\0\xff\xff{}",
        b"\0\0\0\2" + bytes(7) + b"\5{}abc",
        b"\0\0\0\1",
    ],
)
def test_a_frame_that_is_none_is_told_as_such(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)

        with pytest.raises(BrokenFrame):
            receive(ours, 10, 5)


def test_frames_come_as_they_went_and_one_who_does_not_read_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, {"name": "票\ud800"}, b"123")
        assert receive(theirs, 3) == ({"name": "票\ud800"}, b"123")
        with pytest.raises(BrokenFrame):
            send(ours, {}, bytes(10_000_000), 0.1)
        with pytest.raises(BrokenFrame):
            receive(ours, 3, 0.1)


def test_an_original_without_a_readable_record_is_looked_at_in_a_child(tmp_path: Path, decoder: Decoder) -> None:
    service = service_in(tmp_path, ScriptedReader(), MemoryStore())
    looked: list[bytes] = []

    def media_type(content: bytes) -> MediaType:
        looked.append(content)
        return decoder.media_type(content)

    index = replace(service.index, media_type=media_type)
    service.submit(Upload(a_picture(0), "a.png"), "api")
    service.submit(Upload(b"<?xml version='1.0'?><EInvoice/>", "b.xml"), "api")
    store = service.archive.store
    assert isinstance(store, MemoryStore)
    for key in [key for key in store.objects if key.startswith("documents/")]:
        store.objects[key] = b"{}"

    assert index.rebuild() == 2

    kinds = {service.catalogue.document(digest, EVERYTHING).received.document.media_type for digest in service.catalogue.digests()}
    assert kinds == {MediaType.PNG, MediaType.XML}
    assert len(looked) == 2
    service.catalogue.close()


def test_what_nobody_takes_in_has_no_media_type(decoder: Decoder) -> None:
    with pytest.raises(UnsupportedMediaType):
        decoder.media_type(b"\0\1\2 nothing that is known")
