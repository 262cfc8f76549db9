"""Which way up a page is, and its QR codes, on drawn invoices."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drawing.camera import scan
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.qr import ZxingReader
from ocr_service.engines.weights import Weights
from tests.support.engines import weights

__all__ = ["weights"]


def bgr(image: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_electronic_general", 11, lines=1)


@pytest.fixture(scope="module")
def page(invoice: DrawnInvoice) -> NDArray[np.uint8]:
    return bgr(draw(invoice, dpi=130))


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_classifier_says_how_to_turn_a_page_upright(weights: Weights, page: NDArray[np.uint8], turned: int) -> None:
    classifier = PageOrientationClassifier(weights)

    guess = classifier.clockwise_turn(np.ascontiguousarray(np.rot90(page, -turned // 90)))

    assert guess.degrees == (360 - turned) % 360
    assert 0.5 < guess.confidence <= 1


def test_the_qr_code_is_read_where_it_is_printed(invoice: DrawnInvoice, page: NDArray[np.uint8]) -> None:
    (code,) = ZxingReader().read(page)

    assert code.payload == invoice.qr_payload
    assert code.polygon.box.right < page.shape[1] / 4
    assert code.polygon.box.bottom < page.shape[0] / 3


@pytest.mark.parametrize(("dpi", "blur"), [(60, 0.3), (80, 0.8), (150, 1.6)])
def test_a_small_or_blurred_qr_code_is_read(invoice: DrawnInvoice, dpi: int, blur: float) -> None:
    picture = bgr(scan(draw(invoice, dpi=dpi), seed=1, skew_degrees=2, blur=blur))

    assert [code.payload for code in ZxingReader().read(picture)] == [invoice.qr_payload]


def test_two_codes_on_one_page_are_both_read(page: NDArray[np.uint8], invoice: DrawnInvoice) -> None:
    other = invent("vat_electronic_general", 12, lines=1)
    both = np.concatenate([page, bgr(draw(other, dpi=130))])

    assert {code.payload for code in ZxingReader().read(both)} == {invoice.qr_payload, other.qr_payload}


def test_a_page_without_a_code_gives_none() -> None:
    assert list(ZxingReader().read(np.full((200, 200, 3), 255, np.uint8))) == []
