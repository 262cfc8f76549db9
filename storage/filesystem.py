"""An object store in a folder: every object a read-only file, durable before `put` returns."""

import errno
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR

from models.digest import Digest
from models.errors import ObjectConflict, ObjectNotFound, StoreUnavailable
from models.litter import is_litter
from storage.object_store import StoredObject, require_digest, validate_key, validate_prefix

_INCOMING = "~incoming"
"""Where files are written before they are linked into place; `~` cannot stand in a key, so it never collides with one."""

_ASIDE = "~damaged"
"""Where repairs move what is not right; nothing reads it but people."""

_NOT_OURS = frozenset({_INCOMING, _ASIDE, "~exports", "lost+found"})
"""Names in the root that are no objects: ours, that of what is taken out and fetched soon, and the folder that ext4 makes everywhere."""

_ABANDONED_SECONDS = 24 * 3600.0
"""No write takes a day: a temporary file older than this was left by a process that was killed."""

_OWN_FOLDER, _OWN_FILE = 0o700, 0o400
"""Invoices name people: nobody but the owner looks at them, and not even the owner writes by mistake."""

_PROBE = b"\0" * 4096

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and try again; what is archived is safe",
    errno.EDQUOT: "the quota is used up: raise it or free some space and try again; what is archived is safe",
    errno.EFBIG: "this process may not write files so large: raise its limit (ulimit -f) and try again",
    errno.EROFS: "the file system is read-only: mount it writable and try again",
    errno.EACCES: "this user has no permission there: give the folder to the user that runs Piaogen",
    errno.EPERM: "this user has no permission there: give the folder to the user that runs Piaogen",
    errno.EIO: "the disk reports an error: check it and its backup before anything else",
    errno.ENOENT: "the folder is not there: mount its disk, or say with --archive or PIAOGEN_ARCHIVE where the archive is",
    errno.ENOTDIR: "that is not a folder: correct --archive or PIAOGEN_ARCHIVE",
    errno.EEXIST: "that is not a folder: correct --archive or PIAOGEN_ARCHIVE",
    errno.EXDEV: "part of the folder lies on another file system: an archive must lie on one",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n) and try again",
}

_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
_FOLDERS_ARE_NOT_SYNCED = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


