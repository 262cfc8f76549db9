"""How a kind of invoice is described: what it is recognised by, which fields it carries and where they stand.

A new kind is one file in this package. It holds one `KindDescription`, and `registry.py` lists it; nothing else changes:

    FERRY = KindDescription(
        kind=InvoiceKind.COACH,
        titles=(r"轮渡.{0,4}船票",),
        marks=("航次", "船名", "开航时间"),
        fields=(
            *CODE_AND_NUMBER,
            Field("issue_date", a_date, labels=("开航日期", "日期"), pattern=DATE),
            Field("from_station", a_station, labels=("起运港",)),
            Field("tax_inclusive_amount", an_amount, labels=("票价", "金额"), places=(Place.BESIDE, Place.BELOW)),
        ),
        identity=("invoice_code", "invoice_number"),
        required=("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount"),
    )

**Recognition.** `titles` are regular expressions searched in one line of print; lines come folded (NFKC: full-width signs are ASCII)
and without white space. The registry's order decides between two titles that both fit: the more particular kind stands first.
`faint_titles` are what may be left of a title under a seal; they are asked when no title fits. `marks` are words that the face shows
beside its title; `enough` different ones name the kind when the title is lost, or when it says no more than 通用机打发票 (`is_general`).

**Fields.** Several `Field`s may have one key: they are tried in order, and the first that gives a value wins. A field is sought behind
its `labels` first (`places`: on the label's row, or below it), then by its `pattern` anywhere in its `zone`. Labels are written as they
are printed; white space between their characters, a colon behind them and single misread characters are allowed for. A label that the
face has but no field needs belongs into `other_labels`, so that it bounds the values before it and is taken for no other. Where two
parties share a label, `after` names the labels that open the party's block. `read` turns the print into the value as it goes over the
wire, or None (`values.py` has the usual ones): a labelled print that it refuses becomes a field without value, never a guess. What
labels and patterns cannot say (the two stations beside a train's number) is a function in `specials`.

**Trust.** Nothing here believes anything: each candidate is one witness's word. A code or number printed more than once (`prints`)
gives a candidate for each print; the proof compares them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face
from ocr_service.kinds.extent import Extent

Reader = Callable[[str], str | None]
"""The value in a printed text, as it goes over the wire; None when the text does not hold exactly one such value."""

Special = Callable[[Face], Mapping[str, tuple[Candidate, ...]]]
"""Finds what neither label nor pattern can say; the face is cut at the description's labels."""


Doubt = Callable[[Face, Mapping[str, tuple[Candidate, ...]]], frozenset[str]]
"""Keys of which what was found cannot be the whole print, by what else the face says; they become fields without value."""


class Place(StrEnum):
    """Where a value stands, seen from its label."""

    BESIDE = "beside"
    BELOW = "below"


class Layout(StrEnum):
    """What reads the face: the description's own labels and patterns alone, or first a layout of `ocr_service/faces/`."""

    LABELS = "labels"
    VAT_FORM = "vat_form"
    ROLL = "roll"


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the face, in shares of its width and height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


WHOLE = Zone()


@dataclass(frozen=True, slots=True)
class Field:
    """One way to find one field.

    `pattern` is searched in each line that holds no label, without white space; its first group (or all of it) goes to `read`. Different
    finds cancel each other, unless `prints` allows for several: then each is a candidate, from the top left. `wraps` joins the lines that a
    long text
    runs on to. `may_be_else` is for labels behind which other things stand as well: what `read` refuses there is no unreadable value.
    """

    key: str
    read: Reader
    labels: tuple[str, ...] = ()
    places: tuple[Place, ...] = (Place.BESIDE,)
    after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pattern: str = ""
    zone: Zone = WHOLE
    prints: int = 1
    wraps: bool = False
    may_be_else: bool = False


@dataclass(frozen=True, slots=True)
class KindDescription:
    """One kind.

    `identity` are the keys that together are the same on two scans of one invoice only; `required` those that a usable record has.
    `rows` are the orders in which forms print their labels one below the other: a label that was lost is known by its place.
    `layout` says what reads the face; where it is none of the labels', `fields` holds only what that layout does not know. `has_table`
    asks for line items under a row of headings (项目, 数量, 单价, 金额). `extent` tells a whole face from one that is cut above or below.
    """

    kind: InvoiceKind
    titles: tuple[str, ...]
    identity: tuple[str, ...]
    required: tuple[str, ...]
    faint_titles: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    enough: int = 3
    is_general: bool = False
    layout: Layout = Layout.LABELS
    fields: tuple[Field, ...] = ()
    other_labels: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    specials: tuple[Special, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    has_table: bool = False
    extent: Extent | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label of the face, each once."""
        own = (label for field in self.fields for label in (*field.labels, *field.after))
        return tuple(dict.fromkeys((*own, *self.other_labels)))

    @property
    def bears_national_code(self) -> bool:
        """Whether the form is one of the tax system whose codes are of the national series; a city's 区块链 form has its own."""
        return self.layout is not Layout.LABELS and "invoice_code" in self.identity and self.kind is not InvoiceKind.BLOCKCHAIN
