"""The check before an invoice is reimbursed, on the wire."""

import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.invoice import SummaryBody
from models.clues import MAX_AMOUNT
from models.digest import Digest
from models.duplicates import Duplicate
from models.reimbursement import CheckedClaim, Claim, Hint

MOST_CLAIMS = 200

_Text = Annotated[str, Field(max_length=200)]
_Yuan = Annotated[Decimal, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
_Number = Annotated[str, Field(max_length=40)]


class ClaimBody(BaseModel):
    """An invoice that is to be reimbursed; whatever is known of it, at least its number or its seller, amount and date."""

    model_config = ConfigDict(extra="forbid")

    number: _Number | None = Field(default=None, description="8 or 20 digits", examples=["24312000000012345678"])
    code: _Number | None = Field(default=None, description="10 or 12 digits, where there is one")
    seller: _Text | None = Field(default=None, examples=["北京某某科技有限公司"])
    seller_tax_id: _Number | None = None
    buyer: _Text | None = None
    buyer_tax_id: _Number | None = None
    amount: _Yuan | None = Field(default=None, description="Total, tax included", examples=["1200.00"])
    date: datetime.date | None = Field(default=None, description="Date of issue", examples=["2026-03-02"])
    digest: str | None = Field(
        default=None, description="SHA-256 of its own file, where that is archived already: that is no duplicate of itself"
    )

    def claim(self) -> Claim:
        """The claim itself."""
        own = None if self.digest is None else str(Digest.parse(self.digest))
        return Claim(self.number, self.code, self.seller, self.seller_tax_id, self.buyer, self.buyer_tax_id, self.amount, self.date, own)

    @property
    def _is_known(self) -> bool:
        return bool(self.number) or (self.seller or self.seller_tax_id, self.amount, self.date).count(None) == 0

    @model_validator(mode="after")
    def require_something_to_go_by(self) -> Self:
        """Refuse a claim by which nothing can be found, and a digest that is none."""
        if self.digest is not None:
            Digest.parse(self.digest)
        if not self._is_known and not getattr(self, "invoices", None):
            raise ValueError("give the number of the invoice, or seller, amount and date")
        return self


class ClaimsBody(ClaimBody):
    """One invoice, or several of one claim as `invoices`."""

    invoices: list[ClaimBody] = Field(default=[], max_length=MOST_CLAIMS)
    booked_on: datetime.date | None = Field(default=None, description="Day of the booking; today when left out", examples=["2026-03-31"])

    def claims(self) -> list[Claim]:
        """All that is asked about."""
        return [body.claim() for body in self.invoices] or [self.claim()]


class DuplicateBody(BaseModel):
    """An archived invoice that is the same one: where, and since when."""

    invoice: SummaryBody
    by: str = Field(description="`number`, or suspected only: `number_alone`, `seller_amount_date`", examples=["number"])
    certain: bool
    message: str = Field(examples=["同一张发票，已于 2026-03-02 16:31 存档"])
    message_en: str

    @classmethod
    def of(cls, other: Duplicate) -> Self:
        """The wire form of a duplicate."""
        return cls(
            invoice=SummaryBody.of(other.invoice),
            by=other.by.value,
            certain=other.by.is_certain,
            message=other.chinese,
            message_en=other.english,
        )


class HintBody(BaseModel):
    """What one rule found; a hint, not a decision."""

    rule: str = Field(examples=["consecutive"])
    rule_name: str = Field(examples=["连号"])
    result: str = Field(description="`compliant` 合规, `doubtful` 存疑 or `not_compliant` 不合规", examples=["doubtful"])
    result_name: str = Field(examples=["存疑"])
    message: str
    message_en: str

    @classmethod
    def of(cls, hint: Hint) -> Self:
        """The wire form of a hint."""
        return cls(
            rule=hint.rule.value,
            rule_name=hint.rule.chinese,
            result=hint.result.value,
            result_name=hint.result.chinese,
            message=hint.chinese,
            message_en=hint.english,
        )


class CheckedClaimBody(BaseModel):
    """What is known of one invoice that is to be reimbursed; no finding does not mean that nothing is wrong."""

    result: str = Field(description="The worst of its hints", examples=["not_compliant"])
    result_name: str = Field(examples=["不合规"])
    duplicates: list[DuplicateBody]
    hints: list[HintBody]

    @classmethod
    def of(cls, checked: CheckedClaim) -> Self:
        """The wire form of a checked claim."""
        return cls(
            result=checked.result.value,
            result_name=checked.result.chinese,
            duplicates=[DuplicateBody.of(other) for other in checked.duplicates],
            hints=[HintBody.of(hint) for hint in checked.hints],
        )


class CheckedClaimsBody(BaseModel):
    """The answers in the order of what was asked."""

    invoices: list[CheckedClaimBody]
