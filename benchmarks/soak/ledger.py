"""What those who used the service were told: the side of the account that no crash can touch."""

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.digest import Digest

MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A value that a person asked to have written into an invoice; `certain` when the service acknowledged it."""

    value: str
    certain: bool


@dataclass(slots=True)
class Ledger:
    """Everything offered, acknowledged and seen. Safe for any number of threads."""

    offered: set[Digest] = field(default_factory=set)
    sent: dict[Digest, bytes] = field(default_factory=dict)
    said: defaultdict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    asked: Counter[Digest] = field(default_factory=Counter)
    """How often a document was to get another version: corrected, confirmed, read again; whether that was acknowledged or not."""
    logged: Counter[str] = field(default_factory=Counter)
    """How often what the log must name was acknowledged, by action."""
    batches: list[str] = field(default_factory=list)
    uses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _order: list[Digest] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, contents: Sequence[bytes]) -> None:
        """Note what is about to be sent."""
        with self._lock:
            self.offered.update(map(Digest.of, contents))

    def acknowledge(self, contents: Sequence[bytes], batch: str) -> None:
        """Note what the service said it has."""
        with self._lock:
            for content in contents:
                digest = Digest.of(content)
                if digest not in self.sent:
                    self._order.append(digest)
                self.sent[digest] = content
            self.batches.append(batch)

    def acknowledged(self) -> Sequence[Digest]:
        """In the order in which they came; it may grow meanwhile."""
        return self._order

    def say(self, invoice_id: str, said: Said) -> None:
        """Note what became of a correction."""
        with self._lock:
            self.said[invoice_id].append(said)

    def ask(self, digest: Digest) -> None:
        """Note that another version of a document is asked for."""
        with self._lock:
            self.asked[digest] += 1

    def count(self, use: str, action: str | None = None) -> None:
        """Count a use, and what the log must say of it."""
        with self._lock:
            self.uses[use] += 1
            if action is not None:
                self.logged[action] += 1

    def blame(self, fault: str) -> None:
        """Note something wrong that was seen while the service was used."""
        with self._lock:
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(fault)
            self.uses["faults"] += 1
