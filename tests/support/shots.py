"""Photos as a phone takes them: in focus, each another one, and small."""

from pathlib import Path

import cv2
import numpy as np


def shot(number: int) -> bytes:
    """A JPEG of a grey table with a white paper on it, in whose print no two are alike."""
    picture = np.full((240, 320, 3), 90, dtype=np.uint8)
    picture[30:210, 40:280] = 235
    for place, digit in enumerate(f"{number:06d}"):
        cv2.putText(picture, digit, (55 + 36 * place, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (20, 20, 20), 3)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])


def shots(folder: Path, count: int, first: int = 0) -> list[Path]:
    """So many of them as files."""
    paths = [folder / f"shot-{number:04d}.jpg" for number in range(first, first + count)]
    for number, path in enumerate(paths, first):
        path.write_bytes(shot(number))
    return paths
