"""How invoices become vouchers of a ledger: a file that an accountant edits (TOML), checked to the last name before anything is made of it.

What is shipped is `kingdee.toml` and `yonyou.toml`; the first of them says what each part means.
"""

import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import BadUsage
from models.invoice import InvoiceKind
from models.own_companies import Side

VALUES: Mapping[str, str] = {
    "date": "开票日期",
    "year": "年",
    "month": "月",
    "period": "会计期间，如 2026-03",
    "voucher": "凭证号",
    "entry": "分录序号，每张凭证从 1 开始",
    "summary": "分录的摘要",
    "account": "科目编码",
    "account_name": "科目名称",
    "debit": "借方金额",
    "credit": "贷方金额",
    "amount": "分录的金额",
    "supplier": "供应商，仅往来分录",
    "customer": "客户，仅往来分录",
    "kind": "票种",
    "code": "发票代码",
    "number": "发票号码",
    "seller_name": "销售方名称",
    "seller_tax_id": "销售方税号",
    "buyer_name": "购买方名称",
    "buyer_tax_id": "购买方税号",
    "goods": "第一行货物或服务",
    "net": "金额（不含税）",
    "tax": "税额",
    "total": "价税合计",
    "remarks": "备注",
    "id": "档案编号",
}
"""What a column or a summary may name in braces, and what it is."""

OF_ENTRIES = frozenset({"entry", "summary", "account", "account_name", "debit", "credit", "amount", "supplier", "customer"})
"""Values that an entry has and an invoice has not; a summary, which is made first, cannot name them."""
_AMOUNTS = ("net", "tax", "total")
_MOST_LETTERS = 50_000
_MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class VoucherColumn:
    """A column: its title, and a text with values in braces."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a voucher. `amount` is `net`, `tax` or `total`; with `party` it names the other side as supplier or customer."""

    is_debit: bool
    amount: str
    account: str
    account_name: str
    summary: str
    party: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """The entries of invoices that were received, or issued, of some kinds (none: all). The first rule that fits is taken."""

    side: Side
    kinds: frozenset[InvoiceKind]
    entries: tuple[Entry, ...]

    def fits(self, side: Side, kind: InvoiceKind) -> bool:
        """Whether an invoice is one of these."""
        return side is self.side and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class VoucherMapping:
    """A mapping. `unreviewed`: invoices that are neither proved nor confirmed are made vouchers of as well."""

    name: str
    title: str
    sheet: str
    first_number: int
    unreviewed: bool
    columns: tuple[VoucherColumn, ...]
    rules: tuple[Rule, ...]

    def rule_for(self, side: Side, kind: InvoiceKind) -> Rule | None:
        """The first rule that fits, None where none does."""
        return next((rule for rule in self.rules if rule.fits(side, kind)), None)


def parse_mapping(name: str, text: str) -> VoucherMapping:
    """Read a mapping; raise BadUsage, with what it may say instead, for anything in it that means nothing."""
    if (
        not name
        or not all(one.isascii() and (one.isalnum() or one == "-") for one in name)
        or name != name.lower()
        or len(name) > _MOST_NAME
    ):
        raise BadUsage(f"name a mapping with at most {_MOST_NAME} lower-case letters, digits and dashes", field="mapping")
    if len(text) > _MOST_LETTERS:
        raise BadUsage(f"a mapping has at most {_MOST_LETTERS} characters", field="mapping")
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Beside what is no TOML: numbers of thousands of digits, and brackets within brackets.
        raise BadUsage(f"the mapping is no TOML: {error}", field="mapping") from error
    _known(told, ("title", "sheet", "first_number", "unreviewed", "columns", "rules"), "the mapping")
    columns = tuple(_column(one) for one in _tables(told, "columns"))
    rules = tuple(_rule(one) for one in _tables(told, "rules"))
    if not columns or not rules:
        raise _bad("a mapping needs [[columns]] and [[rules]]")
    first, title = told.get("first_number", 1), _text(told, "title", "the mapping", name)
    if not isinstance(first, int) or isinstance(first, bool) or not 1 <= first <= 10_000_000:
        raise _bad("first_number must be a whole number from 1")
    sheet = _text(told, "sheet", "the mapping", "凭证")
    if not _is_sheet(sheet):
        told_of = "none of [ ] : * ? / \\, no ' at its ends, nothing unseen"
        raise _bad(f"sheet must have 1 to 31 characters, {told_of}, and not be {LEFT_OUT_SHEET}")
    return VoucherMapping(name, title, sheet, first, _flag(told, "unreviewed", "the mapping"), columns, rules)


