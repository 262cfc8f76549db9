"""What the ways in beside a request share: files that come together are one batch, which a restart carries on and doubles nothing of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from models.access import EVERYTHING
from models.archive import DocumentState
from models.batch import BatchItem
from models.digest import Digest
from models.errors import BatchNotFound, PiaogenError, RefusedInput, UnreadablePath
from ocr_service.acting import actor
from ocr_service.opened import FoundFile, display_name
from ocr_service.service import ArchiveService
from storage.catalogue.access import AccessIndex
from storage.catalogue.batches import Batches

CHINESE_REASONS = {
    "empty_file": "文件是空的，没有内容。",
    "unsupported_media_type": "不是能收的文件格式（看内容，不看扩展名）。",
    "file_too_large": "文件太大。",
    "too_many_pixels": "图片尺寸过大。",
    "unreadable_file": "文件损坏或不完整，请重拍或重新导出。",
    "locked_file": "文件已加密或有密码，请解除后再放进来。",
    "file_without_pages": "文件里没有页面，请重新索取。",
    "cannot_be_opened": "文件打不开：太复杂或已损坏，请扫描纸质票，或另存为图片或 PDF。",
    "destroyed_before": "这份文件保管期满后已按销毁清册销毁，不再收存。",
    "unreadable_path": "文件打不开。",
}
"""Why a file was refused, for whoever finds it set aside."""


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What became of one file: `state` is `queued` (archived, to be read), `duplicate` (archived before) or `refused`, with its error."""

    name: str
    state: DocumentState
    digest: Digest | None = None
    error: RefusedInput | None = None


class _ToldOnce(Batches):
    """Notes a file that is refused once, however often a restart meets it."""

    told: set[tuple[str, str]]

    def add_refused(self, batch_id: str, file_name: str, error: PiaogenError, mark: str | None = None) -> int:
        """As of every batch; 0 for what it says already."""
        if (file_name, error.code) in self.told:
            return 0
        self.told.add((file_name, error.code))
        return super().add_refused(batch_id, file_name, error, mark)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Files that came together, on their way into the archive.

    The batch is named by what they have in common, so that whoever was killed goes on with it: what it has already is not added again.
    """

    service: ArchiveService
    source: str
    batch_id: str
    department: str | None
    batches: _ToldOnce
    accepted: set[tuple[str, Digest]]

    @classmethod
    def of(cls, service: ArchiveService, source: str, marks: Sequence[str], department: str | None) -> Self:
        """The delivery with these marks, which no other of this source has; raise CatalogueUnavailable."""
        mark = Digest.of("\0".join(marks).encode("utf-8", "surrogatepass")).hex
        batch_id = f"{source}-{mark[:32]}"
        items = _items(service, batch_id)
        batches = _ToldOnce(service.catalogue)
        batches.told = {(item.file_name, item.error_code) for item in items if item.error_code and item.state is DocumentState.REFUSED}
        accepted = {(item.file_name, item.digest) for item in items if item.digest is not None}
        return cls(service, source, batch_id, department, batches, accepted)

    def take(self, found: FoundFile) -> TakenFile:
        """Archive one file. Calling again is safe.

        Raises:
            Unavailable: the archive or what opens files; nothing is known of the file.
        """
        if found.upload is None:
            error = found.error or UnreadablePath("cannot be opened")
            self.batches.add_refused(self.batch_id, display_name(found.name), error)
            return TakenFile(found.name, DocumentState.REFUSED, error=error)
        mark = (found.upload.shown_name, Digest.of(found.upload.content))
        if mark in self.accepted:
            return TakenFile(found.name, DocumentState.DUPLICATE, mark[1])
        return self._submitted(found)

    def _submitted(self, found: FoundFile) -> TakenFile:
        assert found.upload is not None
        telling = replace(self.service, batches=self.batches)
        submission = telling.submit(found.upload, self.source, batch=self.batch_id, department=self.department)
        if submission.document is None:
            return TakenFile(found.name, DocumentState.REFUSED, error=submission.error)
        if not self.accepted and self.department is not None:
            # From here on the batch is its department's to see.
            AccessIndex(self.service.catalogue.database).keep_sender(self.batch_id, actor(), self.department)
        self.accepted.add((submission.file_name, submission.document.digest))
        return TakenFile(found.name, submission.state, submission.document.digest)


def _items(service: ArchiveService, batch_id: str) -> tuple[BatchItem, ...]:
    try:
        return service.batches.batch(batch_id, EVERYTHING).items
    except BatchNotFound:
        return ()