class FileSystemStore:
    """Objects as files below `root`, named by their keys.

    A file is written under a temporary name, fsynced, made read-only and then linked to its key: `link` fails when the name
    exists, so nothing is ever replaced, and a reader never sees half a file. The file system must have hard links.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._durable_folders: set[Path] = set()

    def prepare(self) -> None:
        """Make the folder and its parents; clear away what killed processes left half written."""
        with self._translated("make"):
            for folder in reversed([self._root, *self._root.parents]):
                if not folder.is_dir():
                    folder.mkdir(mode=_OWN_FOLDER, exist_ok=True)
                    _sync_folder(folder.parent)
            self._sweep()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes as a file; see ObjectStore."""
        validate_key(key)
        require_digest(key, data, expected)
        target = self._root / key
        with self._translated("write to"):
            new = False
            if not self._already_holds(key, data):
                new = self._link_new(target, data)
                if not new and not self._already_holds(key, data):
                    raise OSError(errno.EAGAIN, f"{key} came and went")
            # Also for an old object: whoever linked it may have been killed before the folders were durable.
            self._enter(target.parent)
            _sync_folder(target.parent)
            return new

    def get(self, key: str) -> bytes:
        """The bytes of the file; see ObjectStore."""
        validate_key(key)
        with self._translated("read from"), self._or_not_found(key):
            return (self._root / key).read_bytes()

    def part(self, key: str, start: int, length: int) -> bytes:
        """A part of the file; see ObjectStore."""
        validate_key(key)
        with self._translated("read from"), self._or_not_found(key), (self._root / key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def stat(self, key: str) -> StoredObject:
        """Size of the file; see ObjectStore."""
        validate_key(key)
        with self._translated("read from"), self._or_not_found(key):
            status = (self._root / key).stat()
            if S_ISDIR(status.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            return StoredObject(key, status.st_size)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Walk the folder in key order, one folder's names in memory at a time; see ObjectStore."""
        validate_prefix(prefix)
        with self._translated("read from"):
            if not self._root.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        above, slash, _ = prefix.rpartition("/")
        yield from self._walk(above + slash, prefix)

    def check_writable(self) -> None:
        """Write a small file durably and remove it; see ObjectStore."""
        with self._translated("write to"):
            self._write_temporary(_PROBE).unlink()

    def set_aside(self, key: str) -> None:
        """Move the file, or whatever stands in its place, into `~damaged`; see Mendable."""
        validate_key(key)
        aside = self._root / _ASIDE / f"{uuid.uuid4().hex}-{_aside_name(key)}"
        with self._translated("write to"):
            self._enter(aside.parent)
            try:
                (self._root / key).rename(aside)
            except (FileNotFoundError, NotADirectoryError):
                return
            _sync_folder(aside.parent)
            _sync_folder((self._root / key).parent)

    def purge(self, key: str) -> None:
        """Remove the file and what was set aside of it; see Purge."""
        validate_key(key)
        aside = self._root / _ASIDE
        with self._translated("remove from"):
            if not self._root.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            kept = [path for path in aside.glob("*") if path.name.partition("-")[2] == _aside_name(key)]
            for path in (self._root / key, *kept):
                path.unlink(missing_ok=True)
                # Also when it was gone: whoever removed it may have been killed before the folder was durable.
                if path.parent.is_dir():
                    _sync_folder(path.parent)

    def _already_holds(self, key: str, data: bytes) -> bool:
        """Whether the key's file has these bytes; False when there is none; raise ObjectConflict for anything else."""
        path = self._root / key
        try:
            same = path.stat().st_size == len(data) and path.read_bytes() == data
        except FileNotFoundError:
            return False
        except (NotADirectoryError, IsADirectoryError):
            if not self._root.is_dir():
                raise
            raise _conflict(key) from None
        if not same:
            raise _conflict(key)
        return True

    def _link_new(self, target: Path, data: bytes) -> bool:
        temporary = self._write_temporary(data)
        try:
            self._enter(target.parent)
            target.hardlink_to(temporary)
        except FileExistsError:
            return False
        except FileNotFoundError:
            # The place was taken away and may come back on another disk: nothing is known of its folders any more.
            self._durable_folders.clear()
            raise
        except OSError as error:
            if error.errno in _NO_HARD_LINKS:
                raise StoreUnavailable(
                    f"cannot write to {self._root}: its file system has no hard links; use a folder on ext4, XFS, Btrfs, ZFS, APFS or NFS"
                ) from error
            raise
        finally:
            temporary.unlink(missing_ok=True)
        return True

    def _write_temporary(self, data: bytes) -> Path:
        folder = self._root / _INCOMING
        folder.mkdir(mode=_OWN_FOLDER, exist_ok=True)
        path = folder / uuid.uuid4().hex
        try:
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), _OWN_FILE)
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def _enter(self, folder: Path) -> None:
        """Make the folder and its parents below the root; each is durable in its parent before this returns.

        A folder that another process has just made is synced as well, since that process may be killed before it does so. The
        set only saves time: a folder is forgotten with the process, or when there are too many to remember.
        """
        if folder in self._durable_folders or folder == self._root:
            return
        self._enter(folder.parent)
        folder.mkdir(mode=_OWN_FOLDER, exist_ok=True)
        _sync_folder(folder.parent)
        if len(self._durable_folders) > 10_000:
            self._durable_folders.clear()
        self._durable_folders.add(folder)

    def _walk(self, above: str, prefix: str) -> Iterator[StoredObject]:
        with self._translated("read from"):
            names = _scan(self._root / above, frozenset() if above else _NOT_OURS)
        for name, size in names:
            key = above + name
            if size is None:
                # What network storages keep in their own folders among ours may not even be looked at.
                if not is_litter(name.rstrip("/")) and (key.startswith(prefix) or prefix.startswith(key)):
                    yield from self._walk(key, prefix)
            elif key.startswith(prefix):
                yield StoredObject(key, size)

    def _sweep(self) -> None:
        """Housekeeping only: what cannot be removed (a read-only disk) stays and does no harm."""
        with suppress(OSError), os.scandir(self._root / _INCOMING) as entries:
            for entry in entries:
                if time.time() - entry.stat().st_mtime > _ABANDONED_SECONDS:
                    Path(entry.path).unlink(missing_ok=True)

    @contextmanager
    def _or_not_found(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            if not self._root.is_dir():
                raise
            raise ObjectNotFound(f"no object {key} in {self._root}", key=key) from None

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, "correct that and try again")
            raise StoreUnavailable(f"cannot {doing} {self._root}: {error.strerror or error}; {advice}", errno=error.errno or 0) from error


def _aside_name(key: str) -> str:
    return key.replace("/", "-")[-150:]


def _conflict(key: str) -> ObjectConflict:
    return ObjectConflict(
        f"{key} already holds other bytes; they were left as they are: run an audit, and restore the object from a backup if it is damaged",
        key=key,
    )


def _scan(folder: Path, hidden: frozenset[str]) -> list[tuple[str, int | None]]:
    """Names in one folder in key order; a folder's ends in a slash, which is what sorts it rightly, and has no size."""
    names: list[tuple[str, int | None]] = []
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return names
    with entries:
        for entry in entries:
            if entry.name not in hidden:
                names.extend(_named(entry))
    return sorted(names, key=lambda named: named[0])


def _named(entry: os.DirEntry[str]) -> Iterator[tuple[str, int | None]]:
    """The entry's name and size; nothing when it went away meanwhile, as other programs' files in the root may."""
    name = os.fsencode(entry.name).decode("utf-8", "replace")
    if entry.is_dir():
        yield name + "/", None
    else:
        with suppress(FileNotFoundError):
            yield name, entry.stat(follow_symlinks=entry.is_file()).st_size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync a folder: there the server makes names durable by itself.
        if error.errno not in _FOLDERS_ARE_NOT_SYNCED:
            raise
    finally:
        os.close(descriptor)
