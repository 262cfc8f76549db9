"""Invoices on the wire: as a list shows them, and in full."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.schemas.links import address, crop_links, invoice_path
from api.schemas.question import QuestionBody, question_bodies
from models.archive import Manifest
from models.clues import Hit, InvoiceSummary
from models.correction import Correction, Ground
from models.reading_json import encode_invoice
from ocr_service.answers import StoredInvoice


class SummaryBody(BaseModel):
    """An invoice as a list shows it; amounts are decimal strings in yuan."""

    id: str = Field(examples=["0011223344556677889a-1"])
    digest: str = Field(description="The document it was found in", examples=["sha256:" + "0" * 64])
    file_name: str = Field(examples=["打车票 三月.jpg"])
    received_at: datetime
    page: int = Field(description="The page of the document, from 1")
    kind: str = Field(examples=["vat_special"])
    title: str = Field(examples=["北京增值税专用发票"])
    verdict: str = Field(examples=["accepted"])
    invoice_code: str | None = Field(examples=["1100184130"])
    invoice_number: str | None = Field(examples=["87654321"])
    issue_date: date | None = Field(examples=["2019-03-19"])
    seller_name: str | None = Field(examples=["北京某某科技有限公司"])
    seller_tax_id: str | None = Field(examples=["91110199291951630T"])
    buyer_name: str | None = Field(examples=["上海某某贸易有限公司"])
    buyer_tax_id: str | None = Field(examples=["91310199651717240Y"])
    tax_inclusive_amount: str | None = Field(examples=["3012.65"])
    withdrawn: bool = Field(description="Somebody took it out of the lists (作废); it is kept like any other", examples=[False])
    ground: Ground | None = Field(default=None, description="Why it is out of the lists; null where it is listed")
    links: dict[str, str] = Field(examples=[{"self": "/v1/invoices/0011223344556677889a-1"}])

    @classmethod
    def of(cls, summary: InvoiceSummary) -> Self:
        """The wire form of a summary."""
        return cls(
            id=summary.id,
            digest=str(summary.document),
            file_name=summary.file_name,
            received_at=summary.received_at,
            page=summary.page,
            kind=summary.kind.value,
            title=summary.title,
            verdict=summary.verdict.value,
            invoice_code=summary.code,
            invoice_number=summary.number,
            issue_date=summary.issue_date,
            seller_name=summary.seller_name,
            seller_tax_id=summary.seller_tax_id,
            buyer_name=summary.buyer_name,
            buyer_tax_id=summary.buyer_tax_id,
            tax_inclusive_amount=None if summary.total is None else str(summary.total),
            withdrawn=summary.withdrawn,
            ground=summary.ground,
            links={"self": invoice_path(summary.id), "page": address(f"/invoices/{summary.id}")},
        )


class ReasonBody(BaseModel):
    """Why a hit is one."""

    clue: str = Field(examples=["seller"])
    how: str = Field(examples=["part"])
    value: str = Field(examples=["北京某某科技有限公司"])
    field: str | None = Field(description="The field that holds the value, null when it is no field's", examples=["seller_name"])


class HitBody(BaseModel):
    """One invoice that answers the clues; scans of the same invoice are its copies."""

    score: float = Field(description="0 to 1", examples=[0.93])
    invoice: SummaryBody
    reasons: list[ReasonBody]
    copies: list[str] = Field(description="Ids of other scans of the same invoice")

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """The wire form of a hit."""
        return cls(
            score=hit.score,
            invoice=SummaryBody.of(hit.invoice),
            reasons=[ReasonBody(clue=reason.clue, how=reason.how, value=reason.value, field=reason.field) for reason in hit.reasons],
            copies=list(hit.copies),
        )


class FoundBody(BaseModel):
    """The answer to clues, best first; `not_searchable` scans are kept but hold nothing that could be searched yet."""

    hits: list[HitBody]
    not_searchable: int = Field(description="Scans that wait to be read, or could not be read", examples=[3])
    index_stale: bool = Field(
        description="The index was seen to differ from the archive, so that something may be missing here, or gone from the archive; "
        "/readyz says which"
    )


class DocumentBody(BaseModel):
    """The file that an invoice was found in."""

    digest: str
    file_name: str
    media_type: str
    size: int
    pages: int
    received_at: datetime
    source: str = Field(examples=["web"])


class VersionBody(BaseModel):
    """One reading of the document; older ones stay."""

    version: int
    archived_at: datetime
    previous: str | None = Field(description="Digest of the manifest before this one")

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """The wire form of a manifest."""
        previous = None if manifest.previous is None else str(manifest.previous)
        return cls(version=manifest.version, archived_at=manifest.archived_at, previous=previous)


class VoucherBody(BaseModel):
    """Who vouches for an invoice."""

    by: str = Field(examples=["财务部 周样"])
    at: datetime


class WithdrawalBody(BaseModel):
    """Who took an invoice out of the lists (作废), when and why."""

    by: str = Field(examples=["财务部 周样"])
    at: datetime
    reason: str = Field(examples=["重复扫描"])
    ground: Ground = Field(description="`void` 作废, `not_invoice` 不是发票, `retake` 退回重拍")

    @classmethod
    def of(cls, said: Correction) -> Self:
        """The wire form of the word by which it stands withdrawn."""
        return cls(by=said.by, at=said.at, reason=said.reason, ground=said.ground)


class InvoiceBody(BaseModel):
    """One archived invoice; `invoice` is exactly what `piaogen read` prints as one element of `invoices`."""

    id: str
    summary: SummaryBody
    invoice: dict[str, Any]
    document: DocumentBody
    engine: dict[str, Any] = Field(examples=[{"name": "paddleocr", "version": "3.7.0", "models": {"detection": "PP-OCRv6_small_det"}}])
    versions: list[VersionBody]
    questions: list[QuestionBody] = Field(description="What a person is asked about it; empty when it is accepted or confirmed")
    damage: str | None = Field(
        description="Why this is not the newest version of the record: `reading_damaged`, or `record_rolled_back` where the index "
        "remembers one that the archive does not hold; null when it is"
    )
    confirmed: VoucherBody | None = Field(description="Who spoke last of an invoice whose verdict is `confirmed`; null for any other")
    withdrawal: WithdrawalBody | None = Field(description="Who took it out of the lists; null where it is listed")
    links: dict[str, Any]

    @classmethod
    def of(cls, stored: StoredInvoice, versions: tuple[Manifest, ...]) -> Self:
        """The wire form of a stored invoice with all of its document's versions."""
        document, engine, path = stored.received.document, stored.reading.engine, invoice_path(stored.summary.id)
        return cls(
            id=stored.summary.id,
            summary=SummaryBody.of(stored.summary),
            invoice=encode_invoice(stored.invoice),
            document=DocumentBody(
                digest=str(document.digest),
                file_name=document.file_name,
                media_type=document.media_type.value,
                size=document.size,
                pages=stored.reading.document.pages,
                received_at=stored.received.received_at,
                source=stored.received.source,
            ),
            engine={"name": engine.name, "version": engine.version, "models": dict(engine.models)},
            versions=[VersionBody.of(manifest) for manifest in versions],
            questions=question_bodies(stored.summary.id, stored.invoice, contradicted=stored.summary.contradicted),
            damage=stored.damage,
            confirmed=None if stored.voucher is None else VoucherBody(by=stored.voucher.by, at=stored.voucher.at),
            withdrawal=None if stored.withdrawal is None else WithdrawalBody.of(stored.withdrawal),
            links={
                "self": path,
                "page": address(f"/invoices/{stored.summary.id}"),
                "original": f"{path}/original",
                "preview": f"{path}/preview",
                "copies": f"{path}/copies",
                "history": f"{path}/history",
                "confirm": f"{path}/confirm",
                "override": f"{path}/override",
                "withdraw": f"{path}/withdraw",
                "restore-to-list": f"{path}/restore-to-list",
                "reprocess": f"{path}/reprocess",
                "crops": crop_links(stored.summary.id, stored.invoice),
            },
        )


class CopyBody(SummaryBody):
    """Another scan of the same invoice; `differs` names the fields in which it says something else, which should not be."""

    differs: list[str] = Field(examples=[["tax_inclusive_amount"]])


class CopiesBody(BaseModel):
    """Other scans of the same invoice."""

    copies: list[CopyBody]
    withdrawn: list[CopyBody] = Field(description="Scans of it that somebody withdrew; what they say otherwise is no alarm any more")

    @classmethod
    def of(cls, invoice: InvoiceSummary, copies: tuple[InvoiceSummary, ...], withdrawn: tuple[InvoiceSummary, ...]) -> Self:
        """The wire form of an invoice's copies."""

        def told(copy: InvoiceSummary) -> CopyBody:
            return CopyBody(**SummaryBody.of(copy).model_dump(), differs=list(invoice.differences(copy)))

        return cls(copies=list(map(told, copies)), withdrawn=list(map(told, withdrawn)))


class QueuedBody(BaseModel):
    """A document that will be read again; its older readings stay."""

    digest: str
    state: str = Field(examples=["queued"])
