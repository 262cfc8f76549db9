"""A way of writing an invoice as data, said as tables; one reading of them serves every schema."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from models.embedded import EmbeddedInvoice
from models.invoice import InvoiceKind, LineItem
from models.money import format_amount, parse_amount
from ocr_service.embedded.values import field_value, plain_number, tax_rate

KindOf = Callable[["Texts"], tuple[InvoiceKind | None, str]]
"""The kind that the data names, and the title that its face has; blank where the data does not tell."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a tree by element name and by `parent/name`, lower case; the first that is not blank stands."""

    by_name: Mapping[str, str]

    @classmethod
    def of(cls, root: Element, rows: tuple[Element, ...]) -> "Texts":
        """Collect every text outside the rows."""
        found: dict[str, str] = {}
        left_out = {id(row) for row in rows}
        level = deque([("", root)])
        while level:
            parent, element = level.popleft()
            if id(element) in left_out:
                continue
            name = element.tag.lower()
            if (text := "".join(element.itertext() if len(element) == 0 else (element.text or "",)).strip()) != "":
                found.setdefault(name, text)
                found.setdefault(f"{parent}/{name}", text)
            level.extend((name, child) for child in element)
        return cls(found)

    def get(self, *names: str) -> str:
        """The first of these names that has a text, blank when none has."""
        return next((text for name in names if (text := self.by_name.get(name, ""))), "")


@dataclass(frozen=True, slots=True)
class DataSchema:
    """Where a schema keeps what; element names are lower case, `parent/name` where a name alone is not enough, the preferred first.

    `marks` are groups of names: a file is of this schema when each group has one that occurs. `joined` are fields that are printed as
    one and kept as several. `rows` are names of the element that holds one line of goods, `cells` its columns.
    """

    name: str
    marks: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]]
    kind_of: KindOf
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    graph_code: tuple[str, ...] = ()

    def holds(self, names: frozenset[str]) -> bool:
        """Whether a file with these element names (lower case) is written in this schema."""
        return all(group & names for group in self.marks)

    def read(self, root: Element, source: str) -> EmbeddedInvoice:
        """The invoice in a tree of this schema."""
        rows = tuple(element for element in root.iter() if element.tag.lower() in self.rows)
        texts = Texts.of(root, rows)
        fields = {key: value for key, names in self.fields.items() if (value := field_value(key, texts.get(*names))) is not None}
        for key, names in self.joined.items():
            parts = [text for name in names if (text := " ".join(texts.get(name).split()))]
            if parts and key not in fields:
                fields[key] = " ".join(parts)
        kind, title = self.kind_of(texts)
        items = tuple(item for row in rows if (item := self._item(row)) != LineItem())
        return EmbeddedInvoice(kind, title, fields, items, source, "".join(texts.get(*self.graph_code).split()))

    def _item(self, row: Element) -> LineItem:
        cells = Texts.of(row, ())

        def cell(column: str) -> str:
            return " ".join(cells.get(*self.cells.get(column, ())).split())

        return LineItem(
            name=cell("name") or None,
            specification=cell("specification") or None,
            unit=cell("unit") or None,
            quantity=plain_number(cell("quantity")),
            unit_price=plain_number(cell("unit_price")),
            amount=_amount(cell("amount")),
            tax_rate=tax_rate(cell("tax_rate"), cell("free_mark")),
            tax_amount=_amount(cell("tax_amount")),
        )


def _amount(text: str) -> str | None:
    amount = parse_amount(text) if text else None
    return None if amount is None else format_amount(amount)
