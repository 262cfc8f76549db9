"""What was asked for and is not in an export: counted whole, and the first of it named. Nothing is left out in silence."""

from enum import StrEnum

from models.export import LeftOut

MOST_NAMED = 200
"""Named in an answer; the file itself names all."""


class Reason(StrEnum):
    """Why something is left out."""

    COPY = "copy"
    UNREVIEWED = "unreviewed"
    WITHDRAWN = "withdrawn"
    NO_DAY = "no_day"
    NO_AMOUNT = "no_amount"
    UNBALANCED = "unbalanced"
    NO_RULE = "no_rule"
    DESTROYED = "destroyed"
    GONE = "gone"
    NO_ITEMS = "no_items"
    DAMAGED = "damaged"


REASONS = {
    Reason.COPY: "重复：同一张发票已有凭证",
    Reason.UNREVIEWED: "待复核：先复核，或在映射中写 unreviewed = true",
    Reason.WITHDRAWN: "已作废",
    Reason.NO_DAY: "没有日期",
    Reason.NO_AMOUNT: "没有所需的金额",
    Reason.UNBALANCED: "借贷不平：金额与税额之和不等于价税合计",
    Reason.NO_RULE: "映射中没有适用的规则",
    Reason.DESTROYED: "原件保管期满，已按清册销毁",
    Reason.GONE: "档案中已没有这张发票",
    Reason.NO_ITEMS: "明细读不出来，表中只有这一行",
    Reason.DAMAGED: "原件在档案中缺失或已损坏",
}
"""As a clerk reads it."""


class LeftOutList:
    """What was left out so far."""

    def __init__(self) -> None:
        self.everything: list[LeftOut] = []

    def add(self, one: LeftOut) -> None:
        """One more."""
        self.everything.append(one)

    @property
    def in_all(self) -> int:
        """How much there is."""
        return len(self.everything)

    @property
    def first(self) -> tuple[LeftOut, ...]:
        """As much of it as an answer names."""
        return tuple(self.everything[:MOST_NAMED])
