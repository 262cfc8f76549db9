"""A watched folder: whole files alone, archived first, moved aside and never onto another, and every reason told."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.digest import Digest
from models.errors import BadUsage, StoreUnavailable
from ocr_service.service import ArchiveService
from ocr_service.watching.folder import WHY, Settled, WatchedFolder
from ocr_service.watching.lying_still import Seen, candidates
from ocr_service.watching.moving import Replaced, move
from storage.filesystem import FileSystemStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in
from tests.support.troubled_store import Trouble, TroubledStore


@dataclass
class Post:
    """A folder that is watched, by a clock that a test moves, and what was told of it."""

    service: ArchiveService
    inbox: Path
    told: list[Settled] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, *, as_departments: bool = False) -> None:
        """As a new process begins: nothing is known of any file."""
        self.watched = WatchedFolder(self.service, self.inbox, self.told.append, 5, as_departments)
        self.watched.stillness.clock = lambda: self.now

    def put(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def look(self, seconds: float = 6) -> None:
        """Look, let time pass, look again."""
        self.watched.look()
        self.now += seconds
        self.watched.look()

    def lying(self, name: str) -> dict[str, bytes]:
        """What lies in `archived` or `refused`, by the path below the day."""
        home = self.inbox / name
        return {"/".join(path.relative_to(home).parts[1:]): path.read_bytes() for path in home.rglob("*") if path.is_file()}

    def documents(self) -> set[Digest]:
        return set(self.service.archive.digests())


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    service = service_in(tmp_path, ScriptedReader())
    inbox = tmp_path / "收票"
    inbox.mkdir()
    yield Post(service, inbox)
    service.catalogue.close()


def test_a_file_is_archived_then_moved_with_the_folder_that_it_lay_in(post: Post) -> None:
    post.put("三月/出租.png", a_picture(1))

    post.look()

    assert post.documents() == {Digest.of(a_picture(1))}
    assert post.lying("archived") == {"三月/出租.png": a_picture(1)}
    assert [(one.path.name, one.state) for one in post.told] == [("出租.png", DocumentState.QUEUED)]
    assert not (post.inbox / "三月/出租.png").exists()


def test_a_file_that_somebody_still_writes_to_is_left_until_it_lies_still(post: Post) -> None:
    path = post.put("slow.png", a_picture(1)[:40])
    post.look(seconds=3)
    path.write_bytes(a_picture(1))
    post.look(seconds=3)
    assert post.documents() == set()

    post.look(seconds=3)

    assert post.documents() == {Digest.of(a_picture(1))}
    assert [one.state for one in post.told] == [DocumentState.QUEUED]


def test_a_file_that_is_open_for_writing_is_left_however_long_it_pauses(post: Post) -> None:
    path = post.put("copying.png", b"")
    with path.open("wb") as writer:
        writer.write(a_picture(1))
        writer.flush()
        post.look(seconds=600)
        assert post.told == []

    post.look()

    assert [one.state for one in post.told] == [DocumentState.QUEUED]


@pytest.mark.parametrize("name", ["a.png.part", "~$a.xlsx", "a.pdf.crdownload", ".DS_Store", "Thumbs.db", ".a.png.Xy3z", "a.TMP", "a.png~"])
def test_what_programs_leave_while_they_write_is_not_taken(post: Post, name: str) -> None:
    post.put(name, a_picture(1))

    post.look()

    assert (post.documents(), post.told, (post.inbox / name).exists()) == (set(), [], True)


def test_links_are_not_followed_and_that_is_said_once(post: Post, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.png").write_bytes(a_picture(1))
    (post.inbox / "file.png").symlink_to(tmp_path / "elsewhere" / "secret.png")
    (post.inbox / "folder").symlink_to(tmp_path / "elsewhere")

    post.look()
    post.look()

    assert post.documents() == set()
    assert [(one.path.name, one.state) for one in post.told] == [("file.png", None), ("folder", None)]


def test_nothing_is_ever_moved_onto_another_file(post: Post) -> None:
    for shade in range(3):
        post.put("scan.png", a_picture(shade))
        post.look()

    assert post.lying("archived") == {"scan.png": a_picture(0), "scan (2).png": a_picture(1), "scan (3).png": a_picture(2)}


def test_what_is_refused_lies_beside_the_reason_and_never_onto_another(post: Post) -> None:
    post.put("合同.docx", b"no invoice")
    post.look()
    post.put("合同.docx", b"no invoice either")
    post.look()

    lying = post.lying("refused")
    assert lying["合同.docx"] == b"no invoice"
    assert lying["合同 (2).docx"] == b"no invoice either"
    reason = lying["合同.docx" + WHY].decode()
    assert "不是能收的文件格式" in reason
    assert "unsupported_media_type" in reason
    assert [one.state for one in post.told] == [DocumentState.REFUSED] * 2


def test_a_reason_is_never_written_over_a_text_of_somebody_else(post: Post) -> None:
    post.put("a.docx" + WHY, b"mine")
    post.look()

    post.put("a.docx", b"no invoice")
    post.look()

    assert post.lying("refused")["a.docx" + WHY] == b"mine"
    assert post.lying("refused")["a (2).docx"] == b"no invoice"


def test_refused_files_under_one_name_that_leaves_no_room_for_the_text_each_have_theirs(post: Post) -> None:
    name = "票" * 83 + ".x"
    for content in (b"", b"no invoice"):
        post.put(name, content)
        post.look()

    lying = post.lying("refused")
    assert sorted(lying[each] for each in lying if not each.endswith(WHY)) == [b"", b"no invoice"]
    texts = [lying[each].decode() for each in lying if each.endswith(WHY)]
    assert sorted("empty_file" in text for text in texts) == [False, True]


def test_a_name_in_gbk_is_read_and_the_file_keeps_it(post: Post) -> None:
    taken, refused = (os.fsdecode(name.encode("gbk")) for name in ("发票.png", "发票.docx"))
    post.put(taken, a_picture(1))
    post.put(refused, b"no invoice")

    post.look()

    document = post.service.document(Digest.of(a_picture(1)))
    assert document.received.document.file_name == "发票.png"
    assert set(post.lying("archived")) == {taken}
    assert post.lying("refused")[refused + WHY].decode().startswith("发票.docx\n")


def test_of_a_zip_the_good_files_are_archived_and_the_text_says_which_are_not(post: Post) -> None:
    with zipfile.ZipFile(post.inbox / "三月.zip", "w") as archive:
        archive.writestr("a.png", a_picture(1))
        archive.writestr("b.docx", "no invoice")

    post.look()

    assert post.documents() == {Digest.of(a_picture(1))}
    reason = post.lying("refused")["三月.zip" + WHY].decode()
    assert "1 of the files in it were refused; the other 1 are archived" in reason
    assert "三月.zip!b.docx" in reason


def test_while_the_store_is_down_a_file_stays_and_is_taken_when_it_is_back(tmp_path: Path) -> None:
    store = FileSystemStore(tmp_path / "archive")
    store.prepare()
    troubled = TroubledStore(store)
    service = service_in(tmp_path, ScriptedReader(), troubled)
    (tmp_path / "in").mkdir()
    post = Post(service, tmp_path / "in")
    post.put("a.png", a_picture(1))
    for trouble in (Trouble.DOWN, Trouble.FULL, Trouble.LYING):
        troubled.trouble = trouble
        with pytest.raises(StoreUnavailable):
            post.look()
        assert (post.inbox / "a.png").read_bytes() == a_picture(1)

    troubled.trouble = None
    post.look()

    assert post.documents() == {Digest.of(a_picture(1))}
    assert post.lying("archived") == {"a.png": a_picture(1)}
    service.catalogue.close()


def test_a_file_that_was_archived_before_a_kill_is_taken_again_and_doubles_nothing(post: Post) -> None:
    post.put("a.png", a_picture(1))
    post.put("b.docx", b"no invoice")
    post.look()
    # As after a kill between archiving and moving: both lie there still, the reason of one beside its place.
    [text] = [path for path in (post.inbox / "refused").rglob("*") if path.name == "b.docx" + WHY]
    for name in ("a.png", "b.docx"):
        [moved] = [path for path in post.inbox.rglob(name)]
        moved.rename(post.inbox / name)
    post.restart()
    post.told.clear()

    post.look()

    assert {one.path.name: one.state for one in post.told} == {"a.png": DocumentState.DUPLICATE, "b.docx": DocumentState.REFUSED}
    batch = post.service.batch(post.watched._delivery(()).batch_id)
    assert sorted(item.file_name for item in batch.items) == ["a.png", "b.docx"]
    assert [item.state for item in batch.items if item.file_name == "a.png"] == [DocumentState.QUEUED]
    assert sorted(post.lying("refused")) == ["b.docx", "b.docx" + WHY]
    assert text.exists()


def test_a_file_that_cannot_be_moved_is_said_once_and_not_sent_again(post: Post) -> None:
    (post.inbox / "archived").write_text("a file where a folder should be")
    post.put("a.png", a_picture(1))

    post.look()
    post.look()

    assert [(one.state, one.moved_to, one.problem[:22]) for one in post.told] == [(DocumentState.QUEUED, None, "cannot be moved aside:")]
    assert (post.inbox / "a.png").exists()
    assert post.documents() == {Digest.of(a_picture(1))}


def test_folders_may_be_departments(post: Post) -> None:
    post.restart(as_departments=True)
    post.put("销售部/a.png", a_picture(1))
    post.put("b.png", a_picture(2))
    post.put("bad\x01name/c.png", a_picture(3))

    post.look()

    owners = {digest: post.service.received(digest).department for digest in post.documents()}
    assert owners == {Digest.of(a_picture(1)): "销售部", Digest.of(a_picture(2)): None}
    assert "bad\x01name/c.png" in post.lying("refused")


def test_files_of_a_day_and_a_folder_are_one_batch_and_another_day_begins_another(post: Post) -> None:
    for number, name in enumerate(("三月/a.png", "三月/b.png", "c.png")):
        post.put(name, a_picture(number))
        post.look()
    first = post.watched._delivery(("三月",)).batch_id
    post.watched.service = replace(post.service, clock=lambda: datetime.now(UTC) + timedelta(days=1))

    assert [item.file_name for item in post.service.batches.batch(first, EVERYTHING).items] == ["a.png", "b.png"]
    assert post.watched._delivery(("三月",)).batch_id != first


def test_a_clock_that_jumps_back_loses_and_doubles_nothing(post: Post) -> None:
    post.put("a.png", a_picture(1))
    post.look()
    post.watched.service = replace(post.service, clock=lambda: datetime.now(UTC) - timedelta(days=400))
    path = post.put("b.png", a_picture(2))
    os.utime(path, (0, 0))

    post.look()

    assert post.documents() == {Digest.of(a_picture(1)), Digest.of(a_picture(2))}
    assert sorted(post.lying("archived")) == ["a.png", "b.png"]


def test_two_do_not_watch_one_folder(post: Post) -> None:
    with post.watched.alone():
        other = WatchedFolder(post.service, post.inbox, post.told.append, 5)
        with pytest.raises(BadUsage, match="another"), other.alone():
            pass
    with other.alone():
        pass


def test_another_file_that_was_put_in_its_place_is_not_moved(post: Post) -> None:
    path = post.put("scan.png", a_picture(1))
    [candidate] = candidates(post.inbox)
    path.unlink()
    path.write_bytes(a_picture(2))
    os.utime(path, ns=(0, candidate.seen.written + 1))

    with pytest.raises(Replaced):
        move(path, candidate.seen, post.inbox / "archived" / "scan.png")

    assert path.read_bytes() == a_picture(2)


def test_a_name_that_is_no_text_is_archived_and_moved_as_it_is(post: Post) -> None:
    for number, name in enumerate((b"\xb7\xa2\xc6\xb1.png", b"\xff.doc", "换\n行.png".encode())):
        Path(os.fsdecode(os.fsencode(post.inbox) + b"/" + name)).write_bytes(b"no invoice" if name.endswith(b"doc") else a_picture(number))

    post.look()

    assert sorted(os.fsencode(name) for name in post.lying("archived")) == [b"\xb7\xa2\xc6\xb1.png", "换\n行.png".encode()]
    assert sorted(post.lying("refused")) == [os.fsdecode(b"\xff.doc"), os.fsdecode(b"\xff.doc") + WHY]


def test_a_file_that_is_taken_away_before_it_is_read_is_no_matter(post: Post) -> None:
    path = post.put("a.png", a_picture(1))
    [candidate] = candidates(post.inbox)
    path.unlink()

    post.watched._take(candidate)

    assert (post.told, post.documents()) == ([], set())


def test_a_pipe_is_not_waited_for(post: Post) -> None:
    os.mkfifo(post.inbox / "pipe")

    post.look()

    assert [(one.state, "pipe" in one.problem) for one in post.told] == [(None, True)]


def test_a_long_name_finds_a_place_as_well(post: Post) -> None:
    name = "发" * 83 + ".png"
    for shade in range(2):
        post.put(name, a_picture(shade))
        post.look()
    post.put("票" * 83 + ".doc", b"no invoice")
    post.look()

    assert sorted(post.lying("archived").values()) == sorted([a_picture(0), a_picture(1)])
    assert len(post.lying("refused")) == 2


def test_what_a_file_is_seen_by_changes_when_it_is_written_to(post: Post) -> None:
    path = post.put("a.png", b"1")
    before = Seen.of(path.lstat())
    os.utime(path, ns=(0, before.written + 1))

    assert Seen.of(path.lstat()) != before
