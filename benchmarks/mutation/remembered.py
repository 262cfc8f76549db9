"""An engine that reads each place once and remembers; its second readings can be made wrong like the first."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.mutation.mutants import Manner, Mutant, spoiled
from models.document import RecognizedPage, TextLine
from models.geometry import Polygon
from ocr_service.ports import TextRecognizer


@dataclass(frozen=True, slots=True)
class Misreading:
    """What the second reading of a line gets wrong too: the line as it was first read rightly, and the mutant."""

    line: TextLine
    mutant: Mutant

    @classmethod
    def of(cls, page: RecognizedPage, mutant: Mutant) -> "Misreading":
        """That of a page that was read rightly."""
        return cls(page.lines[mutant.line], mutant)

    def seen_in(self, again: TextLine, place: Polygon) -> TextLine:
        """A second reading, with the same wrong character when it is of that line and reads the same there."""
        at = self.mutant.place
        if not self.line.polygon.box.contains(place.box.centre) or again.text != self.line.text:
            return again
        return spoiled(again, at, self.mutant.sign, Manner.ALIKE)


@dataclass(slots=True)
class RememberingRecognizer:
    """Stands for the engine in front of the second look."""

    engine: TextRecognizer
    misreading: Misreading | None = None
    _known: dict[tuple[int, Polygon], TextLine] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The engine's own."""
        return self.engine.name

    @property
    def version(self) -> str:
        """The engine's own."""
        return self.engine.version

    @property
    def models(self) -> Mapping[str, str]:
        """The engine's own."""
        return self.engine.models

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        """The engine's own."""
        return self.engine.recognize(pixels)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        """What the engine read there the first time that it was asked about these pixels."""
        picture = zlib.crc32(np.ascontiguousarray(pixels[::16, ::16]).tobytes())
        new = [place for place in dict.fromkeys(places) if (picture, place) not in self._known]
        if new:
            self._known |= {(picture, place): line for place, line in zip(new, self.engine.reread(pixels, new), strict=True)}
        read = [self._known[picture, place] for place in places]
        if self.misreading is None:
            return read
        return [self.misreading.seen_in(line, place) for line, place in zip(read, places, strict=True)]
