"""Pictures for people: a page in the frame of its polygons, and the piece of it where a field was read."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from models.document import Scan
from models.errors import FieldNotFound
from models.geometry import Polygon
from ocr_service.opened import LONGEST_SIDE, PagePicture
from ocr_service.page_image import PageImage
from ocr_service.stages.rendering import RenderingStage


@dataclass(frozen=True, slots=True)
class PictureStage:
    """Renders the original again when somebody looks; nothing derived from it is kept. Numbers are pixels."""

    rendering: RenderingStage
    longest_side: int = LONGEST_SIDE
    margin: float = 0.35
    """Of a field's height, left around its crop so that the eye sees where it stands."""

    def preview(self, scan: Scan, page: int) -> PagePicture:
        """The page (from 1), scaled down to `longest_side`; raise FieldNotFound when the file has no such page or no pages at all."""
        image = self._page(scan, page)
        scale = min(1.0, self.longest_side / max(image.width, image.height))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        pixels = image.pixels if scale == 1.0 else cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA)
        return PagePicture(_encode(".jpg", pixels), image.width, image.height)

    def crop(self, scan: Scan, page: int, polygon: Polygon) -> bytes:
        """The field's region as a PNG, turned so that its text reads from left to right."""
        image = self._page(scan, page)
        corners = np.array(polygon.points, dtype=np.float32)
        if len(corners) != 4:
            box = polygon.box
            corners = np.array(Polygon.rectangle(box).points, dtype=np.float32)
        width = float(np.linalg.norm(corners[1] - corners[0]))
        height = float(np.linalg.norm(corners[3] - corners[0]))
        margin = self.margin * min(width, height)
        target_width, target_height = max(2, round(width + 2 * margin)), max(2, round(height + 2 * margin))
        target = np.array(
            [[margin, margin], [width + margin, margin], [width + margin, height + margin], [margin, height + margin]], dtype=np.float32
        )
        matrix = cv2.getPerspectiveTransform(corners, target)
        return _encode(".png", cv2.warpPerspective(image.pixels, matrix, (target_width, target_height), borderMode=cv2.BORDER_REPLICATE))

    def _page(self, scan: Scan, number: int) -> PageImage:
        for page in self.rendering.pages(scan):
            if page.number == number:
                return page
        raise FieldNotFound(f"the file has no page {number} that could be shown")


def _encode(suffix: str, pixels: MatLike) -> bytes:
    parameters = [cv2.IMWRITE_JPEG_QUALITY, 88] if suffix == ".jpg" else []
    return bytes(cv2.imencode(suffix, pixels, parameters)[1])
