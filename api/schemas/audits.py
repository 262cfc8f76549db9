"""What audits found, on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from models.audit import AuditFinding, AuditResult
from storage.audit_results import KeptResult


class FindingBody(BaseModel):
    """One thing that was wrong."""

    kind: str = Field(examples=["damaged"])
    key: str = Field(description="The object in the archive")
    document: str | None = Field(description="The digest of the document concerned, as far as that is known")
    detail: str

    @classmethod
    def of(cls, finding: AuditFinding) -> Self:
        """The wire form of a finding."""
        document = None if finding.document is None else str(finding.document)
        return cls(kind=finding.kind.value, key=finding.key, document=document, detail=finding.detail)


class AuditResultBody(BaseModel):
    """What one audit, one round of checks or one restore drill found."""

    way: str = Field(examples=["round"], description="`walk`: `piaogen audit`; `round`: by itself; `drill`: documents restored on trial")
    began_at: datetime
    ended_at: datetime
    by: str = Field(examples=["schedule"])
    sound: bool
    documents: int = Field(description="How many the archive held")
    verified: int = Field(description="How many of those were found sound in the last period")
    checked: int = Field(description="How many this one looked at")
    hashed_objects: int
    hashed_bytes: int
    findings: list[FindingBody] = Field(description="The first thousand")
    findings_in_all: int
    log_head: str | None = Field(description="How far the activity log had come: its number of blocks and the digest of the last one")

    @classmethod
    def of(cls, result: AuditResult) -> Self:
        """The wire form of a result."""
        return cls(
            way=result.way.value,
            began_at=result.began_at,
            ended_at=result.ended_at,
            by=result.by,
            sound=result.sound,
            documents=result.documents,
            verified=result.verified,
            checked=result.checked,
            hashed_objects=result.hashed_objects,
            hashed_bytes=result.hashed_bytes,
            findings=[FindingBody.of(finding) for finding in result.findings],
            findings_in_all=result.findings_in_all,
            log_head=result.log_head,
        )


class AuditItemBody(BaseModel):
    """One kept result; `result` is null where its record cannot be read any more."""

    key: str = Field(description="Where it lies in the archive", examples=["audits/2026-03-02/000001.json"])
    result: AuditResultBody | None


class AuditsBody(BaseModel):
    """The results of audits, newest first."""

    audits: list[AuditItemBody]
    next_before: str | None = Field(description="Ask again with `?before=` this; null at the end")

    @classmethod
    def of(cls, kept: Sequence[KeptResult], limit: int) -> Self:
        """The wire form of a stretch of at most `limit` results."""
        items = [AuditItemBody(key=one.key, result=None if one.result is None else AuditResultBody.of(one.result)) for one in kept]
        return cls(audits=items, next_before=items[-1].key if len(items) == limit else None)
