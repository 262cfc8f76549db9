"""Reads pixels the right way up: the classifier guesses, the text decides."""

from dataclasses import dataclass, replace

from models.document import TextLine
from ocr_service.page_image import FlatPage
from ocr_service.ports import OrientationClassifier, TextRecognizer
from ocr_service.stages.legibility import Legibility, legibility, text_direction
from ocr_service.stages.rectification import levelled, turned

_TRUSTED_GUESS = 0.6
"""Below this the classifier sees no page; standing as it is, is then the likelier case."""
_UPSIDE_DOWN = 180
_READ_AGAIN_BEYOND = 6.0
"""Degrees; the engine cuts every line by its own slant, so only text that lies well askew reads better from level pixels."""


@dataclass(frozen=True, slots=True)
class FlatReading:
    """What one look at flat pixels gave; `lines` have polygons in the flat frame."""

    flat: FlatPage
    lines: tuple[TextLine, ...]
    legibility: Legibility

    @property
    def original_lines(self) -> tuple[TextLine, ...]:
        """The lines with polygons of the original frame."""
        back = self.flat.to_flat.inverse()
        return tuple(replace(line, polygon=back.polygon(line.polygon)) for line in self.lines)


@dataclass(frozen=True, slots=True)
class UprightReader:
    """Reads a flat page as often as it takes to be sure which way up it is: mostly once."""

    recognizer: TextRecognizer
    classifier: OrientationClassifier

    def read(self, flat: FlatPage) -> FlatReading:
        """Read the pixels as they stand.

        Raises:
            RecognitionFailed: the engine broke.
        """
        lines = tuple(self.recognizer.recognize(flat.pixels))
        return FlatReading(flat, lines, legibility(lines))

    def upright(self, flat: FlatPage) -> FlatReading:
        """Read the page the way the classifier guesses, and turn it as long as the text does not bear that out; keep the best reading.

        Raises:
            RecognitionFailed: the engine broke.
        """
        guess = self.classifier.clockwise_turn(flat.pixels)
        degrees = guess.degrees if guess.confidence >= _TRUSTED_GUESS else 0
        best = reading = self.read(turned(flat, degrees))
        untried = [turn for turn in (0, 180, 90, 270) if turn != degrees]
        while untried and best.lines and not best.legibility.convincing:
            wanted = (degrees + reading.legibility.turn_to_try) % 360
            degrees = wanted if wanted in untried else untried[0]
            untried.remove(degrees)
            reading = self.read(turned(flat, degrees))
            best = max(best, reading, key=lambda candidate: candidate.legibility.score)
        return best

    def other_way(self, flat: FlatPage, seen: Legibility) -> FlatReading:
        """Read pixels whose text was seen to run another way: turned as that text says, and once more the opposite way when it stands tall.

        Raises:
            RecognitionFailed: the engine broke.
        """
        reading = self.read(turned(flat, seen.turn_to_try))
        if reading.legibility.convincing or seen.turn_to_try == _UPSIDE_DOWN:
            return reading
        opposite = self.read(turned(flat, (seen.turn_to_try + _UPSIDE_DOWN) % 360))
        return max(reading, opposite, key=lambda candidate: candidate.legibility.score)

    def level(self, reading: FlatReading) -> FlatReading:
        """Read once more from level pixels when the text lies well askew.

        Raises:
            RecognitionFailed: the engine broke.
        """
        angle = text_direction(reading.lines)
        if abs(angle) <= _READ_AGAIN_BEYOND:
            return reading
        again = self.read(levelled(reading.flat, angle))
        return max(reading, again, key=lambda candidate: candidate.legibility.score)
