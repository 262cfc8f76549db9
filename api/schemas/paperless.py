"""What apps of Paperless-ngx are answered, as its API of version 9 has it; what this archive has none of is empty."""

from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.archive import DocumentState
from models.batch import Batch, BatchItem
from models.calendar_words import day_in_china
from models.digest import Digest
from models.register import RegisterRow

API_VERSION = 9
VERSION = "2.20.15"
"""The last version of Paperless-ngx that speaks version 9 of its API: by it apps tell what they may ask."""
PERMISSIONS = (
    *("add_document", "view_document", "view_uisettings", "view_paperlesstask", "view_tag", "view_correspondent", "view_documenttype"),
    *("view_storagepath", "view_savedview", "view_customfield"),
)
_ENDED = (DocumentState.DONE, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)


class TokenRequest(BaseModel):
    """A login; `code` is that of the second factor."""

    model_config = ConfigDict(extra="ignore")

    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=2_000)
    code: str | None = Field(default=None, max_length=50)


class TaskBody(BaseModel):
    """Where an upload stands: `PENDING`, `STARTED`, `SUCCESS` or `FAILURE`."""

    id: int
    task_id: UUID
    task_name: str = "consume_file"
    task_file_name: str
    date_created: datetime
    date_done: datetime | None
    type: str = "auto_task"
    status: str
    result: str | None
    acknowledged: bool = False
    related_document: str | None
    owner: int | None = None
    duplicate_documents: list[dict[str, Any]] = []

    @classmethod
    def of(cls, batch: Batch, task_id: UUID) -> Self:
        """The task that a batch of one upload is."""
        item = _telling(batch)
        status, result = _outcome(item)
        has_ended = status in ("SUCCESS", "FAILURE")
        related = None if item is None or item.digest is None else str(number_of(item.digest))
        return cls(
            id=task_id.int & 0x7FFFFFFF,
            task_id=task_id,
            task_file_name="" if item is None else item.file_name,
            date_created=batch.created_at,
            date_done=datetime.now(UTC) if has_ended else None,
            status=status,
            result=result,
            related_document=related,
        )


class ListBody(BaseModel):
    """A page of a list, the only one."""

    count: int = 0
    next: str | None = None
    previous: str | None = None
    all: list[int] = []
    results: list[dict[str, Any]] = []


def number_of(digest: Digest) -> int:
    """The number that an app knows a document by, which need not be its alone: some apps hold no more than 31 bits."""
    return int(digest.hex[:8], 16) & 0x7FFFFFFF


def document_body(row: RegisterRow) -> dict[str, Any]:
    """An invoice as a document of a list."""
    invoice = row.invoice
    received = invoice.received_at.isoformat()
    title = " ".join(filter(None, (invoice.seller_name, invoice.number, None if invoice.total is None else f"¥{invoice.total}")))
    day = row.day or day_in_china(invoice.received_at)
    return {
        "id": number_of(invoice.document),
        "title": title or invoice.id,
        "content": "",
        "created": day.isoformat(),
        "created_date": day.isoformat(),
        "modified": received,
        "added": received,
        "correspondent": None,
        "document_type": None,
        "storage_path": None,
        "tags": [],
        "archive_serial_number": None,
        "original_file_name": invoice.file_name,
        "archived_file_name": None,
        "owner": None,
        "user_can_change": False,
        "is_shared_by_requester": False,
        "notes": [],
        "custom_fields": [],
    }


def _telling(batch: Batch) -> BatchItem | None:
    """The file that says most: of a zip the first that is still to be read, or was refused."""
    for wanted in ((DocumentState.QUEUED, DocumentState.RUNNING), (DocumentState.REFUSED,), (DocumentState.DUPLICATE,)):
        found = next((item for item in batch.items if item.state in wanted), None)
        if found is not None:
            return found
    return batch.items[0] if batch.items else None


def _outcome(item: BatchItem | None) -> tuple[str, str | None]:
    """Status and result, in the words by which apps tell a duplicate."""
    if item is None:
        return "FAILURE", "The file holds no file."
    if item.state is DocumentState.REFUSED:
        return "FAILURE", f"{item.file_name}: {item.error_message or item.error_code}"
    if item.state is DocumentState.DUPLICATE and item.digest is not None:
        known = f"{item.duplicate_of or item.digest} (#{number_of(item.digest)})"
        return "FAILURE", f"{item.file_name}: Not consuming {item.file_name}: It is a duplicate of {known}."
    if item.state in _ENDED and item.digest is not None:
        return "SUCCESS", f"Success. New document id {number_of(item.digest)} created"
    return ("STARTED" if item.state is DocumentState.RUNNING else "PENDING"), None
