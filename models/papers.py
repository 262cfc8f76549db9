"""Where the paper of an invoice is: what happened to it, step by step, and where it stands now.

The archive records what happened and forbids nothing but what cannot be. The usual order (签收, 交接, 装订, 入盒) follows the trade;
whoever leaves out a step says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from models.errors import ImpossiblePaperEvent, InvalidPaperEvent

PAPERS = "papers/"
"""What the names of the records of papers begin with; the id of the invoice follows."""
MOST_LETTERS = 200
"""Of each text of an event."""


class PaperEventKind(StrEnum):
    """What happens to a paper."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    BOUND = "bound"
    BOXED = "boxed"
    LENT = "lent"
    TAKEN = "taken"
    RETURNED = "returned"
    MISSING = "missing"
    FOUND = "found"

    @property
    def chinese(self) -> str:
        """As the trade calls it."""
        return _CHINESE[self]


_CHINESE = {
    "received": "签收",
    "handed_over": "交接",
    "bound": "装订",
    "boxed": "入盒",
    "lent": "借出",
    "taken": "税局调取",
    "returned": "归还",
    "missing": "盘点缺失",
    "found": "找到",
}


class PaperState(StrEnum):
    """Where a paper stands. `taken`: the tax bureau has it and gave a receipt (换票证) of the same force for it."""

    EXPECTED = "expected"
    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    BOUND = "bound"
    BOXED = "boxed"
    LENT = "lent"
    TAKEN = "taken"
    MISSING = "missing"

    @property
    def chinese(self) -> str:
        """As the trade calls it."""
        return _STATES[self]

    @property
    def is_out(self) -> bool:
        """Whether somebody outside the archive has it and is to bring it back."""
        return self in (PaperState.LENT, PaperState.TAKEN)


_STATES = {
    "expected": "未签收",
    "received": "已签收",
    "handed_over": "已交接",
    "bound": "已装订",
    "boxed": "已入盒",
    "lent": "借出中",
    "taken": "税局调取中",
    "missing": "缺失",
}
_ORDER = (PaperState.EXPECTED, PaperState.RECEIVED, PaperState.HANDED_OVER, PaperState.BOUND, PaperState.BOXED)
_BEFORE = {
    PaperEventKind.HANDED_OVER: PaperState.RECEIVED,
    PaperEventKind.BOUND: PaperState.RECEIVED,
    PaperEventKind.BOXED: PaperState.BOUND,
    PaperEventKind.LENT: PaperState.RECEIVED,
    PaperEventKind.TAKEN: PaperState.RECEIVED,
}
"""How far a paper usually is before each event."""
_NEEDS = {
    PaperEventKind.HANDED_OVER: ("person",),
    PaperEventKind.BOUND: ("voucher",),
    PaperEventKind.BOXED: ("box",),
    PaperEventKind.LENT: ("person", "due"),
    PaperEventKind.TAKEN: ("certificate",),
}
"""What must be said with each event, beside what happened."""
_PRESENCE = frozenset(
    {
        *(PaperEventKind.RECEIVED, PaperEventKind.HANDED_OVER, PaperEventKind.BOUND),
        *(PaperEventKind.BOXED, PaperEventKind.LENT, PaperEventKind.TAKEN),
    }
)
"""Events for which the paper must be at hand: by them one that was missing is found."""


@dataclass(frozen=True, slots=True)
class PaperEvent:
    """One thing that happened to a paper; texts are empty where nothing is said.

    `person`: who handed it in, took it over or borrowed it · `voucher`: 凭证号 · `volume`: 册 · `box`: 盒 · `place`: 位, where in the box
    or where the box stands · `due`: the day on which it should be back · `certificate`: number of the 换票证.
    """

    kind: PaperEventKind
    note: str = ""
    person: str = ""
    voucher: str = ""
    volume: str = ""
    box: str = ""
    place: str = ""
    due: date | None = None
    certificate: str = ""

    def __post_init__(self) -> None:
        """Raise InvalidPaperEvent for an event of which something is missing or that could not be shown."""
        for name in (each.name for each in fields(self)):
            text = getattr(self, name)
            if isinstance(text, str) and (len(text) > MOST_LETTERS or not text.isprintable()):
                raise InvalidPaperEvent(f"`{name}` takes up to {MOST_LETTERS} letters that can be shown", field=name, reason="text")
        for name in _NEEDS.get(self.kind, ()):
            if not getattr(self, name):
                raise InvalidPaperEvent(f"{self.kind.value} needs `{name}`", field=name)

    def to_json(self) -> dict[str, Any]:
        """Its JSON form: what is said, and nothing else."""
        said = {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name)}
        return {**said, "kind": self.kind.value, **({"due": self.due.isoformat()} if self.due is not None else {})}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Self:
        """Read it back; raise ValueError, TypeError or InvalidPaperEvent."""
        due = None if wire.get("due") is None else date.fromisoformat(wire["due"])
        return cls(**{**wire, "kind": PaperEventKind(wire["kind"]), "due": due})