LEFT_OUT_SHEET = "未入凭证"
"""The sheet that names the invoices of which no voucher was made."""


def _is_sheet(name: str) -> bool:
    """Whether spreadsheets take a sheet of this name beside the one of what was left out."""
    if not 1 <= len(name) <= 31 or not name.strip() or not name.isprintable():
        return False
    if name.startswith("'") or name.endswith("'"):
        return False
    return not set(name) & set("[]:*?/\\") and name != LEFT_OUT_SHEET


def filled(template: str, values: Mapping[str, str]) -> str:
    """A text with its values put in."""
    return "".join(before + ("" if name is None else values[name]) for before, name, _, _ in string.Formatter().parse(template))


def _column(told: Mapping[str, Any]) -> VoucherColumn:
    where = "a column"
    _known(told, ("title", "value"), where)
    title, value = _text(told, "title", where), _text(told, "value", where, "")
    _require_values(value, VALUES, f"column {title}")
    return VoucherColumn(title, value)


def _rule(told: Mapping[str, Any]) -> Rule:
    where = "a rule"
    _known(told, ("side", "kinds", "entries"), where)
    side, kinds = told.get("side", Side.RECEIVED.value), told.get("kinds", [])
    if side not in tuple(Side):
        raise _bad(f"side must be one of {', '.join(Side)}, not {side!r}")
    if not isinstance(kinds, list) or any(kind not in tuple(InvoiceKind) for kind in kinds):
        raise _bad(f"kinds must be a list of {', '.join(InvoiceKind)}")
    entries = tuple(_entry(one) for one in _tables(told, "entries"))
    if not any(one.is_debit for one in entries) or all(one.is_debit for one in entries):
        raise _bad("a rule needs entries on both sides, debit and credit")
    return Rule(Side(side), frozenset(map(InvoiceKind, kinds)), entries)


def _entry(told: Mapping[str, Any]) -> Entry:
    where = "an entry"
    _known(told, ("side", "amount", "account", "account_name", "summary", "party"), where)
    side, amount = told.get("side"), told.get("amount")
    if side not in ("debit", "credit"):
        raise _bad(f"side of an entry must be debit or credit, not {side!r}")
    if amount not in _AMOUNTS:
        raise _bad(f"amount of an entry must be one of {', '.join(_AMOUNTS)}, not {amount!r}")
    summary = _text(told, "summary", where, "{seller_name} {number}")
    _require_values(summary, [name for name in VALUES if name not in OF_ENTRIES], "a summary")
    account = _text(told, "account", where)
    return Entry(side == "debit", str(amount), account, _text(told, "account_name", where, ""), summary, _flag(told, "party", where))


def _require_values(template: str, known: Iterable[str], where: str) -> None:
    names = list(known)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise _bad(f"{where}: {error}; write {{{{ and }}}} for braces themselves") from error
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in names or form or conversion:
            raise _bad(f"{where} names {{{name}}}, which there is not: there are {', '.join(names)}")


def _known(told: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    unknown = [name for name in told if name not in names]
    if unknown:
        raise _bad(f"{where} has {unknown[0]!r}, which means nothing: there are {', '.join(names)}")


def _tables(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _bad(f"write each of the {name} under [[{name}]]")
    return found


def _text(told: Mapping[str, Any], name: str, where: str, otherwise: str | None = None) -> str:
    found = told.get(name, otherwise)
    if not isinstance(found, str):
        raise _bad(f"{where} needs {name}, a text in quotation marks")
    return found


def _flag(told: Mapping[str, Any], name: str, where: str) -> bool:
    found = told.get(name, False)
    if not isinstance(found, bool):
        raise _bad(f"{name} of {where} is true or false")
    return found


def _bad(message: str) -> BadUsage:
    return BadUsage(message, field="mapping")
