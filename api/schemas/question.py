"""What a person is asked, on the wire."""

from typing import Self

from pydantic import BaseModel, Field

from api.schemas.links import crop_path
from models.invoice import Invoice
from ocr_service.review import Question, Why, questions


class QuestionBody(BaseModel):
    """One thing that a person is asked: a field with what was read, or a rule that does not hold."""

    why: Why
    field: str | None = Field(examples=["issue_date"])
    value: str | None = Field(examples=["2019-03-10"])
    alternatives: list[str] = Field(examples=[["2019-03-19"]])
    rule: str | None = Field(examples=["total_is_amount_plus_tax"])
    expected: str | None
    actual: str | None
    crop: str | None = Field(description="The piece of the page where the field stands")

    @classmethod
    def of(cls, question: Question, invoice_id: str, *, has_place: bool) -> Self:
        """The wire form of a question."""
        check = question.check
        return cls(
            why=question.why,
            field=question.key,
            value=question.value,
            alternatives=list(question.alternatives),
            rule=None if check is None else check.rule,
            expected=None if check is None else check.expected,
            actual=None if check is None else check.actual,
            crop=crop_path(invoice_id, question.key) if has_place and question.key else None,
        )


def question_bodies(invoice_id: str, invoice: Invoice, *, contradicted: bool) -> list[QuestionBody]:
    """All that is asked about an invoice."""
    asked = questions(invoice, contradicted=contradicted)
    placed = {key for key, field in invoice.fields.items() if field.polygon is not None}
    return [QuestionBody.of(question, invoice_id, has_place=question.key in placed) for question in asked]