@dataclass(frozen=True, slots=True)
class Paper:
    """Where the paper of an invoice stands after all that happened; texts are empty where nothing is known.

    `before`: the state to which it comes back when it is returned or found.
    """

    state: PaperState = PaperState.EXPECTED
    person: str = ""
    voucher: str = ""
    volume: str = ""
    box: str = ""
    place: str = ""
    due: date | None = None
    certificate: str = ""
    before: PaperState | None = None

    def after(self, event: PaperEvent) -> "Paper":
        """Where it stands after one more event.

        Raises:
            ImpossiblePaperEvent: this cannot have happened to a paper that stands so.
            InvalidPaperEvent: a step is left out and nothing says why.
        """
        self._require_possible(event)
        self._require_order(event)
        if event.kind in (PaperEventKind.RETURNED, PaperEventKind.FOUND):
            return replace(self, state=self.before or PaperState.RECEIVED, person="", due=None, certificate="", before=None)
        if event.kind is PaperEventKind.MISSING:
            return replace(self, state=PaperState.MISSING, before=self._at_home)
        said = {name: getattr(event, name) for name in ("voucher", "volume", "box", "place", "certificate") if getattr(event, name)}
        state = PaperState(event.kind.value)
        return replace(self, **said, state=state, person=event.person, due=event.due, before=self._at_home if state.is_out else None)

    def is_overdue(self, today: date) -> bool:
        """Whether it should be back by now."""
        return self.state is PaperState.LENT and self.due is not None and self.due < today

    @property
    def _at_home(self) -> PaperState:
        """The last state in which it lay in the archive."""
        return self.state if self.state in _ORDER else self.before or PaperState.RECEIVED

    def _require_possible(self, event: PaperEvent) -> None:
        kind, told = event.kind, {"state": self.state.value, "event": event.kind.value}
        if kind is PaperEventKind.RETURNED and not self.state.is_out:
            raise ImpossiblePaperEvent("nobody has this paper: record first that it was lent or taken", reason="not_out", **told)
        if kind is PaperEventKind.FOUND and self.state is not PaperState.MISSING:
            raise ImpossiblePaperEvent("this paper is not missing: there is nothing to be found", reason="not_missing", **told)
        if kind in _PRESENCE and self.state.is_out:
            raise ImpossiblePaperEvent(f"this paper is {self.state.value}: record first that it was returned", reason="out", **told)

    def _require_order(self, event: PaperEvent) -> None:
        usual = _BEFORE.get(event.kind)
        if usual is None or event.note:
            return
        if _ORDER.index(self._known_order) < _ORDER.index(usual):
            raise InvalidPaperEvent(f"a paper is usually {usual.value} before: say in `note` why this one was not", field="note")

    @property
    def _known_order(self) -> PaperState:
        return self.state if self.state in _ORDER else self.before or PaperState.EXPECTED

    def to_json(self) -> dict[str, Any]:
        """Its JSON form."""
        wire = {each.name: getattr(self, each.name) for each in fields(self)}
        due, before = wire["due"], wire["before"]
        return {**wire, "state": self.state.value, "due": due and due.isoformat(), "before": before and before.value}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Self:
        """Read it back; raise ValueError or TypeError."""
        due = None if wire["due"] is None else date.fromisoformat(wire["due"])
        before = None if wire["before"] is None else PaperState(wire["before"])
        return cls(**{**wire, "state": PaperState(wire["state"]), "due": due, "before": before})


LABEL = "PIAOGEN"
"""How the code on a label begins; the archive's id and the invoice's follow, with colons between."""


def label_of(archive_id: str, invoice_id: str) -> str:
    """What the QR code on a label says."""
    return f"{LABEL}:{archive_id}:{invoice_id}"


def invoice_on(label: str, archive_id: str) -> str:
    """The invoice's id on a label, scanned, or typed as it is printed below the code.

    Raises:
        InvalidPaperEvent: it is the label of another archive, or none.
    """
    written = "".join(label.split())
    if not written.upper().startswith(f"{LABEL}:"):
        return written.lower()
    _, _, rest = written.partition(":")
    archive, _, invoice = rest.partition(":")
    if archive.lower() != archive_id:
        raise InvalidPaperEvent("this label belongs to another archive", field="label")
    return invoice.lower()
