"""Corrections, and what happened to an invoice, on the wire."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.question import QuestionBody
from models.correction import Acceptance, Confirmation, Ground, Wish, Withdrawal
from models.invoice import InvoiceKind, LineItem
from models.reading_json import encode_correction, encode_invoice
from ocr_service.answers import HistoryEntry
from ocr_service.drafting import Draft

MOST_REASON, MOST_NAME = 2_000, 200
"""Characters of a reason and of a name."""
_NOBODY_YET = "draft"
BY: Any = Field(
    default=None,
    max_length=MOST_NAME,
    description="Who says so, as long as nobody has a login; once somebody has, it is whoever asks",
    examples=["财务部 周样"],
)


class ItemBody(BaseModel):
    """One row of the table; amounts and quantities as decimal strings, null where nothing is printed."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    amount: str | None = None
    tax_rate: str | None = None
    tax_amount: str | None = None


class CorrectionBody(BaseModel):
    """What is to be set right; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str | None] = Field(
        default={},
        description="Values by field key, null where the paper has none; a value that stands already is confirmed by it",
        examples=[{"issue_date": "2019-03-19", "check_code": None}],
    )
    items: list[ItemBody] | None = Field(default=None, description="All rows of the table, when they are to be replaced")
    kind: InvoiceKind | None = Field(default=None, description="Another kind")
    reason: str = Field(min_length=1, max_length=MOST_REASON, examples=["对照纸质原件"])
    by: str | None = BY

    def wish(self, by: str) -> Wish:
        """The wish itself, in the name of `by`; raise InvalidCorrection for one that cannot be."""
        items = None if self.items is None else tuple(LineItem(**item.model_dump()) for item in self.items)
        return Wish(by, self.reason, self.fields, items, self.kind)


class DraftBody(BaseModel):
    """What somebody is about to set right; nothing of it is kept."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str | None] = Field(default={}, description="Values by field key as they are typed, null where the paper has none")
    items: list[ItemBody] | None = Field(default=None, description="All rows of the table, when they are to be replaced")
    kind: InvoiceKind | None = Field(default=None, description="Another kind")

    def wish(self) -> Wish:
        """The wish that it is a draft of; raise InvalidCorrection for one that cannot be."""
        items = None if self.items is None else tuple(LineItem(**item.model_dump()) for item in self.items)
        return Wish(_NOBODY_YET, _NOBODY_YET, self.fields, items, self.kind)


class ProofBody(BaseModel):
    """An invoice as it would stand with a draft."""

    invoice: dict[str, Any] = Field(description="As `piaogen read` prints it: fields, items, checks and verdict with what is typed")
    questions: list[QuestionBody] = Field(description="What would be left open")
    fields_of_kind: list[str] = Field(description="Keys of the fields that its kind has, in the usual order", examples=[["invoice_number"]])
    version: int = Field(description="The version of the record that the draft was held against", examples=[1])

    @classmethod
    def of(cls, invoice_id: str, draft: Draft) -> Self:
        """The wire form of a proved draft."""
        placed = {key for key, field in draft.invoice.fields.items() if field.polygon is not None}
        return cls(
            invoice=encode_invoice(draft.invoice),
            questions=[QuestionBody.of(question, invoice_id, has_place=question.key in placed) for question in draft.asked],
            fields_of_kind=list(draft.listed),
            version=draft.version,
        )


class ConfirmationBody(BaseModel):
    """What a person vouches for as it was read."""

    model_config = ConfigDict(extra="forbid")

    fields: list[str] = Field(
        default=[], description="Keys of fields that have a value; without any, all that the invoice has", examples=[["issue_date"]]
    )
    reason: str = Field(default="对照票面，核对无误", min_length=1, max_length=MOST_REASON)
    by: str | None = BY

    def confirmation(self, by: str) -> Confirmation:
        """What it says, in the name of `by`; raise InvalidCorrection for what cannot be said."""
        return Confirmation(by, self.reason, tuple(self.fields))


class OverrideBody(BaseModel):
    """A failed check that a person accepts."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(min_length=1, description="The rule of a check whose outcome is `fail`", examples=["kind_witnesses_agree"])
    reason: str = Field(min_length=1, max_length=MOST_REASON, examples=["税务局已核实，票面印错"])
    by: str | None = BY

    def acceptance(self, by: str) -> Acceptance:
        """What it says, in the name of `by`; raise InvalidCorrection without a name or a reason."""
        return Acceptance(self.rule, by, self.reason)


class RestoringBody(BaseModel):
    """Why an invoice is put back into the lists."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=MOST_REASON, examples=["并非重复"])
    by: str | None = BY

    def said(self, by: str) -> Withdrawal:
        """What it says, in the name of `by`; raise InvalidCorrection without a name or a reason."""
        return Withdrawal(by, self.reason, withdrawn=False)


class WithdrawalReasonBody(BaseModel):
    """Why an invoice is taken out of the lists."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=MOST_REASON, examples=["重复扫描"])
    ground: Ground = Field(
        default=Ground.VOID,
        description="`void` 作废, `not_invoice` 不是发票, `retake` 退回重拍: the sender is asked for a better picture",
    )
    by: str | None = BY

    def said(self, by: str) -> Withdrawal:
        """What it says, in the name of `by`; raise InvalidCorrection without a name or a reason."""
        return Withdrawal(by, self.reason, ground=self.ground)


class OverriddenBody(BaseModel):
    """A failed check that was accepted."""

    rule: str = Field(examples=["kind_witnesses_agree"])
    by: str
    at: datetime
    reason: str


class HistoryItemBody(BaseModel):
    """One version of the record: a reading by an engine, or what a person said."""

    version: int
    archived_at: datetime | None = Field(description="Null where the version's record cannot be read any more")
    engine: str | None = Field(examples=["paddleocr 3.7.0"], description="Null where the version's reading cannot be read any more")
    corrections: list[dict[str, Any]] = Field(
        description="Who changed what, when and why, agreed to it (`was` and `now` are the same), or took the invoice out of the lists "
        "(`withdrawn` true) or put it back (false); empty where the version is a reading",
        examples=[[{"by": "财务部 周样", "reason": "对照纸质原件", "fields": {"issue_date": {"was": "2019-03-10", "now": "2019-03-19"}}}]],
    )

    overrides: list[OverriddenBody] = Field(description="Failed checks that somebody accepted by this version")

    @classmethod
    def of(cls, entry: HistoryEntry) -> Self:
        """The wire form of a version."""
        return cls(
            version=entry.version,
            archived_at=None if entry.manifest is None else entry.manifest.archived_at,
            engine=None if entry.engine is None else f"{entry.engine.name} {entry.engine.version}",
            corrections=[encode_correction(correction) for correction in entry.corrections],
            overrides=[OverriddenBody(rule=rule, by=one.by, at=one.at, reason=one.reason) for rule, one in entry.overrides.items()],
        )


class HistoryBody(BaseModel):
    """Everything that happened to an invoice, oldest first."""

    versions: list[HistoryItemBody]
