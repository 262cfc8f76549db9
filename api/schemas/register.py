"""The register on the wire: questions to it, its rows, its count and sums."""

from typing import Self

from pydantic import BaseModel, Field

from api.schemas.clues import ClueTexts
from api.schemas.invoice import SummaryBody
from models.errors import InvalidClue
from models.register import RegisterPage, RegisterRow, RegisterTotals

_OF_THE_REGISTER = (
    *("cursor", "sort", "received", "received_since", "received_until", "party", "batch", "paper", "box", "department", "duplicates"),
    "totals",
)
_OF_A_SEARCH = ("number", "code", "tax_id", "sentence", "meant")


class ListQuery(ClueTexts):
    """Clues of a search, or filters of the register: it is the register that answers where one of its own parameters is given."""

    sort: str | None = Field(
        default=None,
        description="`issue_date`, `received`, `amount`, `seller` or `number`, with `-` before it for the greatest first. This or any "
        "other parameter that follows asks the register: `kind` and `verdict` may then be several with commas, `state` also `all`",
        examples=["-received"],
    )
    cursor: str | None = Field(default=None, description="`next_cursor` or `previous_cursor` of an answer in the same order")
    totals: bool | None = Field(default=None, description="Whether `total` and `sums` are wanted; by default without a cursor alone")
    received: str | None = Field(default=None, description="Came in on these days: like `date`, or `today`, `this_month`, 本月 …")
    received_since: str | None = Field(
        default=None, description="Came in on this day (China's) or at this time, or later", examples=["2026-03-02T08:30:00+08:00"]
    )
    received_until: str | None = Field(default=None, description="Came in on this day or at this time, or earlier")
    party: str | None = Field(default=None, description="Part of the name of seller or buyer, or the tax id of either")
    batch: str | None = Field(default=None, description="Came with this upload")
    paper: str | None = Field(default=None, description="Where the paper stands, as `/v1/papers` says it; several with commas")
    box: str | None = Field(default=None, description="The box that the paper belongs into")
    department: str | None = Field(default=None, description="Whose they are")
    duplicates: str | None = Field(default=None, description="`1` for those alone that another file holds as well, `0` for all others")

    @property
    def is_register(self) -> bool:
        """Whether the register is asked."""
        return any(getattr(self, name) is not None for name in _OF_THE_REGISTER)

    def filters(self) -> dict[str, str]:
        """The register's filters as they were typed; raise InvalidClue for a clue that only a search knows."""
        given = self.model_dump(exclude={"limit", "sort", "cursor", "totals"}, exclude_none=True)
        for name in _OF_A_SEARCH:
            if name in given:
                message = f"the register knows no {name!r}: leave it out, or leave out {', '.join(_OF_THE_REGISTER)}"
                raise InvalidClue(message, clue=name)
        return given


class RegisterItemBody(SummaryBody):
    """An invoice of the register: what a search shows, and 金额 and 税额 beside."""

    tax_exclusive_amount: str | None = Field(examples=["2845.00"])
    tax_amount: str | None = Field(examples=["167.65"])
    department: str | None = Field(description="Whose it is; null for nobody's in particular", examples=["财务部"])
    duplicate: bool = Field(description="Another file holds the same code and number")
    paper: str | None = Field(description="Where its paper stands; null where nothing was recorded", examples=["boxed"])

    @classmethod
    def of_row(cls, row: RegisterRow) -> Self:
        """The wire form of a row."""
        return cls(
            **SummaryBody.of(row.invoice).model_dump(),
            tax_exclusive_amount=None if row.net is None else str(row.net),
            tax_amount=None if row.tax is None else str(row.tax),
            department=row.department,
            duplicate=row.duplicate,
            paper=None if row.paper is None else row.paper.value,
        )


class SumsBody(BaseModel):
    """What all invoices that are meant come to, as decimal strings in yuan; each over those that have it."""

    tax_exclusive_amount: str = Field(examples=["120345.10"])
    tax_amount: str = Field(examples=["7020.15"])
    tax_inclusive_amount: str = Field(examples=["127365.25"])


class RegisterBody(BaseModel):
    """A stretch of the register; `total` and `sums` are of all that is meant, not of this stretch."""

    items: list[RegisterItemBody]
    next_cursor: str | None = Field(description="The stretch after this one; null at the end")
    previous_cursor: str | None = Field(description="The stretch before this one; null at the beginning")
    total: int | None = Field(description="How many invoices are meant; null where it was not asked for")
    sums: SumsBody | None

    @classmethod
    def of(cls, page: RegisterPage, totals: RegisterTotals | None) -> Self:
        """The wire form of an answer."""
        sums = None
        if totals is not None:
            sums = SumsBody(tax_exclusive_amount=str(totals.net), tax_amount=str(totals.tax), tax_inclusive_amount=str(totals.total))
        return cls(
            items=[RegisterItemBody.of_row(row) for row in page.rows],
            next_cursor=page.next,
            previous_cursor=page.previous,
            total=None if totals is None else totals.count,
            sums=sums,
        )
