"""A reader that gives back prepared readings instead of running OCR: the same protocol, no engine."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.digest import Digest
from models.document import Scan
from models.errors import RecognitionFailed
from models.reading import Reading

Script = Callable[[Scan], Reading]


@dataclass(slots=True)
class ScriptedReader:
    """Answers by digest; a scan without a script breaks the reading, as an engine would."""

    scripts: dict[Digest, Script] = field(default_factory=dict)
    read_digests: list[Digest] = field(default_factory=list)

    def read(self, scan: Scan) -> Reading:
        """The prepared reading of these bytes; raise RecognitionFailed when there is none."""
        self.read_digests.append(scan.document.digest)
        script = self.scripts.get(scan.document.digest)
        if script is None:
            raise RecognitionFailed("no script for this scan")
        return script(scan)
