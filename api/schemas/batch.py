"""Uploads and their batches on the wire."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.duplicates import SameInvoiceBody
from api.schemas.invoice import SummaryBody
from api.schemas.links import address, batch_path, original_path
from api.schemas.problem import FileProblem
from models.batch import Batch, BatchItem, BatchList, ListedBatch
from models.capture import CaptureAdvice
from models.clues import InvoiceSummary
from models.duplicates import Duplicate


class UploadMeta(BaseModel):
    """What a sender may say about an upload, as JSON in the part `meta`."""

    model_config = ConfigDict(extra="forbid")

    source: Literal["api", "web", "phone"] = Field(default="api", description="How the files came, kept with each of them")
    batch: str | None = Field(
        default=None,
        pattern=r"^(api|web|phone)-[0-9a-f]{32}$",
        description="A batch that you name yourself, by 32 random hex digits: requests that name it all add to it, each under an "
        "Idempotency-Key of its own. A request that is sent again adds nothing twice, whatever became of it the first time",
    )
    sender: str | None = Field(
        default=None,
        max_length=200,
        description="Who kept the files until now, as the log names them; refused where somebody else sends them",
    )
    expected: int | None = Field(
        default=None, ge=1, le=1_000_000, description="How many files you mean to send in all requests to the batch that you named"
    )
    department: str | None = Field(
        default=None, max_length=100, description="Whose they are from then on; needed only of somebody who belongs to several departments"
    )
    priority: int = Field(default=0, ge=0, le=9, description="Higher is read first; somebody who waits at the screen sends 1")


class AdviceBody(BaseModel):
    """One way to take a better picture, told while the paper is still at hand; the picture is archived and read all the same."""

    code: CaptureAdvice = Field(examples=["blurred"])
    message: str = Field(description="What to do, in Chinese", examples=[CaptureAdvice.BLURRED.chinese])
    message_en: str = Field(examples=[CaptureAdvice.BLURRED.english])

    @classmethod
    def of(cls, advice: CaptureAdvice) -> Self:
        """The wire form of one piece of advice."""
        return cls(code=advice, message=advice.chinese, message_en=advice.english)


class FileBody(BaseModel):
    """Where one file of a batch stands."""

    position: int = Field(description="In the order sent, from 1", examples=[1])
    file_name: str = Field(examples=["打车票 三月.jpg"])
    state: str = Field(
        description="`queued` → `running` → `done`, `needs_review` or `unread`; `duplicate`, `refused` and `cancelled` are final",
        examples=["queued"],
    )
    digest: str | None = Field(description="Under this SHA-256 the original is kept; absent when refused", examples=["sha256:" + "0" * 64])
    duplicate_of: str | None = Field(description="The same bytes came before: the first invoice in them, or the document while it has none")
    attempts: int = Field(description="How often its reading was tried; after three it is set aside as `unread`", examples=[1])
    error: FileProblem | None = Field(description="Why the file was refused or could not be read, or why the last try failed")
    advice: list[AdviceBody] = Field(description="How the picture could be better; empty when nothing is amiss")
    returned: str | None = Field(
        default=None,
        description="Why it is to be photographed anew (退回重拍), as whoever sent it back said; null where nobody did",
        examples=["金额被遮住了"],
    )
    invoices: list[SummaryBody] = Field(description="What was found in it so far")
    same_invoices: list[SameInvoiceBody] = Field(default=[], description="Its invoices that came before in another file")
    links: dict[str, str]

    @classmethod
    def of(
        cls,
        file: BatchItem,
        invoices: Sequence[InvoiceSummary],
        before: Mapping[str, Sequence[Duplicate]],
        returned: str | None = None,
    ) -> Self:
        """The wire form of one file; `before` has by their ids what of its invoices came before."""
        digest = None if file.digest is None else str(file.digest)
        return cls(
            position=file.position,
            file_name=file.file_name,
            state=file.state.value,
            digest=digest,
            duplicate_of=file.duplicate_of,
            attempts=file.attempts,
            error=None if file.error_code is None else FileProblem(code=file.error_code, detail=file.error_message or file.error_code),
            advice=[AdviceBody.of(advice) for advice in file.advice],
            returned=returned,
            invoices=[SummaryBody.of(summary) for summary in invoices],
            same_invoices=[SameInvoiceBody.of(summary, other) for summary in invoices for other in before.get(summary.id, ())],
            links={} if file.digest is None else {"original": original_path(file.digest)},
        )


class BatchBody(BaseModel):
    """One upload of one or more files."""

    id: str
    created_at: datetime
    finished: bool = Field(description="Whether no file waits or is being read")
    cancelled: bool
    seconds_left: float | None = Field(
        description="Until its last file is read, from the pace of the last readings and all that is read before it; "
        "0 when it is finished, null while the pace is not known",
        examples=[42.5],
    )
    counts: dict[str, int] = Field(description="Files by state", examples=[{"done": 3, "duplicate": 1}])
    files: list[FileBody]
    readings: list[dict[str, Any]] = Field(
        default=[], description="With `?wait=`: what `piaogen read` would print of each file that is read by now"
    )
    links: dict[str, str]

    @classmethod
    def of(cls, batch: Batch, files: Iterable[FileBody], seconds_left: float | None, readings: Iterable[dict[str, Any]] = ()) -> Self:
        """The wire form of a batch."""
        path = batch_path(batch.id)
        return cls(
            id=batch.id,
            created_at=batch.created_at,
            finished=batch.settled,
            cancelled=batch.cancelled_at is not None,
            seconds_left=None if seconds_left is None else round(seconds_left, 1),
            counts={state.value: count for state, count in batch.counts.items() if count},
            files=list(files),
            readings=list(readings),
            links={
                "self": path,
                "events": f"{path}/events",
                "cancel": f"{path}/cancel",
                "retry": f"{path}/retry",
                "page": address(f"/batches/{batch.id}"),
            },
        )


class ListedBatchBody(BaseModel):
    """A batch in a list."""

    id: str
    created_at: datetime
    source: str = Field(description="How it came: `web`, `phone`, `api`, `watch` …", examples=["phone"])
    sent_by: str | None = Field(description="Who sent it, as the log names them; null where nobody noted it", examples=["user:wang"])
    department: str | None
    expected: int | None = Field(description="How many files its sender means to send, where they said so")
    counts: dict[str, int] = Field(description="Files by state", examples=[{"done": 3, "duplicate": 1}])
    finished: bool = Field(description="Whether no file waits or is being read")
    links: dict[str, str]

    @classmethod
    def of(cls, batch: ListedBatch) -> Self:
        """The wire form of one."""
        return cls(
            id=batch.id,
            created_at=batch.created_at,
            source=batch.source,
            sent_by=None if batch.sender is None else batch.sender.name,
            department=None if batch.sender is None else batch.sender.department,
            expected=batch.expected,
            counts={state.value: count for state, count in batch.counts.items()},
            finished=batch.waiting == 0,
            links={"self": batch_path(batch.id), "page": address(f"/batches/{batch.id}")},
        )


class BatchListBody(BaseModel):
    """Some batches, newest first."""

    items: list[ListedBatchBody]
    next_cursor: str | None

    @classmethod
    def of(cls, found: BatchList) -> Self:
        """The wire form of a page of the list."""
        return cls(items=[ListedBatchBody.of(batch) for batch in found.batches], next_cursor=found.next)
