"""A peer in its own process: pictures go in, lines of text come out."""

import base64
import contextlib
import io
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import pypdfium2 as pdfium
from PIL import Image, ImageOps, UnidentifiedImageError

from benchmarks.peers.environment import PeerUnavailableError

_PDF_DPI = 200
_POINTS_PER_INCH = 72
_SCRIPT = Path(__file__).with_name("text_process.py")


class PeerLine(NamedTuple):
    """One line of text and its corners in pixels."""

    text: str
    polygon: tuple[tuple[float, float], ...]


class Peer:
    """A running peer. `versions` names what it runs."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start the process; it may take seconds until it is ready.

        Raises:
            PeerUnavailableError: it ended before it was ready; what it said stands on the error output.
        """
        quiet = os.environ | {"ORT_DISABLE_TELEMETRY": "1", "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True", "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=quiet)
        try:
            self.versions: dict[str, str] = self._answer()["ready"]
        except PeerUnavailableError:
            self.close()
            raise

    @classmethod
    def start(cls, python: Path, name: str, *given: str) -> Self:
        """Start one of the readers of `text_process.py` with the Python of its environment."""
        return cls([str(python), str(_SCRIPT), name, *given])

    def read(self, content: bytes) -> list[list[PeerLine]]:
        """The lines of each page of a file; none of a file that is not a picture or a PDF.

        Raises:
            PeerUnavailableError: the process ended.
        """
        return [self._page(page) for page in pages_of(content)]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            # A process that ended by itself does not take what was still on its way.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(self, page: bytes) -> list[PeerLine]:
        if self._process.stdin is None:
            raise PeerUnavailableError("the peer has no input")
        question = json.dumps({"picture": base64.b64encode(page).decode()})
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise PeerUnavailableError("the peer ended") from error
        return [PeerLine(line["text"], tuple((float(x), float(y)) for x, y in line["polygon"])) for line in self._answer()["lines"]]

    def _answer(self) -> dict[str, Any]:
        line = "" if self._process.stdout is None else self._process.stdout.readline()
        if not line:
            raise PeerUnavailableError(f"the peer ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def pages_of(content: bytes) -> list[bytes]:
    """The pages of a picture file or a PDF, each as a picture file of its own; a picture that needs no change as it came."""
    if content.startswith(b"%PDF"):
        with pdfium.PdfDocument(content) as document:
            return [_png(page.render(scale=_PDF_DPI / _POINTS_PER_INCH).to_pil()) for page in document]
    try:
        with Image.open(io.BytesIO(content)) as file:
            frames = getattr(file, "n_frames", 1)
            if frames == 1 and file.getexif().get(0x0112, 1) == 1:
                return [content]
            pages = []
            for number in range(frames):
                file.seek(number)
                pages.append(_png(ImageOps.exif_transpose(file).convert("RGB")))
            return pages
    except UnidentifiedImageError:
        return []


def _png(page: Image.Image) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
