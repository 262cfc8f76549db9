"""Cases of lost invoices on the wire."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from models.digest import Digest
from models.loss import Outcome, StepState
from models.loss_rules import LossRules, StepKind
from ocr_service.loss_report import encode_overdue, encode_standing
from ocr_service.loss_texts import named_texts
from ocr_service.loss_words import digest_named, lost_invoice, understood
from ocr_service.losses import Losses, NewCase, OverdueStep, SaidStep, StandingCase


class CaseTexts(BaseModel):
    """What may be said of a case, as texts that people type; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    lost: str | None = Field(default=None, max_length=50, examples=["invoice_and_deduction"], description="Which copy (联)")
    circumstance: str | None = Field(default=None, max_length=50, examples=["ordinary"])
    discovered_on: str | None = Field(default=None, max_length=50, examples=["2026-03-02"])
    lost_by: str | None = Field(default=None, max_length=200, examples=["王样"])
    deducted: str | None = Field(default=None, max_length=10, examples=["yes"], description="`yes`, `no` or `unknown`")
    booked: str | None = Field(default=None, max_length=10, examples=["no"])
    voucher: str | None = Field(default=None, max_length=200, examples=["记-12"])
    kind: str | None = Field(default=None, max_length=50, examples=["vat_special"], description="`unknown` where nobody knows")
    code: str | None = Field(default=None, max_length=200)
    number: str | None = Field(default=None, max_length=200, examples=["63462197"])
    issued_on: str | None = Field(default=None, max_length=50, examples=["2018-10-02"])
    seller_name: str | None = Field(default=None, max_length=200)
    seller_tax_id: str | None = Field(default=None, max_length=200)
    buyer_name: str | None = Field(default=None, max_length=200)
    total: str | None = Field(default=None, max_length=50, examples=["3972.87"])

    def _understood(self, *left_out: str) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in CaseTexts.model_fields if name not in left_out}
        return understood({name: text for name, text in named.items() if text is not None})


class NewCaseBody(CaseTexts):
    """A case to be opened, from an archived invoice or from what is remembered."""

    lost: str = Field(max_length=50, examples=["invoice_and_deduction"], description="Which copy (联)")
    lost_by: str = Field(max_length=200, examples=["王样"])
    invoice: str | None = Field(default=None, max_length=100, description="Id of the archived invoice, which then says all")
    department: str | None = Field(default=None, max_length=200, description="Whose case it is, for those of several departments")

    def case(self, losses: Losses, department: str | None) -> NewCase:
        """What somebody says who opens it; raise InvalidCase."""
        values = self._understood()
        about = {name: values[name] for name in ("circumstance", "deducted", "booked", "voucher") if name in values}
        return NewCase(
            lost=values["lost"],
            lost_by=values["lost_by"],
            discovered_on=values.get("discovered_on", losses.today()),
            invoice=lost_invoice(values),
            from_invoice=self.invoice,
            department=department,
            **about,
        )


class CaseChangeBody(CaseTexts):
    """What is set right of a case."""

    texts: dict[str, str] = Field(default={}, max_length=30, description="Texts of its papers by their names; an empty one for the usual")

    def wanted(self) -> dict[str, Any]:
        """The attributes that change; raise InvalidCase."""
        wanted = self._understood()
        return wanted | ({"texts": named_texts(self.texts)} if self.texts else {})


class StepBody(BaseModel):
    """What somebody says: of a step, of an archived invoice that may be the lost one, or that the case is closed."""

    model_config = ConfigDict(extra="forbid")

    step: StepKind | None = Field(default=None, description="A step of the case")
    link: str | None = Field(
        default=None, max_length=100, description="An archived invoice that is the lost one, or with `is_it` false is not"
    )
    is_it: bool = True
    close: Outcome | None = Field(default=None, description="How the case ends")
    state: StepState = StepState.DONE
    on: date | None = Field(default=None, description="On which day; today, where none is named")
    person: str = Field(default="", max_length=200, description="Who did it, as written on paper", examples=["李样"])
    note: str = Field(default="", max_length=4000)
    invoice: str | None = Field(
        default=None, max_length=100, description="What was archived for the step: an invoice, or a document's digest"
    )
    source: str = Field(default="", max_length=200, description="From where a file was fetched again")
    fetched_at: datetime | None = None
    digest: str | None = Field(default=None, max_length=100, description="SHA-256 of a file that was fetched again and is not archived")

    def said(self, losses: Losses, step: StepKind) -> SaidStep:
        """What is said of a step; raise InvalidCase."""
        digest: Digest | None = None if self.digest is None else digest_named(self.digest)
        on = self.on or losses.today()
        return SaidStep(step, on, self.person, self.state, self.note, self.invoice, self.source, self.fetched_at, digest)


class LossBody(BaseModel):
    """A case as it stands, with what counts for it."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["20260302-4f1c0b2a"])
    version: int
    changed_at: datetime
    changed_by: str
    department: str | None
    state: str = Field(description="`open` or `closed`")
    lost: str
    circumstance: str
    discovered_on: date
    lost_by: str
    opened_by: str
    opened_at: datetime
    invoice: dict[str, Any] = Field(description="What is known of the lost invoice: as archived, once it is linked")
    deducted: bool | None
    booked: bool | None
    voucher: str
    link: dict[str, Any] | None = Field(description="The archived invoice: `proposed` until a person says, `proved` or `confirmed`")
    rejected: list[str]
    rule: dict[str, Any] = Field(
        description="What replaces it, what that serves as, and on what ground; `mark` says how far that is borne out"
    )
    steps: list[dict[str, Any]] = Field(description="Each with its term, its ground, and where it stands")
    overdue: list[str] = Field(description="Steps whose term is over")
    due: date | None = Field(description="The nearest open term")
    texts: dict[str, str]
    closing: dict[str, Any] | None

    @classmethod
    def of(cls, standing: StandingCase, rules: LossRules, today: date) -> Self:
        """The wire form of a case."""
        return cls.model_validate(encode_standing(standing, rules, today))


class OverdueBody(BaseModel):
    """A step whose term is over: a reminder."""

    event: str
    case: str
    step: str
    due: date
    department: str | None


class LossesBody(BaseModel):
    """Cases, the open ones first, the nearest term first; and what is overdue, the oldest term first."""

    losses: list[LossBody]
    overdue: list[OverdueBody]

    @classmethod
    def of(cls, standings: Iterable[StandingCase], overdue: Iterable[OverdueStep], rules: LossRules, today: date) -> Self:
        """The wire form of them."""
        late = [OverdueBody.model_validate(encode_overdue(step)) for step in overdue]
        return cls(losses=[LossBody.of(standing, rules, today) for standing in standings], overdue=late)
