"""An invoice photographed from a screen: stripes of coloured dots, beats between two grids, a glow; what is vouched for must be right."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.drawing.drawn_set import drawn
from benchmarks.scoring import outcome_of
from models.invoice import FieldStatus, Invoice
from models.verification import Verdict
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.qr import ZxingReader
from ocr_service.opened import Upload
from ocr_service.pipeline import InvoicePipeline
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.rendering import RenderingStage
from ocr_service.stages.second_look import SecondLookStage
from ocr_service.stages.verification import VerificationStage
from tests.support.engines import load_recognizer, load_weights

PAGE = drawn("digital_general", 41, 0, dpi=110)
TRUTH = PAGE.truths[0]


def on_a_screen(picture: Image.Image, *, pitch: float, glow: float) -> bytes:
    """A photo of the picture on a screen whose dots are `pitch` pixels of the photo wide: each dot is red, green and blue side by side."""
    shown = np.asarray(picture.convert("RGB"), np.float64) / 255
    height, width = shown.shape[:2]
    down, across = np.mgrid[0:height, 0:width]
    phases = np.stack([across / pitch + third / 3 for third in range(3)], axis=2)
    stripes = 0.75 + 0.25 * np.cos(2 * np.pi * phases)
    rows = 0.92 + 0.08 * np.cos(2 * np.pi * down / (pitch * 1.07))[:, :, None]
    light = glow * np.exp(-(((across - 0.7 * width) / (0.3 * width)) ** 2 + ((down - 0.3 * height) / (0.3 * height)) ** 2))[:, :, None]
    photo = np.clip(0.06 + 0.88 * shown * stripes * rows + light, 0, 1)
    stream = io.BytesIO()
    Image.fromarray((photo * 255).astype(np.uint8)).rotate(0.8, expand=True, fillcolor=(15, 15, 18)).save(stream, "JPEG", quality=80)
    return stream.getvalue()


@pytest.mark.parametrize(("pitch", "glow"), [(2.3, 0.15), (3.6, 0.3)], ids=["fine", "coarse"])
def test_nothing_wrong_is_vouched_for(pitch: float, glow: float) -> None:
    recognizer = load_recognizer()
    reading = ReadingStage(recognizer, PageOrientationClassifier(load_weights()), ZxingReader())
    pipeline = InvoicePipeline(
        *(RenderingStage(), reading, ClassificationStage(), ExtractionStage(), VerificationStage(), recognizer),
        second_look=SecondLookStage(recognizer, ExtractionStage()),
    )
    (invoice,) = pipeline.read(IntakeStage().run(Upload(on_a_screen(PAGE.pages[0].image, pitch=pitch, glow=glow), "screen.jpg"))).invoices

    assert vouched_wrongly(invoice) == {}
    assert invoice.verdict in {Verdict.ACCEPTED, Verdict.NEEDS_REVIEW}
    assert invoice.value("invoice_number") == TRUTH["invoice_number"]


def vouched_wrongly(invoice: Invoice) -> dict[str, str | None]:
    return {
        key: field.value
        for key, field in invoice.fields.items()
        if field.status in {FieldStatus.PROVED, FieldStatus.REPAIRED}
        and key in TRUTH
        and outcome_of(key, TRUTH[key] or None, field.value) != "exact"
    }
