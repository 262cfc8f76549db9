"""The Merkle tree of RFC 6962, section 2.1: one root speaks for many leaves, and a short path proves that a leaf is among them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of a zero byte and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that grows at its right end, known by what its next leaf needs: the roots of its whole subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError unless there are as many peaks as `size` has ones in binary, of 32 bytes each."""
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or any(len(peak) != 32 for peak in self.peaks):
            raise ValueError(f"not a tree of {self.size} leaves: {len(self.peaks)} peaks")

    def grown(self, leaves: Iterable[bytes]) -> Self:
        """The tree with the hashes of more leaves at its end."""
        size, peaks = self.size, list(self.peaks)
        for node in leaves:
            height = size
            while height & 1:
                node = node_hash(peaks.pop(), node)
                height >>= 1
            peaks.append(node)
            size += 1
        return type(self)(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree; that of nothing for a tree without leaves."""
        if not self.peaks:
            return hashlib.sha256().digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a leaf to the root: the neighbour's hash, and whether it stands on the left."""

    is_left: bool
    neighbour: bytes


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[Step, ...]:
    """The way from the leaf at `index` to the root of the tree over these leaf hashes, lowest step first."""
    if len(leaves) == 1:
        return ()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return (*inclusion_path(left, index), Step(False, Frontier().grown(right).root))
    return (*inclusion_path(right, index - middle), Step(True, Frontier().grown(left).root))


def root_by(leaf: bytes, path: Iterable[Step]) -> bytes:
    """The root to which a path leads from the hash of a leaf."""
    node = leaf
    for step in path:
        node = node_hash(step.neighbour, node) if step.is_left else node_hash(node, step.neighbour)
    return node
