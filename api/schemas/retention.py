"""Holds on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from models.retention import Hold


class NewHoldBody(BaseModel):
    """What is to be kept, and why."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] = Field(default=[], max_length=10_000, description="Ids of invoices, or digests of documents")
    everything: bool = Field(default=False, description="The whole archive, in the place of `documents`")
    reason: str = Field(max_length=500, examples=["2026年度审计"])


class ReasonBody(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=500, examples=["审计已结束"])


class HoldBody(BaseModel):
    """A hold as it stands."""

    id: str = Field(examples=["hold-20261130-0a1b2c3d"])
    documents: list[str] | None = Field(description="Digests; null for the whole archive")
    at: datetime
    by: str = Field(examples=["user:wang"])
    reason: str
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """The wire form of a hold."""
        return cls(
            id=hold.id,
            documents=None if hold.documents is None else sorted(map(str, hold.documents)),
            at=hold.at,
            by=hold.by,
            reason=hold.reason,
            released_at=hold.released_at,
            released_by=hold.released_by,
            release_reason=hold.release_reason,
        )


class HoldsBody(BaseModel):
    """Every hold, newest first."""

    holds: list[HoldBody]

    @classmethod
    def of(cls, holds: Sequence[Hold]) -> Self:
        """The wire form of them all."""
        return cls(holds=[HoldBody.of(hold) for hold in holds])
