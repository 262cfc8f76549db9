"""Search clues on the wire: the same names in a query string, in JSON and on the command line."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.clue_texts import parse_clues
from models.clues import Clues


class ClueTexts(BaseModel):
    """Everything that somebody may remember; all given clues together narrow the search, an empty one is none."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    text: str | None = Field(default=None, description="Any text on the page", examples=["计算机"])
    number: str | None = Field(default=None, description="Invoice number, also in part; `?` one unknown digit, `*` any number of them")
    code: str | None = Field(default=None, description="Invoice code, like number")
    seller: str | None = Field(default=None, description="Part of the seller's name, two characters are enough", examples=["科技"])
    buyer: str | None = Field(default=None, description="Part of the buyer's name")
    tax_id: str | None = Field(default=None, description="Taxpayer id of seller or buyer, also in part")
    amount: str | None = Field(default=None, description="Total in yuan: `1200`, or `1200~` for about", examples=["1200~"])
    amount_min: str | None = Field(default=None, description="At least this total")
    amount_max: str | None = Field(default=None, description="At most this total")
    date: str | None = Field(default=None, description="Date of issue: `2025-09-20`, `2025-09`, `2025-Q3` or `2025`", examples=["2019-03"])
    date_from: str | None = Field(default=None, description="Issued on or after")
    date_to: str | None = Field(default=None, description="Issued on or before")
    kind: str | None = Field(default=None, description="Kind of invoice", examples=["vat_special"])
    verdict: str | None = Field(default=None, description="One or more verdicts, separated by commas", examples=["accepted,confirmed"])
    state: str | None = Field(default=None, description="`withdrawn` for those alone that were withdrawn (作废)", examples=["withdrawn"])
    limit: int = Field(default=20, ge=1, le=200, description="At most this many hits")
    sentence: str | None = Field(
        default=None,
        description="What is remembered, in one's own words",
        examples=["去年三四月 苏州 酒店 一千二左右 尾号38?8"],
    )
    meant: str | None = Field(
        default=None,
        description="With a sentence: how some of its words are meant, where they begin and the clue, as `12:amount,20:number`",
    )

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown_names(cls, values: Any) -> Any:  # noqa: ANN401  # whatever JSON the caller sent
        """A misspelt clue must not quietly widen the search."""
        if isinstance(values, dict):
            unknown = sorted(str(name) for name in values if name not in cls.model_fields)
            if unknown:
                raise ValueError(f"unknown: {', '.join(repr(name) for name in unknown)}; known are {', '.join(cls.model_fields)}")
            for name, value in values.items():
                # JSON has one number for 2025.1 and 2025.10, and Python one for true and 1.
                if isinstance(value, bool) or (isinstance(value, float) and not name.startswith("amount")):
                    raise ValueError(f"{name}: write it as text, in quotation marks")
        return values

    @classmethod
    def of_form(cls, values: dict[str, str]) -> Self:
        """From a page's search form, which may carry names of its own."""
        return cls(**{name: value for name, value in values.items() if name in cls.model_fields})  # type: ignore[arg-type]  # coerced

    def clues(self) -> Clues:
        """The clues themselves, a sentence's words among the text; raise InvalidClue for one that cannot be understood."""
        texts = self.texts()
        words = " ".join(filter(None, (texts.pop("sentence", ""), texts.get("text", ""))))
        return parse_clues({**texts, "text": words}, self.limit)

    @property
    def is_recalled(self) -> bool:
        """Whether it is a sentence that is answered from all that is listed; what was withdrawn is only looked for by its words."""
        return bool((self.sentence or "").strip()) and not self.state

    def texts(self) -> dict[str, str]:
        """What is given of them, as it was typed."""
        return self.model_dump(exclude={"limit", "meant"}, exclude_none=True)
