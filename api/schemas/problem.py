"""Errors on the wire: RFC 9457 problem details."""

from pydantic import BaseModel, Field


class ProblemItem(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str = Field(description="Where: `query/limit`, `body/number`, `header/idempotency-key`", examples=["query/limit"])
    detail: str = Field(description="What is wrong there, and what to do", examples=["limit must be from 1 to 200, not 0"])


class Problem(BaseModel):
    """Why a request could not be answered; the media type is `application/problem+json`."""

    type: str = Field(description="Names the class of the problem", examples=["urn:piaogen:problem:invoice_not_found"])
    title: str = Field(description="The class in words, the same every time", examples=["No invoice has this id."])
    status: int = Field(description="The HTTP status", examples=[404])
    detail: str = Field(description="What happened this time", examples=["no invoice 0011223344556677889a-1"])
    instance: str = Field(description="The path that was asked for", examples=["/v1/invoices/0011223344556677889a-1"])
    code: str = Field(description="Stable, for programs", examples=["invoice_not_found"])
    request_id: str = Field(description="The same as the X-Request-ID header; quote it when asking for help", examples=["5f2b8c0e9d7a4e0f"])
    errors: list[ProblemItem] = Field(default=[], description="The parts of the request that are wrong, when they can be named")


class FileProblem(BaseModel):
    """Why one file of an upload was refused; the others went on."""

    code: str = Field(examples=["unsupported_media_type"])
    detail: str = Field(examples=["The bytes are of no kind that the archive takes"])
