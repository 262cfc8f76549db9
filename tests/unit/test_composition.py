"""What the processes of the service are made of."""

from pathlib import Path

import cv2

from ocr_service.composition import build_service
from ocr_service.settings import Settings


def test_opencv_keeps_to_one_thread_in_every_process_of_the_service(tmp_path: Path) -> None:
    cv2.setNumThreads(2)

    service = build_service(Settings(archive=str(tmp_path / "archive")))
    service.intake()

    service.catalogue.close()
    assert cv2.getNumThreads() == 1
