"""A disk that is full, gone, broken or shared: the store says so and stays sound."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models.digest import Digest
from models.errors import NotAnArchive, ObjectConflict, StoreUnavailable
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "disk" / "archive"


@pytest.fixture
def store(root: Path) -> FileSystemStore:
    opened = FileSystemStore(root)
    opened.prepare()
    return opened


def put(store: FileSystemStore, key: str, data: bytes) -> bool:
    return store.put(key, data, Digest.of(data))


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


LIMITED = """
import json, resource, sys
from pathlib import Path
from models.digest import Digest
from models.errors import StoreUnavailable
from storage.filesystem import FileSystemStore

store = FileSystemStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
answers = []
for size in (9_000, 11_000, 8_000):
    data = bytes(size)
    try:
        answers.append(store.put(f"originals/{size}", data, Digest.of(data)))
    except StoreUnavailable as error:
        answers.append(error.message)
print(json.dumps(answers))
"""


def test_a_write_that_the_system_cuts_short_leaves_nothing_behind(store: FileSystemStore, root: Path) -> None:
    """The real thing that can be had everywhere: the system lets the process write only so many bytes, as a full disk does."""
    ran = subprocess.run([sys.executable, "-c", LIMITED, str(root)], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    before, refused, after = json.loads(ran.stdout)

    assert (before, after) == (True, True)
    assert "ulimit -f" in refused
    assert files(root) == ["originals/8000", "originals/9000"]
    assert put(store, "originals/11000", bytes(11_000)) is True


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "check it and its backup"),
        (errno.EROFS, "mount it writable"),
        (errno.EACCES, "the user that runs Piaogen"),
        (errno.ENOLCK, "try again"),
    ],
)
def test_a_disk_that_fails_late_is_told_and_nothing_is_kept(
    store: FileSystemStore, root: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    """A full disk may show itself only when the file is synced."""

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(StoreUnavailable, match=advice):
            put(store, "originals/ab/scan", b"scan")
        with pytest.raises(StoreUnavailable, match=advice):
            store.check_writable()

    assert files(root) == []
    assert put(store, "originals/ab/scan", b"scan") is True


def test_file_and_folders_are_synced_in_the_right_order(store: FileSystemStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[str, bool]] = []
    target = root / "originals" / "ab" / "scan"
    sync = os.fsync

    def watch(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append(("the file" if path.parent.name == "~incoming" else str(path.relative_to(root)), target.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    put(store, "originals/ab/scan", b"scan")

    assert synced == [("the file", False), (".", False), ("originals", False), ("originals/ab", True)]


def test_bytes_that_another_process_put_are_made_durable_again(store: FileSystemStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process may have been killed between naming the file and syncing the folders."""
    put(store, "originals/ab/scan", b"scan")
    synced: list[str] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(root)))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    put(FileSystemStore(root), "originals/ab/scan", b"scan")

    assert synced == [".", "originals", "originals/ab"]


def test_a_new_folder_is_synced_with_its_new_parents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)))
    )

    FileSystemStore(tmp_path / "a" / "b").prepare()

    assert synced == [".", "a"]


def test_files_are_read_only(store: FileSystemStore, root: Path) -> None:
    put(store, "originals/ab/scan", b"scan")

    assert (root / "originals" / "ab" / "scan").stat().st_mode & 0o777 == 0o400


CALLS: dict[str, Callable[[FileSystemStore], object]] = {
    "put": lambda store: put(store, "originals/ab/other", b"other"),
    "get": lambda store: store.get("originals/ab/scan"),
    "get nothing": lambda store: store.get("originals/ab/none"),
    "stat": lambda store: store.stat("originals/ab/scan"),
    "list": lambda store: list(store.list()),
    "list by prefix": lambda store: list(store.list("originals/")),
    "check_writable": lambda store: store.check_writable(),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_folder_that_is_gone_is_unavailable_and_never_empty(store: FileSystemStore, root: Path, call: str) -> None:
    put(store, "originals/ab/scan", b"scan")
    root.rename(root.parent / "unmounted")

    with pytest.raises(StoreUnavailable, match="the folder is not there"):
        CALLS[call](store)

    (root.parent / "unmounted").rename(root)
    assert store.get("originals/ab/scan") == b"scan"


@pytest.mark.parametrize("call", CALLS)
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, call: str) -> None:
    (tmp_path / "archive").write_bytes(b"not a folder")

    with pytest.raises(StoreUnavailable):
        CALLS[call](FileSystemStore(tmp_path / "archive"))
    with pytest.raises(StoreUnavailable, match="that is not a folder"):
        FileSystemStore(tmp_path / "archive").prepare()

    assert (tmp_path / "archive").read_bytes() == b"not a folder"


def test_a_disk_that_comes_back_empty_takes_new_objects(store: FileSystemStore, root: Path) -> None:
    put(store, "originals/ab/scan", b"scan")
    root.rename(root.parent / "unmounted")
    root.mkdir()

    with pytest.raises(StoreUnavailable):
        put(store, "originals/ab/scan", b"scan")

    assert put(store, "originals/ab/scan", b"scan") is True


def test_what_a_killed_process_left_half_written_is_no_object_and_blocks_nothing(store: FileSystemStore, root: Path) -> None:
    put(store, "scan", b"scan")
    (root / "~incoming" / "left").write_bytes(b"half of a sc")

    assert [found.key for found in store.list()] == ["scan"]
    assert put(store, "scan2", b"scan") is True


def test_preparing_clears_away_only_what_no_process_can_still_be_writing(store: FileSystemStore, root: Path) -> None:
    put(store, "scan", b"scan")
    for name, age in (("old", 2 * 86_400), ("young", 60)):
        (root / "~incoming" / name).write_bytes(b"half of a sc")
        now = (root / "scan").stat().st_mtime
        os.utime(root / "~incoming" / name, (now - age, now - age))

    store.prepare()

    assert files(root) == ["scan", "~incoming/young"]


def test_a_key_cannot_be_file_and_folder_at_once(store: FileSystemStore) -> None:
    put(store, "a", b"file")
    put(store, "b/c", b"file")

    for key in ("a/b", "a/b/c", "b"):
        with pytest.raises(ObjectConflict):
            put(store, key, b"other")

    assert [(found.key, store.get(found.key)) for found in store.list()] == [("a", b"file"), ("b/c", b"file")]


@pytest.mark.parametrize("name", ["发票.jpg", "我的发票/一月.jpg", "a b.pdf", os.fsdecode("发票.jpg".encode("gbk"))])
def test_a_folder_of_pictures_is_not_taken_for_an_empty_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"picture")

    with pytest.raises(NotAnArchive):
        InvoiceArchive(FileSystemStore(tmp_path)).open()

    assert files(tmp_path) == [name]


def test_a_fresh_disk_is_an_empty_place(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / ".Trash").mkdir()
    (tmp_path / "lost+found" / "#123").write_bytes(b"")

    InvoiceArchive(FileSystemStore(tmp_path)).open()

    assert (tmp_path / "piaogen-archive.json").exists()
